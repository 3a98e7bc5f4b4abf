import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { one } from '../../core/kinds/type.ts';
import type { Item } from '../../core/kinds/value.ts';
import { batchTexts, requireBatchRoom } from '../kernels/batchTexts.ts';
import { tokenisedTypes } from '../kernels/tokenisedTypes.ts';
import { type Encoded, encodeText } from '../kernels/tokenizer.ts';
import { tokenizerFor } from '../kernels/tokenizerCache.ts';
import { paddings, tokenRows } from '../kernels/tokenRows.ts';
import { requireText } from '../kernels/utf8.ts';

/** For the example: two rows. */
function rowsOfSix(...data: bigint[]): readonly Item[] {
  return [{ t: 0, value: { kind: 'tensor', dtype: 'int64', shape: [2, 6], data: BigInt64Array.from(data) } }];
}

export const tokeniseBatch = defineNode({
  type: 'text.tokeniseBatch',
  version: 1,
  title: 'Tokenise a batch',
  summary: 'Gathers all texts of a sequence into one batch of token ids, padded to the longest.',
  keywords: ['tokenizer', 'batch', 'labels', 'zero-shot', 'ids', 'tokenize'],
  details:
    'Waits for the end of the sequence. A JSON item is a list of texts, e.g. the labels that a zero-shot classifier compares with. An empty sequence gives an empty batch.',
  inputs: { texts: port.oneOf(['text', 'json'], { doc: 'Texts, or JSON lists of texts.' }) },
  outputs: {
    input_ids: port.tensor({ doc: 'int64 [texts, longest].' }),
    attention_mask: port.tensor({ doc: 'int64 [texts, longest]: 1 for tokens, 0 for padding.' }),
    token_type_ids: port.tensor({ doc: 'int64 [texts, longest].' }),
  },
  params: {
    tokenizer: p.file({ role: 'tokenizer', doc: 'The tokenizer.json that belongs to the model.' }),
    addSpecialTokens: p.boolean({
      default: true,
      doc: 'Put in the special tokens of the template, such as [CLS] and [SEP].',
    }),
    maxLength: p.optionalInt({
      min: 1,
      max: 1000000,
      unit: 'tokens',
      doc: 'Most tokens, special ones included; null: no bound.',
    }),
    truncationSide: p.choice(['right', 'left'], { default: 'right', doc: 'Where text is cut off.', advanced: true }),
    padding: p.choice(paddings, {
      default: 'none',
      doc: 'How long the rows become.',
      choiceDocs: ['as long as the longest', 'padLength', 'the next multiple of padLength'],
    }),
    padLength: p.int({
      default: 128,
      min: 1,
      max: 1000000,
      unit: 'tokens',
      doc: 'Length for "fixed", factor for "multiple".',
    }),
    padSide: p.choice(['right', 'left'], { default: 'right', doc: 'Where padding goes.', advanced: true }),
    padId: p.optionalInt({
      min: 0,
      doc: 'Id that fills rows; null: the one that the tokenizer names.',
      advanced: true,
    }),
  },
  infer: ({ params, report }) => {
    const types = tokenisedTypes(null, params, report);
    return {
      input_ids: { ...types.input_ids, sequence: one },
      attention_mask: { ...types.attention_mask, sequence: one },
      token_type_ids: { ...types.token_type_ids, sequence: one },
    };
  },
  stream: async function* ({ inputs, params, files, host, signal }) {
    const path = params.tokenizer;
    const loaded = await tokenizerFor(path, files.tokenizer?.sha256 ?? '', () => host.files.bytes(path, signal));
    const options = { ...params, truncation: 'longestFirst' as const };
    const rows: Encoded[] = [];
    let t: number | null = null;
    let tokens = 0;
    for await (const item of inputs.texts) {
      signal.throwIfAborted();
      t ??= item.t;
      for (const text of batchTexts(item.value)) {
        requireText(text, 'The text', host.limits.textCharacters);
        const row = encodeText(loaded, text, null, options);
        tokens += row.ids.length;
        rows.push(row);
        requireBatchRoom(rows.length, tokens, host.limits);
      }
    }
    const { ids, mask, types } = tokenRows(rows, loaded, params);
    yield { t: t ?? 0, outputs: { input_ids: ids, attention_mask: mask, token_type_ids: types } };
  },
  examples: [
    {
      title: 'Two labels to one batch',
      params: { tokenizer: 'tokenizer-wordpiece.json' },
      inputs: {
        texts: [
          { t: 0, value: { kind: 'text', text: 'The dog barks.' } },
          { t: 1, value: { kind: 'text', text: 'a cat' } },
        ],
      },
      outputs: {
        input_ids: rowsOfSix(2n, 367n, 735n, 655n, 9n, 3n, 2n, 14n, 734n, 3n, 0n, 0n),
        attention_mask: rowsOfSix(1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 0n, 0n),
        token_type_ids: rowsOfSix(0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n),
      },
    },
  ],
});
