import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { type Manifest, manifestName } from '../../../core/serve/manifest.ts';
import { hashedText, manifestText } from '../../../core/serve/manifestText.ts';
import { sha256Of } from '../../../host/bundle/sizes.ts';
import { openBundle } from '../../../host/bundle/verify.ts';
import { verifyServer } from '../../../host/bundle/verifyServer.ts';
import { writeBundle } from '../../../host/bundle/writeBundle.ts';
import { command } from '../../cli/command.ts';
import { rejects } from '../../rejects.ts';
import { root } from '../../rules/sources.ts';
import { tempFolder } from '../../temp-folder.ts';
import { freePort } from './containerTools.ts';
import { type ExportedCase, exportCase, lendPackages, sharedFolder } from './exported.ts';

// Engines, servers and commands are processes of their own, slow to start where much else runs.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const shared = sharedFolder();
const nodes = path.join(shared, 'nodes');
const source = path.join(shared, 'source');
const written = path.join(shared, 'bundle');
let doubled: ExportedCase;

/** A node of the user's own, with a file beside it that it imports. */
const ownNode = `import { defineNode, port } from 'tributary';
import { factor } from './_factor.ts';
export const louder = defineNode({
  type: 'own.louder', version: 1, title: 'Louder', summary: 'Multiplies scores.', inputs: { scores: port.scores({ doc: 'In.' }) },
  outputs: { scores: port.scores({ doc: 'Out.' }) }, params: {}, infer: ({ inputs }) => ({ scores: inputs.scores }),
  run: ({ inputs }) => ({ scores: { ...inputs.scores, data: inputs.scores.data.map((x) => x * factor) } }), examples: [],
});
`;

beforeAll(async () => {
  cpSync(path.join(root, 'samples', 'picture-classifier'), source, { recursive: true });
  cpSync(path.join(root, 'test', 'host', 'bundle', 'exported.ts'), path.join(nodes, '_ignored.ts'));
  writeFileSync(path.join(nodes, 'louder.ts'), ownNode);
  writeFileSync(path.join(nodes, '_factor.ts'), 'export const factor: number = 0.5;\n');
  const file = path.join(source, 'picture-classifier.tributary.json');
  const document = JSON.parse(readFileSync(file, 'utf8'));
  document.nodes.push({ id: 'louder', type: 'own.louder@1', position: { x: 0, y: 0 } });
  document.wires = document.wires.filter(({ to }: { to: string }) => to !== 'scene.value');
  document.wires.push(
    { from: 'probabilities.scores', to: 'louder.scores' },
    { from: 'louder.scores', to: 'scene.value' },
  );
  writeFileSync(file, JSON.stringify(document));
  doubled = await exportCase(source, [], [nodes]);
  await writeBundle(written, (await doubled.plan('container')).files);
});
afterAll(() => rmSync(shared, { recursive: true, force: true }));

