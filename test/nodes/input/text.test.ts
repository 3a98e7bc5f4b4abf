import { describe, expect, it } from 'vitest';
import { text } from '../../../nodes/input/text.ts';
import { rejects } from '../../rejects.ts';
import { testNode } from '../../test-node.ts';
import { fileHost, media, runInput } from './given.ts';

testNode(text);

describe('input.text', () => {
  const host = fileHost({ 'note.txt': '\ufeffgrüße 狗', 'long.txt': 'x'.repeat(50) }, { textCharacters: 40 });
  it('reads a UTF-8 file, without its byte order mark', async () => {
    expect((await runInput(text, media('note.txt'), {}, host)).text).toEqual({ kind: 'text', text: 'grüße 狗' });
    expect((await runInput(text, null, { file: 'note.txt' }, host)).text).toEqual({ kind: 'text', text: 'grüße 狗' });
    expect((await runInput(text, media('stdin', 'a\r\nb'), {}, host)).text).toEqual({ kind: 'text', text: 'a\r\nb' });
  });
  it('takes an empty text that was given', async () => {
    const given = { kind: 'text', text: '' } as const;
    expect((await runInput(text, given, { text: 'sample' })).text).toEqual(given);
    expect((await runInput(text, media('empty', ''), { text: 'sample' })).text).toEqual(given);
  });
  it('says that nothing was given', async () => {
    await rejects(() => runInput(text, null), 'input-missing');
    expect((await rejects(() => runInput(text, null, { optional: true }), 'input-missing')).message).toContain(
      'optional',
    );
  });
  // Row 39 of the faults.
  it('refuses what is not valid Unicode, and takes the next', async () => {
    for (const bad of [[0xff, 0xfe, 0x61, 0], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0x80]])
      await rejects(() => runInput(text, media('bad.txt', Uint8Array.from(bad))), 'text-encoding');
    const utf16 = await rejects(
      () => runInput(text, media('u.txt', Uint8Array.of(0xff, 0xfe, 0x61, 0))),
      'text-encoding',
    );
    expect(utf16.message).toContain('UTF-16');
    for (const bad of ['\ud83d', 'a\udc00', '\udc00\ud800'])
      await rejects(() => runInput(text, { kind: 'text', text: bad }), 'text-encoding');
    await rejects(() => runInput(text, null, { text: '\ud83d' }), 'text-encoding');
    await expect(runInput(text, { kind: 'text', text: '😀' })).resolves.toBeDefined();
  });
  it('holds to the limit of characters, counted as code points', async () => {
    const params = {};
    await rejects(() => runInput(text, media('long.txt'), params, host), 'text-too-long');
    await rejects(() => runInput(text, { kind: 'text', text: 'x'.repeat(41) }, params, host), 'text-too-long');
    await expect(runInput(text, { kind: 'text', text: '😀'.repeat(40) }, params, host)).resolves.toBeDefined();
    await expect(runInput(text, media('ok', '😀'.repeat(40)), params, host)).resolves.toBeDefined();
  });
  it('refuses another kind, and names a file that is not there', async () => {
    await rejects(() => runInput(text, { kind: 'json', json: 'x' }), 'input-kind');
    await rejects(() => runInput(text, null, { file: 'nowhere.txt' }, host), 'file-missing');
  });
});
