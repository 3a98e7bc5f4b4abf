import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { extractAll, listPackage } from '@electron/asar';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { command } from '../cli/command.ts';
import { root } from '../rules/sources.ts';
import { tempFolder } from '../temp-folder.ts';

const load = createRequire(import.meta.url);

/** electron-builder's own reading and checking of its file; inside its package, so held by the lockfile. */
const { getConfig, validateConfiguration } = load('app-builder-lib/out/util/config/config') as {
  readonly getConfig: (folder: string, file: string, on: null) => Promise<Record<string, unknown>>;
  readonly validateConfiguration: (config: unknown, log: unknown) => Promise<void>;
};
const quiet = { isEnabled: false, add: () => undefined };
const config = (): Promise<Record<string, unknown>> => getConfig(root, 'electron-builder.yml', null);

it("the builder's file fits its schema, and one that does not is told", async () => {
  const good = await config();
  await validateConfiguration(good, quiet);
  await expect(validateConfiguration({ ...good, npmRebuildd: true }, quiet)).rejects.toThrow('npmRebuildd');
  expect(good['npmRebuild']).toBe(false);
});

it('every fuse is set, the dangerous ones off (the list as it is)', async () => {
  expect((await config())['electronFuses']).toEqual({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  });
});

it('each system gets its packages', async () => {
  const { linux, win, mac } = (await config()) as Record<string, { readonly target?: readonly string[] }>;
  expect([linux.target, win.target, mac.target]).toEqual([['AppImage', 'deb'], ['nsis'], ['dmg']]);
});

/** Where the fuses stand in Electron's program: this sign, a version, a length, and one digit for each. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** In the order of the wire; 1 is on. As Electron ships, all that may be misused are on. */
const shipped = '10110001';

it.runIf(process.platform === 'linux')(
  'what is packed is whole, and its fuses are blown',
  { timeout: 300_000 },
  async () => {
    const folder = tempFolder();
    const electron = path.join(folder, 'electron');
    mkdirSync(path.join(electron, 'locales'), { recursive: true });
    mkdirSync(path.join(electron, 'resources'));
    const { version } = load('electron/package.json') as { readonly version: string };
    writeFileSync(path.join(electron, 'version'), version);
    for (const name of ['LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak'])
      writeFileSync(path.join(electron, name), 'x');
    writeFileSync(path.join(electron, 'electron'), `before ${sentinel}\u0001\u0008${shipped} after`);
    chmodSync(path.join(electron, 'electron'), 0o755);
    if (!existsSync(path.join(root, 'dist/electron/main.js')))
      execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root });

    const out = path.join(folder, 'out');
    const builder = load.resolve('electron-builder/cli.js');
    const overrides = [`-c.electronDist=${electron}`, `-c.electronVersion=${version}`, `-c.directories.output=${out}`];
    execFileSync(process.execPath, [builder, '--linux', 'dir', '--x64', ...overrides], { cwd: root, stdio: 'pipe' });

    const app = path.join(out, 'linux-unpacked');
    const wire = readFileSync(path.join(app, 'tributary'), 'latin1').split(`${sentinel}\u0001\u0008`)[1].slice(0, 8);
    // runAsNode, cookie encryption, NODE_OPTIONS, --inspect, ASAR integrity, only from ASAR, own snapshot, file:// privileges
    expect(wire).toBe('01001100');

    const asar = path.join(app, 'resources/app.asar');
    const packed = listPackage(asar, { isPack: false });
    const top = new Set(packed.map((file) => file.split('/')[1]));
    expect([...top].sort()).toEqual(['LICENSE', 'dist', 'node_modules', 'package.json']);
    for (const file of [
      'electron/main.js',
      'electron/preload.cjs',
      'studioProcess.js',
      'engine.js',
      'lane.js',
      'probe.js',
      'renderer/index.html',
    ])
      expect(packed).toContain(`/dist/${file}`);
    for (const name of ['electron', 'react', 'vite', 'vitest', 'typescript', 'playwright', 'electron-builder'])
      expect(packed).not.toContain(`/node_modules/${name}`);
    expect(packed.filter((file) => file.endsWith('.map'))).toEqual([]);

    const unpacked = path.join(app, 'resources/app.asar.unpacked/node_modules');
    const native = readdirSync(unpacked, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.node$|\.so(\.|$)/.test(file),
    );
    expect(native.some((file) => file.startsWith('onnxruntime-node/bin/napi-v6/linux/x64/'))).toBe(true);
    expect(native.some((file) => file.startsWith('@img/sharp-linux'))).toBe(true);
    expect(native.filter((file) => /darwin|win32|arm64/.test(file))).toEqual([]);
    expect(
      packed
        .filter((file) => file.endsWith('.node'))
        .map((file) => file.replace('/node_modules/', ''))
        .sort(),
    ).toEqual(native.filter((file) => file.endsWith('.node')).sort());

    // The program that was packed runs on what was packed with it, and on nothing else.
    const whole = path.join(folder, 'whole');
    extractAll(asar, whole);
    cpSync(path.join(app, 'resources/samples'), path.join(whole, 'samples'), { recursive: true });
    const script = path.join(whole, 'dist/cli.js');
    const ran = await command(['run', 'samples/picture-classifier', '--json'], { cwd: whole, script });
    expect([ran.code, ran.err]).toEqual([0, '']);
  },
);

