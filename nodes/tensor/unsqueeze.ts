import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { graphAxis, knownShape, tensorResult } from '../kernels/loweredAxes.ts';
import { unsqueezeDims } from '../kernels/reshapeDims.ts';
import { concreteShape, inferredShape } from '../kernels/shapes.ts';
import { copied, reshaped } from '../kernels/tensor.ts';

export const unsqueeze = defineNode({
  type: 'tensor.unsqueeze',
  version: 1,
  title: 'Unsqueeze',
  summary: 'Puts in axes of size 1, for example a batch axis in front.',
  keywords: ['shape', 'batch', 'expand', 'rank'],
  inputs: { tensor: port.tensor({ doc: 'A tensor of any dtype and shape.' }) },
  outputs: { tensor: port.tensor({ doc: 'The same elements with more axes.' }) },
  params: {
    axes: p.numbers({
      default: [0],
      whole: true,
      min: -32,
      max: 31,
      minLength: 1,
      maxLength: 16,
      doc: 'Places of the new axes in the result; negative ones count from its end.',
    }),
  },
  infer: ({ inputs, params, report }) => ({
    tensor: { ...inputs.tensor, shape: inferredShape(unsqueezeDims(inputs.tensor.shape, params.axes), report) },
  }),
  run: ({ inputs, params, owned }) => {
    const { tensor } = inputs;
    const shape = concreteShape(unsqueezeDims(tensor.shape, params.axes));
    return { tensor: reshaped(owned.has('tensor') ? tensor : copied(tensor), shape) };
  },
  lower: ({ onnx, inputs: { tensor }, params, types }) => {
    const rank = knownShape(types.tensor, 'tensor').length + params.axes.length;
    const axes = params.axes.map((axis) => graphAxis(axis, rank));
    return { tensor: tensorResult(onnx.op('Unsqueeze', [tensor.tensor, onnx.integers(axes)])) };
  },
  mend: (from, to) => {
    const wanted = to.want.shape;
    if (from.kind !== 'tensor' || from.shape === null || wanted === undefined) return null;
    return from.shape.length === wanted.length - 1 && wanted[0] !== 0 ? { axes: [0] } : null;
  },
  examples: [
    {
      title: 'A batch axis in front',
      inputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) } },
      outputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [1, 3], data: Float32Array.of(1, 2, 3) } },
    },
  ],
});
