import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { writeDocument } from '../../../core/graph/write.ts';
import { openDocument, replaceFile, saveDocument } from '../../../host/files/documentFile.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';

const limits = makeLimits();
const empty: PipelineDocument = {
  schemaVersion: 1,
  name: 'empty',
  nodes: [],
  wires: [],
  groups: [],
  notes: [],
  inputs: {},
  outputs: {},
  files: [],
};

it('opens a file, a folder that holds one, and a name without its ending', async () => {
  const folder = tempFolder();
  const file = path.join(folder, 'one.tributary.json');
  await saveDocument(file, empty);
  for (const target of [file, folder, path.join(folder, 'one')]) {
    const opened = await openDocument(target, limits);
    expect(opened.file).toBe(file);
    expect(opened.folder).toBe(folder);
    expect(opened.document).toEqual(empty);
    expect(opened.readOnly).toBe(false);
  }
  await saveDocument(path.join(folder, 'two.tributary.json'), empty);
  expect((await rejects(() => openDocument(folder, limits), 'usage')).message).toContain('two.tributary.json');
  await rejects(() => openDocument(path.join(folder, 'three'), limits), 'file-missing');
  await rejects(() => openDocument(tempFolder(), limits), 'file-missing');
});

it('refuses a document of 100 MB before it reads it', async () => {
  const file = path.join(tempFolder(), 'huge.tributary.json');
  writeFileSync(file, '{');
  truncateSync(file, 100 * 2 ** 20);
  const before = process.memoryUsage().rss;
  const problem = await rejects(() => openDocument(file, limits), 'document-too-large');
  expect(problem.message).toContain('100 MiB');
  expect(process.memoryUsage().rss - before).toBeLessThan(50 * 2 ** 20);
});

it('says that bytes which are no text are not JSON', async () => {
  const file = path.join(tempFolder(), 'x.tributary.json');
  writeFileSync(file, Uint8Array.of(0x7b, 0xff, 0x7d));
  await rejects(() => openDocument(file, limits), 'document-json');
});

it('recovers or refuses a document that was cut at any byte, and leaves the file alone', async () => {
  const folder = tempFolder();
  const file = path.join(folder, 'cut.tributary.json');
  const whole = writeDocument({ ...empty, name: 'äöü', notes: [{ id: 'n', text: 'x', position: { x: 1, y: 2 } }] });
  const data = Buffer.from(whole);
  for (let end = 0; end < data.length - 1; end++) {
    const cut = data.subarray(0, end);
    writeFileSync(file, cut);
    await rejects(() => openDocument(file, limits), 'document-json');
    expect(readFileSync(file).equals(cut)).toBe(true);
  }
});

it('replaces a file whole: links kept, rights kept, nothing left beside it', async () => {
  const folder = tempFolder();
  const real = path.join(folder, 'real.tributary.json');
  writeFileSync(real, 'old');
  chmodSync(real, 0o640);
  const link = path.join(folder, 'link.tributary.json');
  symlinkSync(real, link);
  await saveDocument(link, empty);
  expect(readFileSync(real, 'utf8')).toBe(writeDocument(empty));
  expect(statSync(real).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder).sort()).toEqual(['link.tributary.json', 'real.tributary.json']);
});

it('refuses to save over a version that it has not seen', async () => {
  const folder = tempFolder();
  const file = path.join(folder, 'x.tributary.json');
  const first = await saveDocument(file, empty);
  const second = await saveDocument(file, { ...empty, name: 'second' }, { replaces: first });
  await rejects(() => saveDocument(file, { ...empty, name: 'third' }, { replaces: first }), 'document-conflict');
  expect((await openDocument(file, limits)).document.name).toBe('second');
  await saveDocument(file, { ...empty, name: 'third' }, { replaces: second });
});

it('leaves the old file as it was when the new one cannot be written', async () => {
  const folder = tempFolder();
  mkdirSync(path.join(folder, 'taken'));
  writeFileSync(path.join(folder, 'taken', 'inside'), 'x');
  await rejects(() => replaceFile(path.join(folder, 'taken'), new Uint8Array(1)), 'output-unwritable');
  await rejects(() => replaceFile(path.join(folder, 'taken', 'inside', 'x'), new Uint8Array(1)), 'output-unwritable');
  expect(readdirSync(folder)).toEqual(['taken']);
  expect(readdirSync(path.join(folder, 'taken'))).toEqual(['inside']);
});

it('leaves the old file byte for byte on a full file system', async (test) => {
  const { execFileSync } = await import('node:child_process');
  const folder = tempFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    test.skip('a small file system cannot be mounted here (it needs root)');
  }
  try {
    const file = path.join(folder, 'x.tributary.json');
    await saveDocument(file, empty);
    const before = readFileSync(file);
    const large = { ...empty, description: 'x'.repeat(99_000) };
    await rejects(() => saveDocument(file, large), 'output-unwritable');
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['x.tributary.json']);
    await saveDocument(file, { ...empty, name: 'works again' });
  } finally {
    execFileSync('umount', [folder]);
  }
});
