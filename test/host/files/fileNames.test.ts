import fc from 'fast-check';
import { expect, it } from 'vitest';
import { numberedName, safeFileName } from '../../../host/files/fileNames.ts';
import { outsideReason } from '../../../host/files/workspace.ts';

it('keeps good names, and makes any other one good', () => {
  for (const good of ['photo.jpg', '-i', 'größe 2.png', 'a.b.tributary.json', '長い.wav', "it's $(x).txt"])
    expect(safeFileName(good)).toBe(good);
  expect(safeFileName('../../etc/passwd')).toBe('_.._etc_passwd');
  expect(safeFileName('CON.txt')).toBe('_CON.txt');
  expect(safeFileName('..')).toBe('file');
  expect(safeFileName('a\n|b?.jpg')).toBe('a__b_.jpg');
  expect(safeFileName(`${'x'.repeat(500)}.jpeg`)).toMatch(/^x{100,}\.jpeg$/);
});

it('whatever comes in, the name is plain, short, steady and inside the folder', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 600 })), (name) => {
      const safe = safeFileName(name);
      expect(safe).not.toMatch(/[/\\\p{Cc}\p{Cs}:*?"<>|]|^[. ]|[. ]$|^$/u);
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(121);
      expect(outsideReason(`media/${safe}`)).toBeNull();
      expect(safeFileName(safe)).toBe(safe);
    }),
    { numRuns: 500 },
  );
});

it('numbers before the ending', () => {
  expect(numberedName('a.jpg', 1)).toBe('a.jpg');
  expect(numberedName('a.jpg', 2)).toBe('a (2).jpg');
  expect(numberedName('a.tributary.json', 3)).toBe('a (3).tributary.json');
  expect(numberedName('noending', 2)).toBe('noending (2)');
});
