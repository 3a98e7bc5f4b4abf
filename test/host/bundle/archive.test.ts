import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { type Zippable, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Problem } from '../../../core/problems/problem.ts';
import { writeArchive } from '../../../host/bundle/archive.ts';
import { openArchive } from '../../../host/bundle/openArchive.ts';
import type { PlannedExport } from '../../../host/bundle/planExport.ts';
import { readZipDirectory, zipLimits } from '../../../host/bundle/zipDirectory.ts';
import { command } from '../../cli/command.ts';
import { rejects } from '../../rejects.ts';
import { root } from '../../rules/sources.ts';
import { tempFolder } from '../../temp-folder.ts';
import { exportCase, sharedFolder } from './exported.ts';

// Engines, servers and commands are processes of their own, slow to start where much else runs.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const shared = sharedFolder();
const archive = path.join(shared, 'scenes.zip');
let planned: PlannedExport;

beforeAll(async () => {
  planned = await (await exportCase(path.join(root, 'samples', 'picture-classifier'))).plan('config');
  await writeArchive(archive, planned.files);
});
afterAll(() => rmSync(shared, { recursive: true, force: true }));

it('a pipeline goes through an archive to another machine, and runs there', async () => {
  const folder = path.join(tempFolder(), 'here');
  const { manifest, opened } = await openArchive(archive, folder);
  expect(manifest.target).toBe('config');
  expect(readdirSync(folder).sort()).toEqual(['LICENSES', 'README.md', 'bundle.json', 'drift', 'golden', 'pipeline']);
  expect(readFileSync(path.join(folder, 'pipeline/models/labels.txt'))).toEqual(
    readFileSync(path.join(root, 'samples/picture-classifier/models/labels.txt')),
  );
  const ran = await command(['run', opened.file, '--json']);
  expect(JSON.parse(ran.out).outputs.scene).toBeDefined();
  const imported = await command(['import', archive, '-o', path.join(tempFolder(), 'there')]);
  expect(imported.code).toBe(0);
  expect(imported.out).toContain('each as it was exported');
});

it('two archives of one pipeline are the same to the byte, whatever the zone of time (fault 97)', async () => {
  const again = path.join(tempFolder(), 'again.zip');
  const zone = process.env['TZ'];
  process.env['TZ'] = 'Pacific/Auckland';
  try {
    await writeArchive(again, planned.files);
  } finally {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  }
  expect(readFileSync(again).equals(readFileSync(archive))).toBe(true);
});

const text = new TextEncoder().encode('x');
const file = (mode: number) => ({ os: 3, attrs: mode << 16 });

const refused: readonly (readonly [string, Zippable])[] = [
  ['a name that climbs out', { '../evil': text }],
  ['a name that climbs out further in', { 'a/../../evil': text }],
  ['an absolute name', { '/evil': text }],
  ['a name with a drive', { 'C:/evil': text }],
  ['backslashes', { '..\\evil': text }],
  ['a control character', { 'a\nb': text }],
  ['an empty part', { 'a//b': text }],
  ['a dot part', { './a': text }],
  ['a symbolic link', { link: [new TextEncoder().encode('/etc/passwd'), file(0o120777)] }],
  ['a device', { device: [text, file(0o020666)] }],
  ['names that differ by size of letters', { 'models/a': text, 'models/A': text }],
  ['folders that differ by size of letters', { 'models/a': text, 'Models/b': text }],
  ['names that differ by composition', { 'caf\u00e9': text, 'cafe\u0301': text }],
  ['a file and a folder of one name', { a: text, 'a/b': text }],
  ['a name of a device of Windows', { 'aux.txt': text }],
  ['a name that Windows cuts', { 'a.': text }],
];

it.each(refused)('an archive with %s is refused before anything is written (fault 96)', async (_, entries) => {
  const folder = tempFolder();
  const zip = path.join(folder, 'x.zip');
  writeFileSync(zip, zipSync(entries));
  await rejects(() => openArchive(zip, path.join(folder, 'out')), 'archive-invalid');
  expect(readdirSync(folder)).toEqual(['x.zip']);
});