it('the main process loads neither models nor pictures, and the preload script only Electron', async () => {
  const graph = async (entry: string): Promise<readonly string[]> => {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [entry],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      metafile: true,
    });
    const packages = Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.filter((i) => i.external).map((i) => i.path),
    );
    return [...new Set([...packages, ...Object.keys(metafile.inputs)])];
  };
  const main = await graph('electron/main.ts');
  expect(main).toContain('electron');
  const heavy = [
    'sharp',
    'onnxruntime-node',
    'fluent-ffmpeg',
    'esbuild',
    'ws',
    'node:child_process',
    'node:worker_threads',
  ];
  expect(main.filter((name) => heavy.includes(name) || name.startsWith('nodes/'))).toEqual([]);
  const studio = await graph('electron/studioProcess.ts');
  expect(studio.filter((name) => ['sharp', 'onnxruntime-node', 'electron', 'ws'].includes(name))).toEqual([]);
  const preload = await graph('electron/preload.ts');
  expect(preload.filter((name) => !name.endsWith('.ts'))).toEqual(['electron']);
  expect(preload.filter((name) => name.endsWith('.ts')).sort()).toEqual([
    'electron/channels.ts',
    'electron/preload.ts',
  ]);
});

it('the workflow builds, tests and packs on the three systems', () => {
  const yaml = load('js-yaml') as { readonly load: (text: string) => unknown };
  const step = z.looseObject({ run: z.string().optional(), uses: z.string().optional(), if: z.string().optional() });
  const job = z.looseObject({
    strategy: z.looseObject({
      matrix: z.looseObject({
        os: z.array(z.string()).optional(),
        include: z.array(z.looseObject({ os: z.string() })).optional(),
      }),
    }),
    steps: z.array(step),
    needs: z.string().optional(),
  });
  const { jobs, permissions } = z
    .looseObject({ permissions: z.looseObject({}), jobs: z.record(z.string(), job) })
    .parse(yaml.load(readFileSync(path.join(root, '.github/workflows/ci.yml'), 'utf8')));
  expect(permissions).toEqual({ contents: 'read' });
  for (const [name, { strategy, steps, needs }] of Object.entries(jobs)) {
    const systems = (strategy.matrix.os ?? strategy.matrix.include?.map(({ os }) => os) ?? []).map(
      (os) => os.split('-')[0],
    );
    expect([name, [...systems].sort()]).toEqual([name, ['macos', 'ubuntu', 'windows']]);
    if (needs !== undefined) expect(Object.keys(jobs)).toContain(needs);
    const runs = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
    expect(runs).toContain('npm ci');
    // Every script of ours that it calls is there.
    const { scripts } = load(path.join(root, 'package.json')) as { readonly scripts: Record<string, string> };
    for (const [, script] of runs.join('\n').matchAll(/npm run ([a-z-]+)/g)) expect(scripts).toHaveProperty(script);
    for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^actions\/[a-z-]+@v\d+$/);
  }
  const text = JSON.stringify(jobs);
  for (const part of ['npm test', 'xvfb-run', 'electron-builder', 'node_modules/electron/install.js', 'test/e2e'])
    expect(text).toContain(part);
});
