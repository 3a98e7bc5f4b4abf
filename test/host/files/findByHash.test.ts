import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { copyNew } from '../../../host/files/copyNew.ts';
import { findByHash } from '../../../host/files/findByHash.ts';
import { hashFile } from '../../../host/files/hashFile.ts';
import { moveToTrash } from '../../../host/files/trash.ts';
import { walkFiles } from '../../../host/files/walkFiles.ts';
import { watchFolder } from '../../../host/files/watchFolder.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';

it('finds by hash wherever it lies now, by name where no hash was recorded, and nothing else', async () => {
  const folder = tempFolder();
  mkdirSync(path.join(folder, 'a/b'), { recursive: true });
  mkdirSync(path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, 'net.onnx'), 'another');
  writeFileSync(path.join(folder, 'a/b/moved.onnx'), 'the one');
  writeFileSync(path.join(folder, 'a/labels.txt'), 'x');
  writeFileSync(path.join(folder, 'node_modules/hidden.onnx'), 'gone');
  const sha256 = await hashFile(path.join(folder, 'a/b/moved.onnx'));
  const gone = await hashFile(path.join(folder, 'node_modules/hidden.onnx'));
  const lost = [
    { path: 'models/net.onnx', sha256 },
    { path: 'models/labels.txt', sha256: '' },
    { path: 'models/gone.onnx', sha256: gone },
  ];
  const found = await findByHash(lost, [folder, folder, '/no/such/folder'], 5000);
  expect(Object.fromEntries(found)).toEqual({
    'models/net.onnx': path.join(folder, 'a/b/moved.onnx'),
    'models/labels.txt': path.join(folder, 'a/labels.txt'),
    'models/gone.onnx': null,
  });
});

it('walks within its bounds, in order, past links and hidden names', async () => {
  const folder = tempFolder();
  mkdirSync(path.join(folder, 'a/b/c'), { recursive: true });
  for (const name of ['10.jpg', '2.jpg', '.x.jpg', 'a/3.jpg', 'a/b/4.jpg', 'a/b/c/5.jpg', 'no.txt'])
    writeFileSync(path.join(folder, name), name);
  symlinkSync('/etc/passwd', path.join(folder, 'link.jpg'));
  const walk = (files: number, depth: number) =>
    walkFiles(folder, { depth, files, names: 100, wanted: (name) => name.endsWith('.jpg') });
  expect((await walk(100, 2)).map((file) => file.path)).toEqual(['2.jpg', '10.jpg', 'a/3.jpg', 'a/b/4.jpg']);
  expect((await walk(3, 9)).map((file) => file.path)).toEqual(['2.jpg', '10.jpg', 'a/3.jpg']);
});

it('copies where nothing stands, is content with the same, and refuses to replace', async () => {
  const folder = tempFolder();
  const [a, b] = [path.join(folder, 'a'), path.join(folder, 'deep/b')];
  writeFileSync(a, 'one');
  await copyNew(a, b);
  await copyNew(a, b);
  writeFileSync(a, 'two');
  await rejects(() => copyNew(a, b), 'document-conflict');
  expect(readFileSync(b, 'utf8')).toBe('one');
  await rejects(() => copyNew(path.join(folder, 'none'), path.join(folder, 'c')), 'output-unwritable');
});

it('keeps what is thrown away, twice under one name too', async () => {
  const folder = tempFolder();
  for (const text of ['one', 'two']) {
    writeFileSync(path.join(folder, 'a.txt'), text);
    await moveToTrash(folder, path.join(folder, 'a.txt'));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const kept = readdirSync(path.join(folder, '.trash')).map((name) =>
    readFileSync(path.join(folder, '.trash', name), 'utf8'),
  );
  expect(kept.sort()).toEqual(['one', 'two']);
  await rejects(() => moveToTrash(folder, path.join(folder, 'a.txt')), 'output-unwritable');
});

it('hears of changes in a folder, and is quiet where nothing can be watched', async () => {
  const folder = tempFolder();
  const heard = new Promise<ReadonlySet<string>>((resolve) => {
    watchFolder(folder, resolve, 20);
  });
  watchFolder(path.join(folder, 'none'), () => undefined)();
  for (const name of ['a', 'b']) writeFileSync(path.join(folder, name), name);
  expect([...(await heard)].sort()).toEqual(['a', 'b']);
});
