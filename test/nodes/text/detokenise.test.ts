import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { detokenise } from '../../../nodes/text/detokenise.ts';
import { readTokenizerReference, tokenizerNames } from '../../reference/tokenizerCases.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { infer, tensorType } from '../tensor/wires.ts';
import { tokenizerHost } from './tokenizerHost.ts';

const host = tokenizerHost();
testNode(detokenise, { host });

const reference = readTokenizerReference();

function idTensor(ids: readonly number[], shape: readonly number[] = [1, ids.length]): TensorValue {
  return { kind: 'tensor', dtype: 'int64', shape, data: BigInt64Array.from(ids.map(BigInt)) };
}
async function run(name: string, ids: TensorValue, skipSpecialTokens = true) {
  const params = { tokenizer: `tokenizer-${name}.json`, skipSpecialTokens };
  return (await callNode(detokenise, { host, params, inputs: { ids } })).text;
}

describe('text.detokenise', () => {
  for (const name of tokenizerNames) {
    it(`${name}: equals Python's decode`, async () => {
      const want = reference.tokenizers[name];
      for (const [i, { ids }] of want.special.entries()) {
        expect(await run(name, idTensor(ids))).toEqual({ kind: 'text', text: want.decoded[i] });
        expect(await run(name, idTensor(ids), false)).toEqual({ kind: 'text', text: want.decodedAll[i] });
      }
    });
  }
  it('takes [n] and int32, and gives nothing for nothing', async () => {
    const ids = reference.tokenizers.bpe.special[4].ids;
    const narrow: TensorValue = { kind: 'tensor', dtype: 'int32', shape: [ids.length], data: Int32Array.from(ids) };
    expect(await run('bpe', narrow)).toEqual({ kind: 'text', text: 'Hello, world!' });
    expect(await run('bpe', idTensor([]))).toEqual({ kind: 'text', text: '' });
  });
  it('refuses ids that are not in the vocabulary, and two rows', async () => {
    expect((await rejects(() => run('bpe', idTensor([5, 99999])), 'value-invalid')).message).toContain('99999');
    await rejects(() => run('bpe', idTensor([-1])), 'value-invalid');
    await rejects(() => run('bpe', idTensor([1, 2], [2, 1])), 'value-shape');
    expect(infer(detokenise, { ids: tensorType('int64', [2, 5]) }).problems[0].code).toBe('wire-shape');
  });
});
