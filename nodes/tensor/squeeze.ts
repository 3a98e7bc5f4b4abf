import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { graphAxes, knownShape, tensorResult } from '../kernels/loweredAxes.ts';
import { squeezeDims } from '../kernels/reshapeDims.ts';
import { concreteShape, inferredShape } from '../kernels/shapes.ts';
import { copied, reshaped } from '../kernels/tensor.ts';

export const squeeze = defineNode({
  type: 'tensor.squeeze',
  version: 1,
  title: 'Squeeze',
  summary: 'Takes away axes of size 1.',
  keywords: ['shape', 'batch', 'rank'],
  inputs: { tensor: port.tensor({ doc: 'A tensor of any dtype and shape.' }) },
  outputs: { tensor: port.tensor({ doc: 'The same elements with fewer axes.' }) },
  params: {
    axes: p.numbers({
      default: [],
      whole: true,
      min: -32,
      max: 31,
      maxLength: 32,
      doc: 'Axes to take away; negative ones count from the end. Empty: every axis of size 1.',
    }),
  },
  infer: ({ inputs, params, report }) => ({
    tensor: { ...inputs.tensor, shape: inferredShape(squeezeDims(inputs.tensor.shape, params.axes), report) },
  }),
  run: ({ inputs, params, owned }) => {
    const { tensor } = inputs;
    const shape = concreteShape(squeezeDims(tensor.shape, params.axes));
    return { tensor: reshaped(owned.has('tensor') ? tensor : copied(tensor), shape) };
  },
  lower: ({ onnx, inputs: { tensor }, params, types }) => {
    const shape = knownShape(types.tensor, 'tensor');
    const ones = shape.flatMap((dim, axis) => (dim === 1 ? [axis] : []));
    const axes = params.axes.length === 0 ? ones.map((axis) => axis + 1) : graphAxes(params.axes, shape);
    const squeezed = axes.length === 0 ? tensor.tensor : onnx.op('Squeeze', [tensor.tensor, onnx.integers(axes)]);
    return { tensor: tensorResult(squeezed) };
  },
  mend: (from, to) => {
    const wanted = to.want.shape;
    if (from.kind !== 'tensor' || from.shape === null || wanted === undefined) return null;
    return from.shape.length === wanted.length + 1 && from.shape[0] === 1 ? { axes: [0] } : null;
  },
  examples: [
    {
      title: 'A batch of one becomes its item',
      params: { axes: [0] },
      inputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [1, 3], data: Float32Array.of(1, 2, 3) } },
      outputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) } },
    },
  ],
});
