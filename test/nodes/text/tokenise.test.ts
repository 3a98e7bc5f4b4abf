import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FileFacts } from '../../../core/define/file-facts.ts';
import type { Json, TensorValue, Value } from '../../../core/kinds/value.ts';
import { tokenise } from '../../../nodes/text/tokenise.ts';
import { readTokenizerReference, tokenizerJson, tokenizerNames } from '../../reference/tokenizerCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { infer } from '../tensor/wires.ts';
import { tokenizerHost } from './tokenizerHost.ts';

const host = tokenizerHost();
testNode(tokenise, { host });

const reference = readTokenizerReference();

function facts(path: string, text: string): FileFacts {
  return { path, bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') };
}
function text(value: string): Value {
  return { kind: 'text', text: value };
}
function numbers(value: Value | readonly unknown[]): number[] {
  return Array.from((value as TensorValue).data as BigInt64Array, Number);
}
function run(tokenizer: string, first: string, params: Readonly<Record<string, Json>> = {}, pair?: string) {
  const inputs = pair === undefined ? { text: text(first) } : { text: text(first), pair: text(pair) };
  return callNode(tokenise, { host, params: { tokenizer: `tokenizer-${tokenizer}.json`, ...params }, inputs });
}

describe("text.tokenise equals Python's tokenizers", () => {
  for (const name of tokenizerNames) {
    const want = reference.tokenizers[name];
    it(`${name}: ids, types and mask of every text`, async () => {
      for (const [i, sample] of reference.texts.entries()) {
        const got = await run(name, sample);
        expect(numbers(got.input_ids), JSON.stringify(sample)).toEqual(want.special[i].ids);
        expect(numbers(got.token_type_ids)).toEqual(want.special[i].types);
        expect(numbers(got.attention_mask)).toEqual(want.special[i].ids.map(() => 1));
        expect(got.input_ids).toMatchObject({ dtype: 'int64', shape: [1, want.special[i].ids.length] });
      }
    });
    it(`${name}: pairs`, async () => {
      for (const [i, [a, b]] of reference.pairs.entries()) {
        const got = await run(name, a, {}, b);
        expect(numbers(got.input_ids)).toEqual(want.pairs[i].ids);
        expect(numbers(got.token_type_ids)).toEqual(want.pairs[i].types);
      }
    });
    it(`${name}: padding of one text`, async () => {
      for (const { padding, batch, rows } of want.padded) {
        // Without a length, Python pads a batch to its longest: text.tokeniseBatch.
        if (padding.length === undefined) continue;
        const side = padding.direction === 'left' ? 'left' : 'right';
        for (const [i, sample] of batch.entries()) {
          const params = { padding: 'fixed', padLength: 16, padSide: side, padId: 7 };
          const job = run(name, sample, params);
          if (rows[i].ids.length > 16) {
            await rejects(() => job, 'value-shape');
            continue;
          }
          const got = await job;
          expect(numbers(got.input_ids)).toEqual(rows[i].ids);
          expect(numbers(got.attention_mask)).toEqual(rows[i].mask);
          expect(numbers(got.token_type_ids)).toEqual(rows[i].types);
        }
      }
    });
  }
});

describe('text.tokenise at its edges', () => {
  it('knows its shapes', () => {
    const shapeOf = (params: Readonly<Record<string, Json>>) =>
      infer(tokenise, { text: { kind: 'text', sequence: { count: 'one' } } }, params);
    expect(shapeOf({}).types.input_ids).toMatchObject({ dtype: 'int64', shape: [1, null] });
    expect(shapeOf({ padding: 'fixed', padLength: 64 }).types.attention_mask).toMatchObject({ shape: [1, 64] });
    expect(shapeOf({ padding: 'fixed', padLength: 64, maxLength: 65 }).problems[0]).toMatchObject({
      code: 'param-invalid',
      mend: { setParam: { name: 'maxLength', value: 64 } },
    });
  });
  it('takes the padding id of the tokenizer', async () => {
    expect(numbers((await run('bpe', 'a', { padding: 'multiple', padLength: 8 })).input_ids).slice(-5)).toEqual([
      1, 1, 1, 1, 1,
    ]);
  });
  it('asks for a padding id where the tokenizer names none', async () => {
    const json = JSON.parse(tokenizerJson('wordpiece'));
    const added = json.added_tokens.filter((token: { content: string }) => token.content !== '[PAD]');
    const bare = tokenizerHost({ 'bare.json': JSON.stringify({ ...json, padding: null, added_tokens: added }) });
    const call = { host: bare, params: { tokenizer: 'bare.json', padding: 'fixed' }, inputs: { text: text('a') } };
    expect((await rejects(() => callNode(tokenise, call), 'value-invalid')).where.param).toBe('padId');
    const padded = await callNode(tokenise, { ...call, params: { ...call.params, padId: 5 } });
    expect(numbers(padded.input_ids).at(-1)).toBe(5);
  });
  it('reads a tokenizer once for the same content', async () => {
    const own = tokenizerHost();
    const tokenizer = 'tokenizer-unigram.json';
    const files = { tokenizer: facts(tokenizer, tokenizerJson('unigram')) };
    for (let i = 0; i < 3; i++) {
      await callNode(tokenise, { host: own, files, params: { tokenizer }, inputs: { text: text('a') } });
    }
    expect(own.reads.length).toBeLessThanOrEqual(1);
  });
  // Row 47 of the faults.
  it('refuses a tokenizer that was swapped after it was checked, and takes the right one next', async () => {
    const tokenizer = 'mine.json';
    const mine = `${tokenizerJson('wordpiece')} `;
    const files = { tokenizer: facts(tokenizer, mine) };
    const call = { files, params: { tokenizer }, inputs: { text: text('The dog') } };
    const swapped = tokenizerHost({ 'mine.json': tokenizerJson('bpe') });
    const problem = await rejects(() => callNode(tokenise, { ...call, host: swapped }), 'model-changed');
    expect(problem.where.file).toBe(tokenizer);
    await expect(callNode(tokenise, { ...call, host: tokenizerHost({ 'mine.json': mine }) })).resolves.toBeDefined();
  });
  it('names a tokenizer file that cannot be used', async () => {
    const bad = tokenizerHost({ 'bad.json': '{"model":', 'latin.json': 'x' });
    const call = (tokenizer: string) => () =>
      callNode(tokenise, { host: bad, params: { tokenizer }, inputs: { text: text('a') } });
    expect((await rejects(call('bad.json'), 'asset-invalid')).where.file).toBe('bad.json');
    await rejects(call('latin.json'), 'asset-invalid');
    await rejects(call('nowhere.json'), 'file-missing');
    await expect(call('tokenizer-bpe.json')()).resolves.toBeDefined();
  });
  // Row 39 of the faults.
  it('refuses half a surrogate pair in either text', async () => {
    await rejects(() => run('bpe', 'a\ud800b'), 'text-encoding');
    await rejects(() => run('bpe', 'a', {}, '\udfff'), 'text-encoding');
    await expect(run('bpe', 'next')).resolves.toBeDefined();
  });
  // Row 38 of the faults: at the limit it is done, over it refused, at once.
  it('takes a million times one letter, and refuses one more', async () => {
    for (const name of tokenizerNames) {
      const got = await run(name, 'a'.repeat(1_000_000), { maxLength: 8 });
      expect(numbers(got.input_ids).length).toBeLessThanOrEqual(8);
      await rejects(() => run(name, 'a'.repeat(1_000_001)), 'text-too-long');
    }
  });
});
