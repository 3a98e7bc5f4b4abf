import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { gatherDims, positionsOf } from '../kernels/gatherIndices.ts';
import { gatherTensor } from '../kernels/layout.ts';
import { graphAxis, knownShape, tensorResult } from '../kernels/loweredAxes.ts';
import { gatheredByItem } from '../kernels/loweredLayout.ts';
import { axisOf, concreteShape, inferredShape } from '../kernels/shapes.ts';
import { requireTensorRoom } from '../kernels/tensorLimit.ts';

export const gather = defineNode({
  type: 'tensor.gather',
  version: 1,
  title: 'Gather',
  summary: 'Takes slices along an axis by their positions, as ONNX Gather does.',
  keywords: ['index', 'select', 'pick', 'take', 'CLS'],
  inputs: {
    tensor: port.tensor({ doc: 'A tensor of any dtype and shape.' }),
    indices: port.tensor({
      dtype: ['int64', 'int32'],
      optional: true,
      doc: 'Positions along the axis; negative ones count from its end. Unwired: the parameter says them.',
    }),
  },
  outputs: { tensor: port.tensor({ doc: 'Shape: axes before, then the shape of the indices, then axes after.' }) },
  params: {
    axis: p.int({ default: 0, min: -32, max: 31, doc: 'Axis to take from; negative ones count from the end.' }),
    indices: p.numbers({
      default: [0],
      whole: true,
      maxLength: 4096,
      doc: 'Positions for when nothing is wired to the port. One position keeps its axis, with size 1.',
    }),
  },
  infer: ({ inputs, params, report }) => {
    const indexShape = inputs.indices === undefined ? [params.indices.length] : inputs.indices.shape;
    const known = inputs.indices === undefined ? params.indices : [];
    const shape = inferredShape(gatherDims(inputs.tensor.shape, params.axis, indexShape, known), report);
    return { tensor: { ...inputs.tensor, shape } };
  },
  run: ({ inputs, params, host }) => {
    const { tensor, indices } = inputs;
    const indexShape = indices === undefined ? [params.indices.length] : indices.shape;
    const shape = concreteShape(gatherDims(tensor.shape, params.axis, indexShape, []));
    requireTensorRoom(tensor.dtype, shape, host.limits);
    const axis = axisOf(params.axis, tensor.shape.length) ?? 0;
    const wanted = indices === undefined ? params.indices : Array.from(indices.data, Number);
    return { tensor: gatherTensor(tensor, axis, positionsOf(wanted, tensor.shape[axis]), indexShape) };
  },
  lower: ({ onnx, inputs: { tensor, indices }, params, types }) => {
    const rank = knownShape(types.tensor, 'tensor').length;
    const axis = graphAxis(params.axis, rank);
    if (indices === undefined || types.indices === undefined)
      return { tensor: tensorResult(onnx.op('Gather', [tensor.tensor, onnx.integers(params.indices)], { axis })) };
    const indexRank = knownShape(types.indices, 'indices').length;
    return { tensor: tensorResult(gatheredByItem(onnx, tensor.tensor, rank, axis, indices.tensor, indexRank)) };
  },
  examples: [
    {
      title: 'The first token of a sequence',
      params: { axis: 1, indices: [0] },
      inputs: {
        tensor: { kind: 'tensor', dtype: 'float32', shape: [1, 3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
      },
      outputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [1, 1, 2], data: Float32Array.of(1, 2) } },
    },
    {
      title: 'Rows by a tensor of positions',
      inputs: {
        tensor: { kind: 'tensor', dtype: 'uint8', shape: [3, 2], data: Uint8Array.of(1, 2, 3, 4, 5, 6) },
        indices: { kind: 'tensor', dtype: 'int64', shape: [2], data: BigInt64Array.of(-1n, 0n) },
      },
      outputs: { tensor: { kind: 'tensor', dtype: 'uint8', shape: [2, 2], data: Uint8Array.of(5, 6, 1, 2) } },
    },
  ],
});
