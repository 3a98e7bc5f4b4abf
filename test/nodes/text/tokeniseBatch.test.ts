import { describe, expect, it } from 'vitest';
import type { Item, Json, TensorValue } from '../../../core/kinds/value.ts';
import { tokeniseBatch } from '../../../nodes/text/tokeniseBatch.ts';
import { readTokenizerReference, tokenizerNames } from '../../reference/tokenizerCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { infer } from '../tensor/wires.ts';
import { tokenizerHost } from './tokenizerHost.ts';

const host = tokenizerHost();
testNode(tokeniseBatch, { host });

const reference = readTokenizerReference();

async function run(texts: readonly Item[], params: Readonly<Record<string, Json>>, on = host) {
  const got = await callNode(tokeniseBatch, { host: on, params, inputs: { texts } });
  const tensorOf = (name: string) => (got[name] as readonly Item<TensorValue>[])[0].value;
  return { ids: tensorOf('input_ids'), mask: tensorOf('attention_mask'), types: tensorOf('token_type_ids') };
}
function textItems(texts: readonly string[]): readonly Item[] {
  return texts.map((text, t) => ({ t, value: { kind: 'text', text } }));
}
function flat(tensor: TensorValue): readonly number[] {
  return Array.from(tensor.data as BigInt64Array, Number);
}

describe("text.tokeniseBatch equals Python's encode_batch", () => {
  for (const name of tokenizerNames) {
    it(`${name}: padded to the longest, to a multiple, on either side`, async () => {
      let compared = 0;
      for (const { padding, batch, rows } of reference.tokenizers[name].padded) {
        const { length, pad_to_multiple_of: multiple } = padding;
        const params = {
          tokenizer: `tokenizer-${name}.json`,
          padId: 7,
          padSide: padding.direction ?? 'right',
          padding: length !== undefined ? 'fixed' : multiple !== undefined ? 'multiple' : 'none',
          padLength: length ?? multiple ?? 1,
        };
        if (length !== undefined && rows.some((row) => row.ids.length > length)) {
          await rejects(() => run(textItems(batch), params), 'value-shape');
          continue;
        }
        const { ids, mask, types } = await run(textItems(batch), params);
        expect(ids.shape).toEqual([batch.length, rows[0].ids.length]);
        expect(flat(ids)).toEqual(rows.flatMap((row) => row.ids));
        expect(flat(mask)).toEqual(rows.flatMap((row) => row.mask));
        expect(flat(types)).toEqual(rows.flatMap((row) => row.types));
        compared++;
      }
      expect(compared).toBeGreaterThanOrEqual(2);
    });
  }
});

describe('text.tokeniseBatch at its edges', () => {
  const params = { tokenizer: 'tokenizer-wordpiece.json' };
  it('takes a JSON list as texts', async () => {
    const list: Item = { t: 3, value: { kind: 'json', json: ['a', 'The dog barks.'] } };
    expect(await run([list], params)).toEqual(await run(textItems(['a', 'The dog barks.']), params));
    for (const json of [null, 5, ['a', 1], { a: 'b' }])
      await rejects(() => run([{ t: 0, value: { kind: 'json', json } }], params), 'value-invalid');
  });
  it('gives an empty batch for an empty sequence', async () => {
    expect((await run([], params)).ids).toMatchObject({ shape: [0, 0], data: new BigInt64Array(0) });
  });
  it('gives one item of a known type', () => {
    const texts = { kind: 'text', sequence: { count: 'many' } } as const;
    const { types } = infer(tokeniseBatch, { texts }, { padding: 'fixed', padLength: 9 });
    expect(types.input_ids).toEqual({ kind: 'tensor', dtype: 'int64', shape: [null, 9], sequence: { count: 'one' } });
  });
  it('holds no more than the limits allow', async () => {
    const few = tokenizerHost({}, { sequenceItems: 2 });
    await rejects(() => run(textItems(['a', 'b', 'c']), params, few), 'sequence-too-large');
    const small = tokenizerHost({}, { sequenceBytes: 1000 });
    await rejects(() => run(textItems(['a '.repeat(50)]), params, small), 'sequence-too-large');
    await expect(run(textItems(['a', 'b']), params, few)).resolves.toBeDefined();
  });
  it('refuses half a surrogate pair', async () => {
    await rejects(() => run(textItems(['ok', '\ud800']), params), 'text-encoding');
  });
});
