import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import { makeFileHost, readWhole } from '../../../host/files/host.ts';
import { naturalOrder } from '../../../host/files/naturalOrder.ts';
import { openWorkspace } from '../../../host/files/workspace.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';

const signal = new AbortController().signal;

async function makeHost(limits: Readonly<Record<string, number>> = {}) {
  const folder = tempFolder();
  const workspace = await openWorkspace(folder);
  return { folder, files: makeFileHost({ workspace, limits: makeLimits(limits) }) };
}

it('lists plain files in the order in which people count, without hidden ones and folders', async () => {
  const { folder, files } = await makeHost();
  for (const name of ['frame10.png', 'frame2.png', 'frame1.png', '.hidden', 'Frame3.png'])
    writeFileSync(path.join(folder, name), name);
  mkdirSync(path.join(folder, 'sub'));
  symlinkSync(path.join(folder, 'frame2.png'), path.join(folder, 'link.png'));
  const given = await files.list({ kind: 'media', path: folder, name: 'pictures' }, signal);
  expect(given.map((s) => s.name)).toEqual(['Frame3.png', 'frame1.png', 'frame2.png', 'frame10.png', 'link.png']);
  expect(given[1].path).toBe(path.join(folder, 'frame1.png'));
  const fromDocument = await files.list({ kind: 'media', path: '.', name: 'pictures' }, signal);
  expect(fromDocument.map((s) => s.name)).not.toContain('link.png');
});

it('orders names totally: by number, then by text', () => {
  expect(['a10', 'a9', 'a09', 'b1', 'a', '10', '9'].sort(naturalOrder)).toEqual([
    '9',
    '10',
    'a',
    'a09',
    'a9',
    'a10',
    'b1',
  ]);
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '0', '1', '9', '.') });
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      expect(Math.sign(naturalOrder(a, b))).toBe(-Math.sign(naturalOrder(b, a)) + 0);
      if (naturalOrder(a, b) <= 0 && naturalOrder(b, c) <= 0) expect(naturalOrder(a, c)).toBeLessThanOrEqual(0);
      if (naturalOrder(a, b) === 0) expect(a).toBe(b);
    }),
  );
});

it('reads bytes and text inside the folder only', async () => {
  const { folder, files } = await makeHost();
  writeFileSync(path.join(folder, 'labels.txt'), '\ufeffKatze\nHund – ß');
  expect(await files.text('labels.txt', signal)).toBe('Katze\nHund – ß');
  expect((await files.bytes('labels.txt', signal)).byteLength).toBe(20);
  await rejects(() => files.bytes('../x', signal), 'path-outside');
  await rejects(() => files.bytes('label.txt', signal), 'file-missing');
  await rejects(() => files.bytes('.', signal), 'file-unreadable');
});

it('refuses text that is not UTF-8', async () => {
  const { folder, files } = await makeHost();
  writeFileSync(path.join(folder, 'bad.txt'), Uint8Array.of(0x41, 0xc3, 0x28));
  writeFileSync(path.join(folder, 'wide.txt'), Buffer.from('\ufeffabc', 'utf16le'));
  await rejects(() => files.text('bad.txt', signal), 'text-encoding');
  expect((await rejects(() => files.text('wide.txt', signal), 'text-encoding')).message).toContain('UTF-16');
});

it('asks for the size before it reads, so a huge file costs no memory', async () => {
  const { folder, files } = await makeHost({ mediaFileBytes: 1000 });
  const file = path.join(folder, 'huge.bin');
  writeFileSync(file, '');
  truncateSync(file, 8 * 2 ** 30);
  const before = process.memoryUsage().rss;
  await rejects(() => files.bytes('huge.bin', signal), 'media-too-large');
  const source = { kind: 'media', path: file, name: 'huge.bin' } as const;
  const problem = await rejects(() => files.sourceBytes(source, 5000, signal), 'media-too-large');
  expect(problem.message).toContain('8 GiB');
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  const given = { kind: 'media', bytes: new Uint8Array(10), name: 'given' } as const;
  await rejects(() => files.sourceBytes(given, 9, signal), 'media-too-large');
  expect(await files.sourceBytes(given, 10, signal)).toBe(given.bytes);
});

it('refuses what is no plain file and would never end', async (test) => {
  if (process.platform === 'win32') test.skip('there is no /dev/zero on Windows');
  await rejects(() => readWhole('/dev/zero', { name: 'zero', maxBytes: 1000 }), 'file-unreadable');
});

it('stops when the signal says so', async () => {
  const { folder, files } = await makeHost();
  writeFileSync(path.join(folder, 'x'), 'x');
  const reason = new Error('stop');
  await expect(files.bytes('x', AbortSignal.abort(reason))).rejects.toBe(reason);
});
