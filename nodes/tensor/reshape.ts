import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { tensorResult } from '../kernels/loweredAxes.ts';
import { reshapeDims } from '../kernels/reshapeDims.ts';
import { concreteShape, inferredShape } from '../kernels/shapes.ts';
import { copied, reshaped } from '../kernels/tensor.ts';

export const reshape = defineNode({
  type: 'tensor.reshape',
  version: 1,
  title: 'Reshape',
  summary: 'Gives the same elements, in the same order, another shape.',
  keywords: ['view', 'flatten', 'shape'],
  inputs: { tensor: port.tensor({ doc: 'A tensor of any dtype and shape.' }) },
  outputs: { tensor: port.tensor({ doc: 'The same elements under the new shape.' }) },
  params: {
    shape: p.numbers({
      default: [-1],
      whole: true,
      min: -1,
      max: 2147483647,
      maxLength: 32,
      doc: 'The new sizes, in elements. One -1 takes what is left; 0 keeps the size at its place, as in ONNX.',
    }),
  },
  infer: ({ inputs, params, report }) => ({
    tensor: { ...inputs.tensor, shape: inferredShape(reshapeDims(inputs.tensor.shape, params.shape), report) },
  }),
  run: ({ inputs, params, owned }) => {
    const { tensor } = inputs;
    const shape = concreteShape(reshapeDims(tensor.shape, params.shape));
    return { tensor: reshaped(owned.has('tensor') ? tensor : copied(tensor), shape) };
  },
  lower: ({ onnx, inputs: { tensor }, params }) => ({
    // A 0 in front keeps N, and those behind keep the axis at their place, which is one further behind as well.
    tensor: tensorResult(onnx.op('Reshape', [tensor.tensor, onnx.integers([0, ...params.shape])])),
  }),
  examples: [
    {
      title: 'Keep the batch, flatten the rest',
      params: { shape: [0, -1] },
      inputs: {
        tensor: { kind: 'tensor', dtype: 'int32', shape: [2, 1, 3], data: Int32Array.of(1, 2, 3, 4, 5, 6) },
      },
      outputs: { tensor: { kind: 'tensor', dtype: 'int32', shape: [2, 3], data: Int32Array.of(1, 2, 3, 4, 5, 6) } },
    },
  ],
});
