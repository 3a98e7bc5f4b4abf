import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../core/kinds/value.ts';
import { json } from '../../../nodes/input/json.ts';
import { jsonOfText } from '../../../nodes/kernels/jsonText.ts';
import { rejects } from '../../rejects.ts';
import { testNode } from '../../test-node.ts';
import { fileHost, media, runInput } from './given.ts';

testNode(json);

describe('input.json', () => {
  const host = fileHost({ 'data.json': '\ufeff{"a": [1, "x", null]}' });
  it('takes a value, a file and a sample, in this order', async () => {
    const fromFile = { kind: 'json', json: { a: [1, 'x', null] } };
    expect((await runInput(json, media('data.json'), { sample: 1 }, host)).json).toEqual(fromFile);
    expect((await runInput(json, null, { file: 'data.json' }, host)).json).toEqual(fromFile);
    expect((await runInput(json, null, { file: 'data.json', sample: 1 }, host)).json).toEqual({
      kind: 'json',
      json: 1,
    });
    const given = { kind: 'json', json: null } as const;
    expect((await runInput(json, given, { sample: 1 })).json).toEqual(given);
    await rejects(() => runInput(json, null), 'input-missing');
    await rejects(() => runInput(json, { kind: 'text', text: '{}' }), 'input-kind');
  });
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        if (!text.includes('__proto__')) expect(jsonOfText(text, 'x', 100)).toEqual(JSON.parse(text));
      }),
    );
  });
  it('refuses bad syntax, and says where', async () => {
    for (const bad of ['', '{', '{"a":}', '[1,]', 'NaN', "{'a':1}", '"\u0001"', '{"a":1}x', '"\\'])
      expect((await rejects(() => runInput(json, media('bad.json', bad)), 'media-corrupt')).where.file).toBe(
        'bad.json',
      );
    await rejects(() => runInput(json, media('bad.json', Uint8Array.of(0x22, 0xff, 0x22))), 'text-encoding');
  });
  // Rows 1 and 2 of the faults.
  it('refuses 100,000 levels before it parses them', async () => {
    for (const deep of ['['.repeat(100_000), '{"a":'.repeat(100_000), `${'['.repeat(101)}${']'.repeat(101)}`])
      await rejects(() => runInput(json, media('deep.json', deep)), 'document-too-deep');
    await expect(runInput(json, media('ok.json', `${'['.repeat(100)}${']'.repeat(100)}`))).resolves.toBeDefined();
    await expect(runInput(json, media('ok.json', JSON.stringify('['.repeat(1000))))).resolves.toBeDefined();
    let value: Json = 1;
    for (let i = 0; i < 100_000; i++) value = [value];
    await rejects(() => runInput(json, { kind: 'json', json: value }), 'document-too-deep');
  });
  it('refuses __proto__, however it is written, and leaves prototypes alone', async () => {
    for (const bad of ['{"__proto__":{"polluted":1}}', '[{"a":{"\\u005f_proto__":1}}]'])
      await rejects(() => runInput(json, media('bad.json', bad)), 'document-forbidden-key');
    await rejects(
      () => runInput(json, { kind: 'json', json: JSON.parse('{"__proto__":1}') }),
      'document-forbidden-key',
    );
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    await expect(runInput(json, media('ok.json', '{"constructor":1,"a":"__proto__"}'))).resolves.toBeDefined();
  });
  it('refuses a file over the limit', async () => {
    const small = fileHost({ 'big.json': '"xxxxxxxxxxxx"' }, { documentBytes: 10 });
    await rejects(() => runInput(json, media('big.json'), {}, small), 'media-too-large');
  });
});
