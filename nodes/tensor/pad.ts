import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { pickOrFill } from '../kernels/layout.ts';
import { knownShape, tensorResult } from '../kernels/loweredAxes.ts';
import { loweredPad } from '../kernels/loweredLayout.ts';
import { concreteShape, inferredShape } from '../kernels/shapes.ts';
import { padDims, padPicks } from '../kernels/slicePad.ts';
import { requireTensorRoom } from '../kernels/tensorLimit.ts';

export const pad = defineNode({
  type: 'tensor.pad',
  version: 1,
  title: 'Pad',
  summary: 'Adds elements before and after along chosen axes: a constant, the edge repeated, or a reflection.',
  keywords: ['margin', 'border', 'extend'],
  inputs: { tensor: port.tensor({ doc: 'A tensor of any dtype and shape.' }) },
  outputs: { tensor: port.tensor({ doc: 'The larger tensor.' }) },
  params: {
    axes: p.numbers({
      default: [-1],
      whole: true,
      min: -32,
      max: 31,
      maxLength: 32,
      doc: 'Axes to pad; negative ones count from the end.',
    }),
    before: p.numbers({
      default: [0],
      whole: true,
      min: 0,
      max: 2147483647,
      doc: 'Elements to add in front, one entry for each of `axes`.',
    }),
    after: p.numbers({
      default: [0],
      whole: true,
      min: 0,
      max: 2147483647,
      doc: 'Elements to add behind, one entry for each of `axes`.',
    }),
    mode: p.choice(['constant', 'edge', 'reflect'], {
      default: 'constant',
      doc: 'What the new elements are.',
      choiceDocs: ['`value`', 'the outermost element repeated', 'mirrored, without the outermost element again'],
    }),
    value: p.number({ default: 0, doc: 'The constant, in the units of the tensor.' }),
  },
  infer: ({ inputs, params, report }) => ({
    tensor: { ...inputs.tensor, shape: inferredShape(padDims(inputs.tensor.shape, params), report) },
  }),
  run: ({ inputs, params, host }) => {
    const { tensor } = inputs;
    requireTensorRoom(tensor.dtype, concreteShape(padDims(tensor.shape, params)), host.limits);
    return { tensor: pickOrFill(tensor, padPicks(tensor.shape, params), params.value) };
  },
  lower: ({ onnx, inputs: { tensor }, params, types }) => ({
    tensor: tensorResult(loweredPad(onnx, tensor.tensor, params, knownShape(types.tensor, 'tensor').length)),
  }),
  examples: [
    {
      title: 'Token ids padded to five with 0',
      params: { after: [2] },
      inputs: { tensor: { kind: 'tensor', dtype: 'int64', shape: [1, 3], data: BigInt64Array.of(101n, 7n, 102n) } },
      outputs: {
        tensor: { kind: 'tensor', dtype: 'int64', shape: [1, 5], data: BigInt64Array.of(101n, 7n, 102n, 0n, 0n) },
      },
    },
    {
      title: 'Reflected on both sides',
      params: { before: [2], after: [1], mode: 'reflect' },
      inputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) } },
      outputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [6], data: Float32Array.of(3, 2, 1, 2, 3, 2) } },
    },
  ],
});
