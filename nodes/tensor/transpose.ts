import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { transposeTensor } from '../kernels/layout.ts';
import { graphAxis, knownShape, tensorResult } from '../kernels/loweredAxes.ts';
import { orderFor, permutationOf, transposeDims } from '../kernels/reshapeDims.ts';
import { concreteShape, inferredShape } from '../kernels/shapes.ts';

export const transpose = defineNode({
  type: 'tensor.transpose',
  version: 1,
  title: 'Transpose',
  summary: 'Reorders the axes of a tensor, for example from NHWC to NCHW.',
  keywords: ['permute', 'axes', 'layout', 'NCHW', 'NHWC'],
  inputs: { tensor: port.tensor({ doc: 'A tensor of any dtype and shape.' }) },
  outputs: { tensor: port.tensor({ doc: 'The tensor with its axes reordered.' }) },
  params: {
    axes: p.numbers({
      default: [],
      whole: true,
      min: -32,
      max: 31,
      maxLength: 32,
      doc: 'Axis i of the result is this axis of the input; negative ones count from the end. Empty: reversed.',
    }),
  },
  infer: ({ inputs, params, report }) => ({
    tensor: { ...inputs.tensor, shape: inferredShape(transposeDims(inputs.tensor.shape, params.axes), report) },
  }),
  mend: (from, to) => {
    if (from.kind !== 'tensor' || !to.kinds.includes('tensor') || from.shape === null) return null;
    const axes = to.want.shape === undefined ? null : orderFor(from.shape, to.want.shape);
    return axes === null ? null : { axes };
  },
  run: ({ inputs, params }) => {
    const { tensor } = inputs;
    concreteShape(transposeDims(tensor.shape, params.axes));
    return { tensor: transposeTensor(tensor, permutationOf(params.axes, tensor.shape.length) ?? []) };
  },
  lower: ({ onnx, inputs: { tensor }, params, types }) => {
    const rank = knownShape(types.tensor, 'tensor').length;
    const order = permutationOf(params.axes, rank) ?? [];
    const perm = [0, ...order.map((axis) => graphAxis(axis, rank))];
    return { tensor: tensorResult(onnx.op('Transpose', [tensor.tensor], { perm })) };
  },
  examples: [
    {
      title: 'Rows and columns change places',
      inputs: { tensor: { kind: 'tensor', dtype: 'uint8', shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) } },
      outputs: { tensor: { kind: 'tensor', dtype: 'uint8', shape: [3, 2], data: Uint8Array.of(1, 4, 2, 5, 3, 6) } },
    },
    {
      title: 'Two RGB pixels from NHWC to NCHW',
      params: { axes: [0, 3, 1, 2] },
      inputs: {
        tensor: { kind: 'tensor', dtype: 'uint8', shape: [1, 1, 2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) },
      },
      outputs: {
        tensor: { kind: 'tensor', dtype: 'uint8', shape: [1, 3, 1, 2], data: Uint8Array.of(1, 4, 2, 5, 3, 6) },
      },
    },
  ],
});
