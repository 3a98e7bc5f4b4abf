import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { vectorDims } from '../kernels/rows.ts';
import { concreteShape, inferredShape } from '../kernels/shapes.ts';
import { decodeIds } from '../kernels/tokenizer.ts';
import { tokenizerFor } from '../kernels/tokenizerCache.ts';

export const detokenise = defineNode({
  type: 'text.detokenise',
  version: 1,
  title: 'Detokenise',
  summary: 'Turns token ids back into text, by a Hugging Face tokenizer.json.',
  keywords: ['tokenizer', 'decode', 'ids', 'text', 'detokenize'],
  inputs: { ids: port.tensor({ dtype: ['int64', 'int32'], doc: 'Ids of one text: [tokens] or [1, tokens].' }) },
  outputs: { text: port.text({ doc: 'The text; empty for no ids.' }) },
  params: {
    tokenizer: p.file({ role: 'tokenizer', doc: 'The tokenizer.json that belongs to the model.' }),
    skipSpecialTokens: p.boolean({ default: true, doc: 'Leave special tokens such as [CLS] out of the text.' }),
  },
  infer: ({ inputs, report }) => {
    inferredShape(vectorDims(inputs.ids.shape), report);
    return { text: anyType.text };
  },
  run: async ({ inputs, params, files, host, signal }) => {
    concreteShape(vectorDims(inputs.ids.shape));
    const path = params.tokenizer;
    const loaded = await tokenizerFor(path, files.tokenizer?.sha256 ?? '', () => host.files.bytes(path, signal));
    const ids = Array.from(inputs.ids.data, Number);
    return { text: { kind: 'text', text: decodeIds(loaded, ids, params.skipSpecialTokens) } };
  },
  examples: [
    {
      title: 'Ids of a model of the BERT family',
      params: { tokenizer: 'tokenizer-wordpiece.json' },
      inputs: {
        ids: { kind: 'tensor', dtype: 'int64', shape: [1, 6], data: BigInt64Array.of(2n, 367n, 735n, 655n, 9n, 3n) },
      },
      outputs: { text: { kind: 'text', text: 'the dog barks.' } },
    },
  ],
});