interface Running {
  readonly url: string;
  /** Exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  said(): string;
  ready(): Promise<{ readonly status: number; readonly body: string }>;
}

async function serve(change: (folder: string) => void = () => undefined): Promise<Running> {
  const folder = path.join(tempFolder(), 'served');
  cpSync(written, folder, { recursive: true });
  lendPackages(folder);
  change(folder);
  const [port, grpcPort] = [await freePort(), await freePort()];
  const env = {
    ...process.env,
    TRIBUTARY_PORT: String(port),
    TRIBUTARY_GRPC_PORT: String(grpcPort),
    TRIBUTARY_HOST: '127.0.0.1',
  };
  const child = spawn(process.execPath, [path.join(folder, 'server/server.mjs'), 'serve'], {
    env,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  const url = `http://127.0.0.1:${port}`;
  const ready = async () => {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    return answer === null ? { status: 0, body: '' } : { status: answer.status, body: await answer.text() };
  };
  return { url, ended, said: () => said, ready };
}

const settled = async (server: Running) => {
  const { status, body } = await server.ready();
  return status === 200 ? 'ready' : body.includes('"failed"') ? 'failed' : server.said();
};

/** Writes the manifest anew, so that every hash fits what lies there now. */
function reseal(folder: string): void {
  const manifest: Manifest = JSON.parse(readFileSync(path.join(folder, manifestName), 'utf8'));
  const files = manifest.files.map((file) => {
    const data = readFileSync(path.join(folder, file.path));
    return { ...file, bytes: data.length, sha256: sha256Of(data) };
  });
  const changed = { ...manifest, files };
  writeFileSync(
    path.join(folder, manifestName),
    manifestText({ ...changed, contentHash: sha256Of(hashedText(changed)) }),
  );
}

it("the one file serves, with the user's own nodes compiled, and gives what was recorded", async () => {
  const bundle = await openBundle(written);
  expect(bundle.manifest.nodes).toEqual(['nodes/01-own-louder.mjs']);
  const server = await serve();
  await expect.poll(() => settled(server), { timeout: 60_000 }).toBe('ready');
  const ask = { url: server.url, headers: {}, signal: new AbortController().signal };
  const [verdict] = await verifyServer(ask, bundle, doubled.pipeline.checked);
  expect(verdict).toMatchObject({ sample: 'sunset', outputs: [] });
  const said = await command(['verify', server.url]);
  expect(said.out).toContain('1 of 1 golden samples reproduced');
  expect(said.code).toBe(0);
  const sent = await command(['verify', server.url, '--bundle', written, '--json']);
  expect(JSON.parse(sent.out)).toMatchObject({ verified: true });
});

it('it is never ready where an answer differs, and names the node where that begins (fault 83)', async () => {
  const server = await serve((folder) => {
    const node = path.join(folder, 'nodes/01-own-louder.mjs');
    const text = readFileSync(node, 'utf8');
    expect(text).toContain('0.5');
    writeFileSync(node, text.replace('0.5', '0.6'));
    reseal(folder);
  });
  await expect.poll(() => settled(server), { timeout: 60_000 }).toBe('failed');
  const { status, body } = await server.ready();
  expect(status).toBe(503);
  const { problem } = JSON.parse(body).versions[0];
  expect(problem).toMatchObject({ code: 'golden-differs', where: { node: 'louder', port: 'scores' } });
  expect(problem.message).toMatch(/differs by up to 0\.1, allowed/);
  const refused = await fetch(`${server.url}/predict`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  expect(refused.status).toBe(503);
  // The server tells it to whoever asks, node by node.
  const told = await command(['verify', server.url]);
  expect(told.code).toBe(5);
  expect(told.out).toContain('begins at louder.scores');
  const sent = await command(['verify', server.url, '--bundle', written]);
  expect(sent.code).not.toBe(0);
});

it.each([
  ['a model', 'pipeline/models/scenes.onnx'],
  ['a record', 'golden/01-sunset.json'],
  ['the bill of materials', 'sbom.cdx.json'],
])('%s with one bit turned over: it is never ready, and names the file (fault 98)', async (_, file) => {
  const server = await serve((folder) => {
    const place = path.join(folder, file);
    const data = readFileSync(place);
    data[data.length >> 1] ^= 4;
    writeFileSync(place, data);
  });
  await expect.poll(() => settled(server), { timeout: 60_000 }).toBe('failed');
  expect((await server.ready()).body).toContain('bundle-changed');
  expect((await server.ready()).body).toContain(path.basename(file));
});

it.each([
  ['bundle.json', (text: string) => text.replace('"concurrency": 2', '"concurrency": 3')],
  ['nodes/01-own-louder.mjs', (text: string) => `${text}\nconsole.log('pwned');`],
])('%s that was edited: it ends at once, and nothing of it has run (fault 98)', async (file, edit) => {
  const server = await serve((folder) => {
    const place = path.join(folder, file);
    writeFileSync(place, edit(readFileSync(place, 'utf8')));
  });
  expect(await server.ended).not.toBe(0);
  expect(server.said()).toContain('bundle-changed');
  expect(server.said()).not.toContain('pwned');
});

it('an address that is no such server, or none at all, is told as such', async () => {
  const bundle = await openBundle(written);
  const ask = { url: `http://127.0.0.1:${await freePort()}`, headers: {}, signal: new AbortController().signal };
  await rejects(() => verifyServer(ask, bundle, doubled.pipeline.checked), 'connection-lost');
});

it('the command exports, says what it wrote, verifies the folder, and names what was changed', async () => {
  const folder = path.join(tempFolder(), 'out');
  const made = await command([
    'export',
    source,
    '--nodes',
    nodes,
    '-o',
    folder,
    '--image',
    'team/scenes:2',
    '--set',
    'minReplicas=3',
  ]);
  expect(made.err).toBe('');
  expect(made.out).toContain('1 of 1 golden samples reproduced');
  const verified = await command(['verify', folder, '--ports']);
  expect(verified.out).toContain('files are as they were exported');
  expect(verified.code).toBe(0);
  writeFileSync(path.join(folder, 'pipeline/models/labels.txt'), 'x\n');
  const broken = await command(['verify', folder]);
  expect(broken.code).toBe(3);
  expect(broken.err).toContain('pipeline/models/labels.txt');
});
