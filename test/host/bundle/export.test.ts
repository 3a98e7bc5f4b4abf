import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { manifestName } from '../../../core/serve/manifest.ts';
import { openBundle } from '../../../host/bundle/verify.ts';
import { goldenProblems, verifyGolden } from '../../../host/bundle/verifyGolden.ts';
import { filesBelow, writeBundle } from '../../../host/bundle/writeBundle.ts';
import { startEngine } from '../../../host/engine/client.ts';
import { rejects } from '../../rejects.ts';
import { root } from '../../rules/sources.ts';
import { tempFolder } from '../../temp-folder.ts';
import { type ExportedCase, exportCase, sharedFolder } from './exported.ts';

const sample = path.join(root, 'samples', 'picture-classifier');
// Engines, servers and commands are processes of their own, slow to start where much else runs.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const shared = sharedFolder();
const written = path.join(shared, 'bundle');
let scenes: ExportedCase;

beforeAll(async () => {
  scenes = await exportCase(sample);
  await writeBundle(written, (await scenes.plan('container')).files);
});
afterAll(() => rmSync(shared, { recursive: true, force: true }));

it('a bundle holds server, pipeline, record, bill of materials, licences and what deploys it, each by its hash', async () => {
  const { manifest, without, opened } = await openBundle(written);
  expect(without).toEqual([]);
  expect(opened.document.name).toBe('Picture classifier');
  const listed = manifest.files.map((file) => file.path);
  for (const wanted of [
    'server/server.mjs',
    'package.json',
    'package-lock.json',
    'pipeline/models/scenes.onnx',
    'pipeline/models/labels.txt',
    'pipeline/media/sunset.jpg',
    'pipeline/picture-classifier.tributary.json',
    'golden/01-sunset.json',
    'sbom.cdx.json',
    'openapi.json',
    'README.md',
    'LICENSES/README.md',
    'Dockerfile',
    'compose.yaml',
    'monitoring/prometheus.yml',
    'monitoring/grafana/pipeline.json',
  ])
    expect(listed).toContain(wanted);
  expect(await filesBelow(written)).toEqual([...listed, manifestName].sort());
  expect(manifest.golden.samples).toMatchObject([
    { name: 'sunset', inputs: { image: { file: 'pipeline/media/sunset.jpg' } } },
  ]);
  expect(manifest.made.devices).toEqual({ model: 'cpu' });
  // What was measured says when; the bundle itself does not.
  expect(JSON.stringify({ ...manifest, profile: null })).not.toMatch(/"(?:createdAt|time|date)"/);
});

it('two exports are the same to the byte (fault 97)', async () => {
  const again = await exportCase(sample);
  const other = path.join(tempFolder(), 'elsewhere');
  await writeBundle(other, (await again.plan('container')).files);
  const names = await filesBelow(written);
  expect(await filesBelow(other)).toEqual(names);
  for (const name of names)
    expect(readFileSync(path.join(other, name)).equals(readFileSync(path.join(written, name))), name).toBe(true);
});

/** What tools that look for secrets look for. */
const secrets: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36}\b/,
  /\bnpm_[A-Za-z0-9]{36}\b/,
  /_authToken\s*=/,
  /\bxox[abp]-[0-9A-Za-z-]{10,}/,
  /\bhf_[A-Za-z0-9]{30,}\b/,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'`$]+:[^\s/:@"'`${]{6,}@/,
  /\/(?:home|Users)\/[a-z][-\w]*\//,
];

async function findings(folder: string, places: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await filesBelow(folder)) {
    const text = readFileSync(path.join(folder, name), 'latin1');
    for (const place of places) if (text.includes(place)) found.push(`${name} holds ${place}`);
    for (const secret of secrets) if (secret.test(text)) found.push(`${name} holds ${text.match(secret)?.[0]}`);
  }
  return found;
}

it('nothing in it names a person, a place on this machine, or a secret (fault 99)', async () => {
  const named = [os.hostname(), os.userInfo().username].filter((name) => name.length > 8);
  expect(await findings(written, [`${os.homedir()}/`, root, shared, sample, ...named])).toEqual([]);
});

it('secrets that lie beside a pipeline or in the environment stay behind (fault 99)', async () => {
  const key = (sign: string) => sign.repeat(36);
  const home = path.join(tempFolder(), 'home', 'ada');
  const source = path.join(home, 'work');
  cpSync(sample, source, { recursive: true });
  const lying = {
    '.env': `AWS_KEY=AKIA${'A'.repeat(16)}\n`,
    '.npmrc': `//registry.npmjs.org/:_authToken=npm_${key('b')}\n`,
    '.git/config': `[remote]\nurl = https://ada:correct-horse@example.com/x.git\n`,
    'models/id_rsa': '-----BEGIN OPENSSH PRIVATE KEY-----\n',
    'media/token.txt': `ghp_${key('c')}\n`,
  };
  for (const [name, text] of Object.entries(lying)) {
    mkdirSync(path.dirname(path.join(source, name)), { recursive: true });
    writeFileSync(path.join(source, name), text);
  }
  // The scanner finds what lies there: what it does not find in the bundle is not there.
  const found = new Set((await findings(source, [])).map((one) => one.split(' ')[0]));
  expect([...found].sort()).toEqual(Object.keys(lying).sort());
  const before = { ...process.env };
  Object.assign(process.env, { HF_TOKEN: `hf_${key('d')}`, NPM_TOKEN: `npm_${key('e')}`, HOME: home, LOGNAME: 'ada' });
  const folder = path.join(tempFolder(), 'out');
  try {
    await writeBundle(folder, (await (await exportCase(source)).plan('container')).files);
  } finally {
    for (const name of ['HF_TOKEN', 'NPM_TOKEN', 'HOME', 'LOGNAME']) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
  expect(await findings(folder, [home, source, key('d'), key('e')])).toEqual([]);
  expect(await filesBelow(folder)).toEqual(await filesBelow(written));
});

