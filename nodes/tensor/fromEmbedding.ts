import { defineNode } from '../../core/define/node.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { tensorResult } from '../kernels/loweredAxes.ts';

export const fromEmbedding = defineNode({
  type: 'tensor.fromEmbedding',
  version: 1,
  title: 'Embedding to tensor',
  summary: 'Gives an embedding as a float32 tensor with a batch axis, ready for a model.',
  keywords: ['vector', 'feature', 'convert'],
  inputs: { embedding: port.embedding({ doc: 'A vector.' }) },
  outputs: { tensor: port.tensor({ doc: 'float32 [1, n].' }) },
  params: {},
  infer: ({ inputs }) => ({ tensor: { ...anyType.tensor, dtype: 'float32', shape: [1, inputs.embedding.length] } }),
  run: ({ inputs, owned }) => {
    const data = owned.has('embedding') ? inputs.embedding.data : inputs.embedding.data.slice();
    return { tensor: { kind: 'tensor', dtype: 'float32', shape: [1, data.length], data } };
  },
  lower: ({ onnx, inputs: { embedding } }) => ({
    tensor: tensorResult(onnx.op('Unsqueeze', [embedding.vector, onnx.integers([1])])),
  }),
  mend: (from, to) => (from.kind === 'embedding' && to.kinds.includes('tensor') ? {} : null),
  examples: [
    {
      title: 'Three features to a batch of one',
      inputs: { embedding: { kind: 'embedding', data: Float32Array.of(1, 2, 3), unit: false } },
      outputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [1, 3], data: Float32Array.of(1, 2, 3) } },
    },
  ],
});
