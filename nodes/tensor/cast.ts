import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { type Dtype, dtypes } from '../../core/kinds/dtype.ts';
import { castTensor } from '../kernels/cast.ts';
import { allOfItem, knownShape, tensorResult } from '../kernels/loweredAxes.ts';
import { loweredCast } from '../kernels/loweredCast.ts';
import { copied } from '../kernels/tensor.ts';
import { requireTensorRoom } from '../kernels/tensorLimit.ts';

export const cast = defineNode({
  type: 'tensor.cast',
  version: 1,
  title: 'Cast',
  summary: 'Converts every element of a tensor to another dtype.',
  keywords: ['dtype', 'convert', 'astype', 'float16', 'int64'],
  details: [
    'Floats become whole numbers by dropping the fraction (numpy, ONNX) or by rounding to the nearest, ties to even.',
    'With `overflow` "onnx", whole numbers that do not fit keep their low bits, as numpy and ONNX do it; floats that do',
    'not fit saturate and NaN becomes 0, which ONNX leaves open. Anything but 0 is true. Text must be a number.',
  ].join('\n'),
  inputs: { tensor: port.tensor({ doc: 'A tensor of any dtype and shape.' }) },
  outputs: { tensor: port.tensor({ doc: 'The same shape in the chosen dtype.' }) },
  params: {
    dtype: p.choice(dtypes, { default: 'float32', doc: 'Dtype of the result.' }),
    overflow: p.choice(['onnx', 'saturate', 'fail'], {
      default: 'onnx',
      doc: 'What happens to a value that the dtype cannot hold.',
      choiceDocs: ['whole numbers wrap, floats saturate', 'the nearest value that fits', 'a problem'],
      advanced: true,
    }),
    rounding: p.choice(['truncate', 'nearest'], {
      default: 'truncate',
      doc: 'How a float becomes a whole number.',
      choiceDocs: ['towards zero', 'to the nearest, ties to even'],
      advanced: true,
    }),
  },
  infer: ({ inputs, params }) => ({ tensor: { ...inputs.tensor, dtype: params.dtype } }),
  run: ({ inputs, params, host, owned }) => {
    const { tensor } = inputs;
    if (tensor.dtype === params.dtype) return { tensor: owned.has('tensor') ? tensor : copied(tensor) };
    requireTensorRoom(params.dtype, tensor.shape, host.limits);
    return { tensor: castTensor(tensor, params.dtype, params.overflow, params.rounding) };
  },
  lower: ({ onnx, inputs: { tensor }, params, types }) => {
    const { result, fits } = loweredCast(onnx, tensor.tensor, params.dtype, params.overflow, params.rounding);
    const present = fits === null ? undefined : allOfItem(onnx, fits, knownShape(types.tensor, 'tensor').length);
    return { tensor: { ...tensorResult(result), present } };
  },
  mend: (from, to) => {
    const wanted: readonly Dtype[] = to.want.dtype ?? [];
    if (from.kind !== 'tensor' || !to.kinds.includes('tensor') || wanted.length === 0) return null;
    return from.dtype !== null && wanted.includes(from.dtype) ? null : { dtype: wanted[0] };
  },
  examples: [
    {
      title: 'Floats to bytes: the fraction goes, and what is too large saturates',
      params: { dtype: 'uint8' },
      inputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [4], data: Float32Array.of(0.5, 1.9, 255, 300) } },
      outputs: { tensor: { kind: 'tensor', dtype: 'uint8', shape: [4], data: Uint8Array.of(0, 1, 255, 255) } },
    },
    {
      title: 'Whole numbers keep their low bits',
      params: { dtype: 'int8' },
      inputs: { tensor: { kind: 'tensor', dtype: 'int32', shape: [3], data: Int32Array.of(127, 128, 300) } },
      outputs: { tensor: { kind: 'tensor', dtype: 'int8', shape: [3], data: Int8Array.of(127, -128, 44) } },
    },
  ],
});