it('one bit of any file turned over, and it is refused by name (fault 98)', async () => {
  const names = await filesBelow(written);
  const copy = path.join(tempFolder(), 'copy');
  cpSync(written, copy, { recursive: true });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      fc.integer({ min: 0, max: 7 }),
      async (name, where, bit) => {
        const file = path.join(copy, name);
        const bytes = readFileSync(file);
        const turned = Buffer.from(bytes);
        turned[Math.floor(where * bytes.length)] ^= 1 << bit;
        writeFileSync(file, turned);
        try {
          const problem =
            name === manifestName
              ? await brokenManifest(copy)
              : await rejects(() => openBundle(copy), 'bundle-changed');
          expect(problem.where.file).toBe(name);
        } finally {
          writeFileSync(file, bytes);
        }
      },
    ),
    { numRuns: 30 },
  );
  await openBundle(copy);
});

async function brokenManifest(folder: string) {
  return openBundle(folder).then(
    () => expect.fail('it was opened'),
    (error) => {
      expect(['bundle-invalid', 'bundle-changed']).toContain(error.data.code);
      return error.data;
    },
  );
}

it('a file that is gone, longer, a link or a folder is refused; what only deploys it may be left out', async () => {
  const copy = path.join(tempFolder(), 'copy');
  const fresh = (): void => {
    rmSync(copy, { recursive: true, force: true });
    cpSync(written, copy, { recursive: true });
  };
  const model = path.join(copy, 'pipeline/models/scenes.onnx');
  const spoil: readonly (() => void)[] = [
    () => rmSync(model),
    () => writeFileSync(model, Buffer.concat([readFileSync(model), Buffer.of(0)])),
    () => {
      const original = path.join(written, 'pipeline/models/scenes.onnx');
      rmSync(model);
      symlinkSync(original, model);
    },
    () => {
      rmSync(model);
      mkdirSync(model);
    },
  ];
  for (const one of spoil) {
    fresh();
    one();
    expect((await rejects(() => openBundle(copy), 'bundle-changed')).where.file).toBe('pipeline/models/scenes.onnx');
  }
  fresh();
  rmSync(path.join(copy, 'compose.yaml'));
  expect((await openBundle(copy)).without).toEqual(['compose.yaml']);
  await rejects(() => openBundle(tempFolder()), 'bundle-invalid');
  writeFileSync(path.join(copy, manifestName), JSON.stringify({ format: 'tributary-bundle', schemaVersion: 99 }));
  expect((await rejects(() => openBundle(copy), 'bundle-invalid')).message).toContain('newer');
});

it('an export replaces an older one and an empty folder, and nothing else', async () => {
  const { files } = await scenes.plan('config');
  const folder = tempFolder();
  await writeBundle(folder, files);
  await writeBundle(folder, files);
  expect(await filesBelow(folder)).toEqual(files.map(({ path: name }) => name));
  writeFileSync(path.join(folder, 'notes.txt'), 'mine');
  const refused = await rejects(() => writeBundle(folder, files), 'document-conflict');
  expect(refused.message).toContain('notes.txt');
  expect(readFileSync(path.join(folder, 'notes.txt'), 'utf8')).toBe('mine');
  const foreign = tempFolder();
  writeFileSync(path.join(foreign, 'a.txt'), 'mine');
  await rejects(() => writeBundle(foreign, files), 'document-conflict');
  expect(readdirSync(foreign)).toEqual(['a.txt']);
  const link = path.join(tempFolder(), 'link');
  symlinkSync(folder, link);
  await rejects(() => writeBundle(link, files), 'document-conflict');
  const stopped = path.join(tempFolder(), 'stopped');
  await expect(writeBundle(stopped, files, { signal: AbortSignal.abort() })).rejects.toThrow();
  expect(existsSync(stopped)).toBe(false);
  expect(readdirSync(path.dirname(stopped))).toEqual([]);
});

