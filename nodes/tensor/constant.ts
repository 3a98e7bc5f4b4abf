import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { type Dtype, dtypes, isFloat } from '../../core/kinds/dtype.ts';
import { anyType } from '../../core/kinds/type.ts';
import { Problem } from '../../core/problems/problem.ts';
import { castTensor } from '../kernels/cast.ts';
import { tensorResult } from '../kernels/loweredAxes.ts';
import { elementCount, filledTensor, tensorFrom } from '../kernels/tensor.ts';
import { requireTensorRoom } from '../kernels/tensorLimit.ts';

function valuesFault(dtype: Dtype, shape: readonly number[], values: readonly number[]) {
  const count = elementCount(shape);
  const fraction = isFloat(dtype) || dtype === 'string' ? undefined : values.find((value) => !Number.isInteger(value));
  if (fraction !== undefined)
    return {
      message: `The value ${fraction} is not whole, and the dtype is ${dtype}.`,
      fix: 'Use whole values or a float dtype.',
    };
  if (values.length === 1 || values.length === count) return null;
  return {
    message: `Shape [${shape.join(', ')}] has ${count} elements, and ${values.length} values are given.`,
    fix: `Give ${count} values, or one for all.`,
  };
}

/** Values in the dtype; one that does not fit is a problem, since nobody means it. */
function exact(dtype: Dtype, shape: readonly number[], values: readonly number[]) {
  return castTensor(tensorFrom('float64', shape, values), dtype, 'fail', 'truncate');
}

function constantOf({ dtype, shape, values }: { dtype: Dtype; shape: readonly number[]; values: readonly number[] }) {
  const wrong = valuesFault(dtype, shape, values);
  if (wrong !== null) throw new Problem('value-shape', wrong);
  if (values.length === elementCount(shape)) return exact(dtype, shape, values);
  exact(dtype, [1], values);
  return filledTensor(dtype, shape, values[0]);
}

export const constant = defineNode({
  type: 'tensor.constant',
  version: 1,
  title: 'Constant tensor',
  summary: 'Gives the same tensor for every run: a list of values, or one value everywhere.',
  keywords: ['fill', 'zeros', 'ones', 'literal'],
  inputs: {},
  outputs: { tensor: port.tensor({ doc: 'The tensor that the parameters say.' }) },
  params: {
    dtype: p.choice(dtypes, { default: 'float32', doc: 'Dtype of the tensor.' }),
    shape: p.numbers({
      default: [1],
      whole: true,
      min: 0,
      max: 2147483647,
      maxLength: 32,
      doc: 'Sizes of the axes, in elements; empty for a scalar.',
    }),
    values: p.numbers({
      default: [0],
      minLength: 1,
      maxLength: 65536,
      doc: 'All elements in row-major order, or one for all; whole numbers beyond 2^53 cannot be written.',
    }),
  },
  infer: ({ params, report }) => {
    const wrong = valuesFault(params.dtype, params.shape, params.values);
    if (wrong !== null) report('param-invalid', { ...wrong, where: { param: 'values' } });
    return { tensor: { ...anyType.tensor, dtype: params.dtype, shape: params.shape } };
  },
  run: ({ params, host }) => {
    requireTensorRoom(params.dtype, params.shape, host.limits);
    return { tensor: constantOf(params) };
  },
  lower: ({ onnx, params }) => {
    // One value for all is stored once.
    const one = onnx.constant(constantOf(params.values.length === 1 ? { ...params, shape: [] } : params));
    const shape = onnx.op('Concat', [onnx.items(), onnx.integers(params.shape)], { axis: 0 });
    return { tensor: tensorResult(onnx.op('Expand', [one, shape], {}, 'constant')) };
  },
  examples: [
    {
      title: 'The size of a picture, as a detector wants it',
      params: { dtype: 'int64', shape: [1, 2], values: [640, 480] },
      inputs: {},
      outputs: { tensor: { kind: 'tensor', dtype: 'int64', shape: [1, 2], data: BigInt64Array.of(640n, 480n) } },
    },
    {
      title: 'One value everywhere',
      params: { shape: [3], values: [0.5] },
      inputs: {},
      outputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [3], data: Float32Array.of(0.5, 0.5, 0.5) } },
    },
  ],
});