const step = fc.constantFrom(
  'a',
  'A',
  'b.txt',
  '.',
  '..',
  '...',
  '',
  ' ',
  'aux',
  'c:',
  '~',
  '%2e%2e',
  '\u0000',
  'e\u0301',
  '\u00e9',
);
const oddName = fc
  .tuple(
    fc.constantFrom('', '/', '\\\\', './'),
    fc.array(step, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('/', '\\'),
  )
  .map(([first, steps, between]) => first + steps.join(between));

it('whatever files are called and are, none is left anywhere, and the next archive opens (fault 96)', async () => {
  const folder = tempFolder();
  const zip = path.join(folder, 'x.zip');
  const kind = fc.constantFrom(0o100644, 0o120777, 0o040755, 0o020666, 0o010644, 0o140644);
  await fc.assert(
    fc.asyncProperty(fc.dictionary(oddName, kind, { minKeys: 1, maxKeys: 4 }), async (files) => {
      writeFileSync(
        zip,
        zipSync(Object.fromEntries(Object.entries(files).map(([name, mode]) => [name, [text, file(mode)]]))),
      );
      // Names that are plain make an archive without a manifest.
      const error = await openArchive(zip, path.join(folder, 'deep', 'out')).catch((thrown: unknown) => thrown);
      expect(['archive-invalid', 'bundle-invalid']).toContain(error instanceof Problem ? error.data.code : error);
      expect(readdirSync(folder, { recursive: true }).filter((name) => name !== 'deep')).toEqual(['x.zip']);
    }),
    { numRuns: 150 },
  );
  await openArchive(archive, path.join(folder, 'deep', 'out'));
});

it('bombs are refused by what they say, and by what they unpack to (fault 96)', async () => {
  const folder = tempFolder();
  const zip = path.join(folder, 'x.zip');
  const out = path.join(folder, 'out');
  writeFileSync(zip, zipSync({ zeros: [new Uint8Array(8 * 2 ** 20), { level: 9 }] }));
  expect((await rejects(() => openArchive(zip, out), 'archive-invalid')).message).toContain('times its size');
  // One that lies about its size is cut off where it passes it.
  const bytes = zipSync({ zeros: [new Uint8Array(4 * 2 ** 20), { level: 9 }] });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 22;
  view.setUint32(view.getUint32(end + 16, true) + 24, 1000, true);
  writeFileSync(zip, bytes);
  expect((await rejects(() => openArchive(zip, out), 'archive-invalid')).message).toContain('more than it says');
  writeFileSync(zip, zipSync(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, text]))));
  const few = { ...zipLimits, entries: 10 };
  expect((await rejects(() => openArchive(zip, out, { limits: few }), 'archive-invalid')).message).toContain(
    '30 files',
  );
  const small = { ...zipLimits, bytes: 5 };
  await rejects(() => openArchive(zip, out, { limits: small }), 'archive-invalid');
  expect(readdirSync(folder)).toEqual(['x.zip']);
});

it('files that share their bytes, two names for one file, other sizes than packed: refused (fault 96)', async () => {
  const folder = tempFolder();
  const zip = path.join(folder, 'x.zip');
  const spoil = async (change: (view: DataView, directory: number) => void, words: string): Promise<void> => {
    const bytes = zipSync({ one: [text, { level: 0 }], two: [text, { level: 0 }] });
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    change(view, view.getUint32(bytes.length - 6, true));
    writeFileSync(zip, bytes);
    expect((await rejects(() => openArchive(zip, path.join(folder, 'out')), 'archive-invalid')).message).toContain(
      words,
    );
  };
  const second = (directory: number): number => directory + 46 + 3;
  // The second lies where the first does: one file under two names, as a hard link is.
  await spoil((view, directory) => view.setUint32(second(directory) + 42, 0, true), 'another name');
  await spoil((view, directory) => {
    view.setUint32(second(directory) + 42, 0, true);
    for (const [at, sign] of [...'one'].entries()) view.setUint8(second(directory) + 46 + at, sign.charCodeAt(0));
  }, 'one name');
  await spoil((view, directory) => view.setUint32(directory + 20, 900, true), 'two sizes');
  await spoil((view, directory) => view.setUint16(directory + 8, 1, true), 'encrypted');
  await spoil((view, directory) => view.setUint16(directory + 10, 12, true), 'not taken');
  await spoil((view, directory) => view.setUint8(directory + 16, 7), 'broken');
});