it('a file that changed since it was hashed is not shipped', async () => {
  const source = tempFolder();
  cpSync(sample, source, { recursive: true });
  const mine = await exportCase(source);
  const { files } = await mine.plan('config');
  writeFileSync(path.join(source, 'models/labels.txt'), 'other\n');
  const target = path.join(tempFolder(), 'out');
  await rejects(() => writeBundle(target, files), 'model-changed');
  expect(existsSync(target)).toBe(false);
});

it('samples that are given are recorded beside the own one, and go along', async () => {
  const given = ['forest.jpg', 'desert.jpg'].map((name) => ({
    name,
    inputs: { image: { kind: 'media', path: path.join(sample, 'media', 'sunset.jpg'), name } as const },
  }));
  const more = await exportCase(sample, given);
  const folder = path.join(tempFolder(), 'more');
  await writeBundle(folder, (await more.plan('config')).files);
  const bundle = await openBundle(folder);
  expect(bundle.manifest.golden.samples.map(({ name }) => name)).toEqual(['sunset', 'forest.jpg', 'desert.jpg']);
  expect(bundle.manifest.golden.samples[1].inputs).toEqual({
    image: { file: 'golden/inputs/02-image-forest.jpg', name: 'forest.jpg' },
  });
  const engine = startEngine();
  try {
    const verdicts = await verifyGolden(bundle, { engine, checked: more.pipeline.checked, ports: true });
    expect(verdicts.map(({ sample: name, outputs, ports }) => [name, outputs, ports])).toEqual([
      ['sunset', [], []],
      ['forest.jpg', [], []],
      ['desert.jpg', [], []],
    ]);
  } finally {
    await engine.close();
  }
});

it('another picture, label file or model with the hashes made to fit: the first node that differs is named (fault 47, fault 83)', async () => {
  const source = tempFolder();
  cpSync(sample, source, { recursive: true });
  const bundle = await openBundle(written);
  const engine = startEngine();
  try {
    const verdicts = async () =>
      verifyGolden(
        { ...bundle, folder: source, opened: { ...bundle.opened, folder: path.join(source, 'pipeline') } },
        { engine, checked: scenes.pipeline.checked },
      );
    rmSync(source, { recursive: true });
    cpSync(written, source, { recursive: true });
    expect(goldenProblems(bundle.manifest, await verdicts())).toEqual([]);
    copyFileSync(path.join(root, 'test/reference/image-noisy.jpg'), path.join(source, 'pipeline/media/sunset.jpg'));
    const [problem] = goldenProblems(bundle.manifest, await verdicts());
    expect(problem).toMatchObject({ code: 'golden-differs', where: { node: 'photo' } });
    expect(problem.message).toContain('sunset');
  } finally {
    await engine.close();
  }
});

it('options that no target has, versions that no image has, pipelines without a sample: refused before anything runs', async () => {
  await rejects(() => scenes.plan('container', { nonsense: 1 }), 'usage');
  await rejects(() => scenes.plan('container', { port: 0 }), 'usage');
  const twice = await rejects(() => scenes.plan('container', { grpcPort: 8080 }), 'usage');
  expect([twice.message, twice.where.param]).toEqual(['HTTP and gRPC cannot both have port 8080.', 'grpcPort']);
  const crossed = await rejects(() => scenes.plan('kubernetes', { minReplicas: 5, maxReplicas: 3 }), 'usage');
  expect([crossed.message, crossed.where.param]).toEqual([
    'At least 5 copies and at most 3 cannot both be.',
    'minReplicas',
  ]);
  expect((await scenes.plan('kubernetes', { maxReplicas: 1 })).files.length).toBeGreaterThan(0);
  const { checked, opened } = scenes.pipeline;
  const document = {
    ...opened.document,
    nodes: opened.document.nodes.map((node) => ({ ...node, params: node.id === 'photo' ? {} : node.params })),
  };
  expect(document).not.toEqual(opened.document);
  const { goldenSamples } = await import('../../../host/bundle/samples.ts');
  const photo = checked.nodes.get('photo');
  if (photo === undefined) throw new Error('the sample has no photo');
  const bare = {
    ...checked,
    nodes: new Map([...checked.nodes, ['photo', { ...photo, params: { ...photo.params, file: '' } }] as const]),
  };
  const problem = await rejects(() => goldenSamples(bare, opened.folder, []), 'input-missing');
  expect(problem.message).toContain('"image"');
});
