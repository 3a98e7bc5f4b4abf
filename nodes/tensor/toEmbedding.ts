import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { isFloat } from '../../core/kinds/dtype.ts';
import { anyType } from '../../core/kinds/type.ts';
import { loweredL2 } from '../kernels/loweredSimilarity.ts';
import { vectorDims } from '../kernels/rows.ts';
import { concreteShape, inferredShape } from '../kernels/shapes.ts';
import { l2Normalised } from '../kernels/similarity.ts';
import { numbersOf } from '../kernels/tensor.ts';
import { demandDtype, requireDtype } from '../kernels/tensorSet.ts';

export const toEmbedding = defineNode({
  type: 'tensor.toEmbedding',
  version: 1,
  title: 'Tensor to embedding',
  summary: 'Takes a tensor that holds one vector as the embedding of the item.',
  keywords: ['vector', 'feature', 'convert'],
  inputs: { tensor: port.tensor({ doc: 'One vector of floats: [n], [1, n] or [1, 1, n].' }) },
  outputs: { embedding: port.embedding({ doc: 'The vector, in float32.' }) },
  params: {
    normalise: p.boolean({ default: false, doc: 'Scale the vector to length one (L2).' }),
  },
  infer: ({ inputs, report }) => {
    demandDtype(inputs.tensor.dtype, isFloat, 'An embedding', 'float32', 'tensor', report);
    const shape = inferredShape(vectorDims(inputs.tensor.shape), report);
    return { embedding: { ...anyType.embedding, length: shape?.[0] ?? null } };
  },
  run: ({ inputs, params }) => {
    const { tensor } = inputs;
    requireDtype(tensor.dtype, isFloat, 'An embedding', 'float32');
    const [length] = concreteShape(vectorDims(tensor.shape));
    const numbers = numbersOf(tensor);
    const data = Float32Array.from(params.normalise ? l2Normalised(numbers, 1, length, 1, 1e-12) : numbers);
    return { embedding: { kind: 'embedding', data, unit: params.normalise && data.some((x) => x !== 0) } };
  },
  lower: ({ onnx, inputs: { tensor }, params }) => {
    const row = onnx.op('Reshape', [tensor.tensor, onnx.integers([0, -1])]);
    const vector = onnx.cast(params.normalise ? loweredL2(onnx, row, 1, 1e-12) : row, 'float32');
    return { embedding: { kind: 'embedding', vector, unit: params.normalise } };
  },
  lowerTolerance: 1e-7,
  mend: (from, to) => (from.kind === 'tensor' && to.kinds.includes('embedding') ? {} : null),
  examples: [
    {
      title: 'A batch of one, scaled to length one',
      params: { normalise: true },
      inputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [1, 2], data: Float32Array.of(3, 4) } },
      outputs: { embedding: { kind: 'embedding', data: Float32Array.of(0.6, 0.8), unit: true } },
    },
  ],
});