it('cut off at any place, or with any byte changed, it is refused, and nothing is left behind', async () => {
  const folder = tempFolder();
  const zip = path.join(folder, 'x.zip');
  const bytes = readFileSync(archive);
  for (const share of [0, 0.001, 0.3, 0.7, 0.999]) {
    writeFileSync(zip, bytes.subarray(0, Math.floor(share * bytes.length)));
    await rejects(() => openArchive(zip, path.join(folder, 'out')), 'archive-invalid');
  }
  for (const share of [0.1, 0.4, 0.6, 0.9]) {
    const changed = Buffer.from(bytes);
    changed[Math.floor(share * bytes.length)] ^= 16;
    writeFileSync(zip, changed);
    await expect(openArchive(zip, path.join(folder, 'out'))).rejects.toThrow();
  }
  expect(readdirSync(folder)).toEqual(['x.zip']);
  await openArchive(archive, path.join(folder, 'out'));
});

it('an archive that holds more than its bundle, or another bundle, is refused; a folder in use stays as it is', async () => {
  const folder = tempFolder();
  const zip = path.join(folder, 'x.zip');
  const content = (path_: string): Uint8Array => {
    const { content } = planned.files.find((one) => one.path === path_) ?? expect.fail(path_);
    return 'copy' in content
      ? readFileSync(content.copy.from)
      : 'text' in content
        ? new TextEncoder().encode(content.text)
        : content.bytes;
  };
  const all = Object.fromEntries(planned.files.map((one) => [one.path, content(one.path)]));
  writeFileSync(zip, zipSync({ ...all, 'pipeline/extra.bin': text }));
  expect((await rejects(() => openArchive(zip, path.join(folder, 'out')), 'archive-invalid')).message).toContain(
    'extra.bin',
  );
  writeFileSync(zip, zipSync({ ...all, 'pipeline/models/labels.txt': text }));
  await rejects(() => openArchive(zip, path.join(folder, 'out')), 'bundle-changed');
  writeFileSync(zip, zipSync({ 'a.txt': text }));
  await rejects(() => openArchive(zip, path.join(folder, 'out')), 'bundle-invalid');
  expect(existsSync(path.join(folder, 'out'))).toBe(false);
  const used = path.join(folder, 'used');
  mkdirSync(used);
  writeFileSync(path.join(used, 'mine.txt'), 'mine');
  await rejects(() => openArchive(archive, used), 'document-conflict');
  expect(readdirSync(used)).toEqual(['mine.txt']);
  symlinkSync(used, path.join(folder, 'link'));
  await rejects(() => openArchive(archive, path.join(folder, 'link')), 'document-conflict');
  await rejects(() => openArchive(path.join(folder, 'none.zip'), path.join(folder, 'out')), 'file-missing');
});

it('reads what other programs pack, and leaves folders out', async () => {
  const folder = tempFolder();
  const zip = path.join(folder, 'x.zip');
  writeFileSync(zip, zipSync({ 'a/': new Uint8Array(0), 'a/b.txt': [text, { level: 9 }] }));
  const handle = await open(zip);
  const entries = await readZipDirectory(handle, 'x.zip').finally(() => handle.close());
  expect(entries).toMatchObject([{ name: 'a/b.txt', bytes: 1 }]);
  expect(statSync(archive).size).toBeLessThan(planned.bytes);
});
