import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { pickTensor } from '../kernels/layout.ts';
import { knownShape, tensorResult } from '../kernels/loweredAxes.ts';
import { loweredSlice } from '../kernels/loweredLayout.ts';
import { concreteShape, inferredShape } from '../kernels/shapes.ts';
import { sliceDims, slicePicks } from '../kernels/slicePad.ts';

const doc = 'one entry for each of `axes`, in elements';

export const slice = defineNode({
  type: 'tensor.slice',
  version: 1,
  title: 'Slice',
  summary: 'Cuts a range out of chosen axes, with a step, as Python does.',
  keywords: ['cut', 'crop', 'range', 'step', 'reverse'],
  inputs: { tensor: port.tensor({ doc: 'A tensor of any dtype and shape.' }) },
  outputs: { tensor: port.tensor({ doc: 'The part that was cut out.' }) },
  params: {
    axes: p.numbers({
      default: [0],
      whole: true,
      min: -32,
      max: 31,
      maxLength: 32,
      doc: 'Axes to cut; negative ones count from the end.',
    }),
    starts: p.numbers({
      default: [],
      whole: true,
      doc: `First position, ${doc}; negative ones count from the end, and what is outside is clamped. Empty: the beginning.`,
    }),
    ends: p.numbers({
      default: [],
      whole: true,
      doc: `Position after the last, ${doc}; negative ones count from the end. Empty: through to the end.`,
    }),
    steps: p.numbers({
      default: [],
      whole: true,
      doc: `Step, ${doc}; a negative one goes backwards, never 0. Empty: 1.`,
    }),
  },
  infer: ({ inputs, params, report }) => ({
    tensor: { ...inputs.tensor, shape: inferredShape(sliceDims(inputs.tensor.shape, params), report) },
  }),
  run: ({ inputs, params }) => {
    const { tensor } = inputs;
    concreteShape(sliceDims(tensor.shape, params));
    return { tensor: pickTensor(tensor, slicePicks(tensor.shape, params)) };
  },
  lower: ({ onnx, inputs: { tensor }, params, types }) => ({
    tensor: tensorResult(loweredSlice(onnx, tensor.tensor, params, knownShape(types.tensor, 'tensor'))),
  }),
  examples: [
    {
      title: 'The last two of four',
      params: { starts: [-2] },
      inputs: { tensor: { kind: 'tensor', dtype: 'int32', shape: [4], data: Int32Array.of(1, 2, 3, 4) } },
      outputs: { tensor: { kind: 'tensor', dtype: 'int32', shape: [2], data: Int32Array.of(3, 4) } },
    },
    {
      title: 'Backwards along the second axis',
      params: { axes: [1], steps: [-1] },
      inputs: { tensor: { kind: 'tensor', dtype: 'uint8', shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) } },
      outputs: { tensor: { kind: 'tensor', dtype: 'uint8', shape: [2, 3], data: Uint8Array.of(3, 2, 1, 6, 5, 4) } },
    },
  ],
});
