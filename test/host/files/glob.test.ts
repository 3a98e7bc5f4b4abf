import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { expandGlob, isGlob } from '../../../host/files/glob.ts';
import { tempFolder } from '../../temp-folder.ts';

function tree(): string {
  const folder = tempFolder();
  for (const file of [
    'a1.jpg',
    'a2.jpg',
    'a10.jpg',
    'b.png',
    '.hidden.jpg',
    'sub/c.jpg',
    'sub/deep/d.jpg',
    'sub/[x].jpg',
    '.git/e.jpg',
  ]) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), '');
  }
  symlinkSync(folder, path.join(folder, 'sub', 'loop'));
  return folder;
}

it.each([
  ['*.jpg', ['a1.jpg', 'a2.jpg', 'a10.jpg']],
  ['a?.jpg', ['a1.jpg', 'a2.jpg']],
  ['*.{jpg,png}', ['a1.jpg', 'a2.jpg', 'a10.jpg', 'b.png']],
  ['a[2-9].jpg', ['a2.jpg']],
  ['a[!2].jpg', ['a1.jpg']],
  ['*/c.jpg', ['sub/c.jpg']],
  ['**/*.jpg', ['a1.jpg', 'a2.jpg', 'a10.jpg', 'sub/[x].jpg', 'sub/c.jpg', 'sub/deep/d.jpg']],
  ['.*.jpg', ['.hidden.jpg']],
  ['*.gif', []],
  ['none/*.jpg', []],
])('%s', async (pattern, wanted) => {
  const folder = tree();
  const found = await expandGlob(path.join(folder, pattern));
  expect(found.map((file) => path.relative(folder, file).split(path.sep).join('/'))).toEqual(wanted);
});

it('tells patterns from names', () => {
  expect(['*.jpg', 'a?', '[ab]', '{a,b}'].every(isGlob)).toBe(true);
  expect(['photo.jpg', 'a{b}', '[]', 'x+y'].some(isGlob)).toBe(false);
});
