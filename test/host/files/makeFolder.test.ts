import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../../../host/files/makeFolder.ts';
import { tempFolder } from '../../temp-folder.ts';

it('makes a folder with those above it, and is content with one that is there', async () => {
  const folder = path.join(tempFolder(), 'a/b/c');
  await Promise.all([makeFolder(folder), makeFolder(folder), makeFolder(path.join(folder, 'd'))]);
  await makeFolder(folder);
  expect(statSync(path.join(folder, 'd')).isDirectory()).toBe(true);
});

it('fails below a file', async () => {
  const file = path.join(tempFolder(), 'file');
  writeFileSync(file, '');
  await expect(makeFolder(path.join(file, 'below'))).rejects.toThrow('ENOTDIR');
});

it.runIf(existsSync('/proc/self'))('comes back where a folder takes no entries', { timeout: 30_000 }, async () => {
  await expect(makeFolder('/proc/no-such-folder/below')).rejects.toThrow(/ENOENT|EACCES|EPERM/);
});
