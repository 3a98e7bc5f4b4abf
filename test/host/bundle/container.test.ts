import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openBundle } from '../../../host/bundle/verify.ts';
import { askGolden, verifyServer } from '../../../host/bundle/verifyServer.ts';
import { writeBundle } from '../../../host/bundle/writeBundle.ts';
import { root } from '../../rules/sources.ts';
import { buildahIn, freePort, type ImageConfig, makeBase, runConfined, whyNoImages } from './containerTools.ts';
import { exportCase, sharedFolder } from './exported.ts';

const folder = sharedFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the image is built for real, runs as PID 1 of nobody on a root that it cannot write, and gives what was recorded (fault 75)', async ({
  skip,
}) => {
  const why = whyNoImages();
  if (why !== null) skip(why);
  const buildah = buildahIn(folder);
  const base = 'localhost/tributary-test-base:1';
  const absent = await makeBase(buildah, folder, base);
  if (absent !== null) skip(absent);
  const scenes = await exportCase(path.join(root, 'samples', 'picture-classifier'));
  const bundleFolder = path.join(folder, 'bundle');
  await writeBundle(bundleFolder, (await scenes.plan('container')).files);
  const build = ['bud', '--format', 'docker', '--pull-never', '--layers=false', '--build-arg', `BASE=${base}`];
  await buildah(...build, '--tag', 'scenes:1', bundleFolder);

  const inspected = JSON.parse(await buildah('inspect', '--type', 'image', 'scenes:1'));
  const config: ImageConfig = inspected.Docker.config;
  expect(config).toMatchObject({
    User: '10001:10001',
    Entrypoint: ['node', 'server/server.mjs'],
    Cmd: ['serve'],
    WorkingDir: '/app',
    StopSignal: 'SIGTERM',
    Healthcheck: { Test: ['CMD', 'node', 'server/server.mjs', '--ready'] },
    ExposedPorts: { '8080/tcp': {}, '8081/tcp': {} },
    Labels: {
      'org.opencontainers.image.title': 'Picture classifier',
      'com.amazonaws.sagemaker.capabilities.accept-bind-to-port': 'true',
    },
  });
  const container = await buildah('from', '--pull-never', 'scenes:1');
  const mounted = await buildah('mount', container);
  const app = path.join(mounted, 'app');
  expect(readdirSync(app).sort()).toEqual([
    ...['LICENSES', 'README.md', 'bundle.json', 'drift', 'golden', 'node_modules', 'openapi.json'],
    ...['package-lock.json', 'package.json', 'pipeline', 'sbom.cdx.json', 'server'],
  ]);
  // Of the runtime's binaries for every system, those of this one.
  const binaries = path.join(app, 'node_modules/onnxruntime-node/bin/napi-v6');
  expect(readdirSync(path.join(binaries, 'linux'))).toEqual([process.arch]);
  expect(readdirSync(path.join(binaries, 'win32'))).toEqual([]);

  const [port, grpcPort] = [await freePort(), await freePort()];
  const running = runConfined(mounted, config, [`TRIBUTARY_PORT=${port}`, `TRIBUTARY_GRPC_PORT=${grpcPort}`]);
  try {
    const url = `http://127.0.0.1:${port}`;
    await expect
      .poll(async () => (await fetch(`${url}/readyz`).catch(() => null))?.status ?? running.said(), { timeout: 60_000 })
      .toBe(200);
    const pid = running.pid();
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\s+10001\s+10001/m);
    expect(status).toMatch(/^NSpid:\s+\d+\s+1$/m);
    expect(readFileSync(`/proc/${pid}/mounts`, 'utf8')).toMatch(/^\S+ \/ \S+ ro[, ]/m);
    expect(existsSync(path.join(mounted, 'tmp', 'tributary'))).toBe(false);

    const bundle = await openBundle(bundleFolder);
    const ask = { url, headers: {}, signal: new AbortController().signal };
    expect(await verifyServer(ask, bundle, scenes.pipeline.checked)).toMatchObject([{ sample: 'sunset', outputs: [] }]);
    expect(await askGolden(ask)).toMatchObject([{ sample: 'sunset', outputs: [], ports: [] }]);
    const check = [path.join(bundleFolder, 'server/server.mjs'), '--ready'];
    const ready = (at: number) =>
      spawnSync(process.execPath, check, { env: { ...process.env, TRIBUTARY_PORT: String(at) } }).status;
    expect(ready(port)).toBe(0);
    expect(ready(await freePort())).toBe(1);

    process.kill(pid, 'SIGTERM');
    expect(await running.ended).toBe(0);
  } finally {
    running.kill();
    await buildah('umount', container);
    await buildah('rm', container);
  }
}, 600_000);
