import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { type Dtype, isFloat } from '../../core/kinds/dtype.ts';
import { graphAxes, knownShape, tensorResult } from '../kernels/loweredAxes.ts';
import { loweredReduce } from '../kernels/loweredReduce.ts';
import { type ReduceOp, reduceOps, reduceTensor } from '../kernels/reduce.ts';
import { axesOf, concreteShape, inferredShape, maskDims, reduceDims } from '../kernels/shapes.ts';
import { demandDtype, isNumber, requireDtype } from '../kernels/tensorSet.ts';

/** The mean and the norm of whole numbers are not whole. */
function takes(operation: ReduceOp) {
  return (dtype: Dtype) => (operation === 'mean' || operation === 'l2' ? isFloat(dtype) : isNumber(dtype));
}

export const reduce = defineNode({
  type: 'tensor.reduce',
  version: 1,
  title: 'Reduce',
  summary: 'Folds axes into their mean, sum, max, min or L2 norm; a mask may leave elements out.',
  keywords: ['mean', 'sum', 'max', 'min', 'norm', 'pool', 'average', 'mask'],
  details:
    "With a mask of shape [batch, time], such as a tokeniser's attention mask, and axes [1], a tensor of shape [batch, time, features] becomes the mean over the tokens that count: what sentence embedding models call mean pooling. Whole numbers wrap around in a sum.",
  inputs: {
    tensor: port.tensor({ doc: 'A tensor of numbers.' }),
    mask: port.tensor({
      optional: true,
      doc: "Sizes of the tensor's leading axes (or 1); elements where it is 0 are left out.",
    }),
  },
  outputs: { tensor: port.tensor({ doc: 'The folded tensor, in the same dtype.' }) },
  params: {
    operation: p.choice(reduceOps, { default: 'mean', doc: 'What the elements of the axes become.' }),
    axes: p.numbers({
      default: [],
      whole: true,
      min: -32,
      max: 31,
      maxLength: 32,
      doc: 'Axes to fold; negative ones count from the end. Empty: all.',
    }),
    keepAxes: p.boolean({ default: false, doc: 'Keep the folded axes, with size 1.' }),
  },
  infer: ({ inputs, params, report }) => {
    const { tensor, mask } = inputs;
    const { operation } = params;
    demandDtype(tensor.dtype, takes(operation), `Operation ${operation}`, 'float32', 'tensor', report);
    demandDtype(mask?.dtype ?? null, (dtype) => dtype !== 'string', 'A mask', 'bool', 'mask', report);
    if (mask !== undefined) inferredShape(maskDims(tensor.shape, mask.shape), report);
    return {
      tensor: { ...tensor, shape: inferredShape(reduceDims(tensor.shape, params.axes, params.keepAxes), report) },
    };
  },
  run: ({ inputs, params }) => {
    const { tensor, mask } = inputs;
    requireDtype(tensor.dtype, takes(params.operation), `Operation ${params.operation}`, 'float32');
    if (mask !== undefined) {
      requireDtype(mask.dtype, (dtype) => dtype !== 'string', 'A mask', 'bool');
      concreteShape(maskDims(tensor.shape, mask.shape));
    }
    const shape = concreteShape(reduceDims(tensor.shape, params.axes, params.keepAxes));
    const all = tensor.shape.map((_, axis) => axis);
    const found = axesOf(params.axes, tensor.shape, all);
    const axes = 'fault' in found ? all : found.axes;
    return { tensor: reduceTensor(params.operation, tensor, axes, shape, mask ?? null) };
  },
  lower: ({ onnx, inputs: { tensor, mask }, params, types }) => {
    const shape = knownShape(types.tensor, 'tensor');
    const fold = { op: params.operation, axes: graphAxes(params.axes, shape), keep: params.keepAxes, shape };
    const kept =
      mask === undefined || types.mask === undefined
        ? null
        : { value: mask.tensor, rank: knownShape(types.mask, 'mask').length };
    const { result, present } = loweredReduce(onnx, tensor.tensor, kept, fold);
    return { tensor: { ...tensorResult(result), present: present ?? undefined } };
  },
  lowerTolerance: 1e-7,
  examples: [
    {
      title: 'Mean over the tokens that the mask keeps',
      params: { axes: [1] },
      inputs: {
        tensor: {
          kind: 'tensor',
          dtype: 'float32',
          shape: [1, 3, 2],
          data: Float32Array.of(1, 10, 3, 30, 100, 100),
        },
        mask: { kind: 'tensor', dtype: 'int64', shape: [1, 3], data: BigInt64Array.of(1n, 1n, 0n) },
      },
      outputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [1, 2], data: Float32Array.of(2, 20) } },
    },
    {
      title: 'The length of a vector',
      params: { operation: 'l2' },
      inputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [2], data: Float32Array.of(3, 4) } },
      outputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [], data: Float32Array.of(5) } },
    },
  ],
});
