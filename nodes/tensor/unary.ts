import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { Problem } from '../../core/problems/problem.ts';
import { unary as compute, unaryOps, unaryTakes } from '../kernels/elementwise.ts';
import { tensorResult } from '../kernels/loweredAxes.ts';
import { loweredUnary } from '../kernels/loweredElementwise.ts';
import { demandDtype, requireDtype } from '../kernels/tensorSet.ts';

export const unary = defineNode({
  type: 'tensor.unary',
  version: 1,
  title: 'Unary function',
  summary: 'Applies one function to every element: exp, log, sqrt, abs, negate, clip, sigmoid, tanh or relu.',
  keywords: ['exp', 'log', 'sqrt', 'clip', 'clamp', 'sigmoid', 'tanh', 'relu', 'activation'],
  details:
    'abs, negate, clip and relu also take whole numbers; the others take floats. As in numpy and ONNX, the logarithm and the root of a negative number are NaN, and the logarithm of 0 is minus infinity.',
  inputs: { tensor: port.tensor({ doc: 'A tensor of numbers.' }) },
  outputs: { tensor: port.tensor({ doc: 'The same shape and dtype.' }) },
  params: {
    operation: p.choice(unaryOps, { default: 'relu', doc: 'The function.' }),
    min: p.optionalNumber({
      doc: 'For clip: the smallest value that stays, in the units of the tensor; null: no bound.',
    }),
    max: p.optionalNumber({
      doc: 'For clip: the largest value that stays, in the units of the tensor; null: no bound.',
    }),
  },
  infer: ({ inputs, params, report }) => {
    const takes = (dtype: Parameters<typeof unaryTakes>[1]) => unaryTakes(params.operation, dtype);
    demandDtype(inputs.tensor.dtype, takes, `Operation ${params.operation}`, 'float32', 'tensor', report);
    if (params.operation === 'clip' && (params.min ?? -Infinity) > (params.max ?? Infinity))
      report('param-invalid', {
        message: `min is ${params.min}, above max, which is ${params.max}.`,
        fix: 'Let min be at most max.',
        where: { param: 'min' },
      });
    return { tensor: inputs.tensor };
  },
  run: ({ inputs, params }) => {
    const { operation, min, max } = params;
    const bounds = { min: min ?? -Infinity, max: max ?? Infinity };
    requireDtype(inputs.tensor.dtype, (dtype) => unaryTakes(operation, dtype), `Operation ${operation}`, 'float32');
    if (operation === 'clip' && bounds.min > bounds.max)
      throw new Problem('value-invalid', {
        message: `min is ${min}, above max, which is ${max}.`,
        fix: 'Let min be at most max.',
      });
    return { tensor: compute(operation, inputs.tensor, bounds) };
  },
  lower: ({ onnx, inputs: { tensor }, params }) => {
    const bounds = { min: params.min ?? -Infinity, max: params.max ?? Infinity };
    return { tensor: tensorResult(loweredUnary(onnx, params.operation, tensor.tensor, bounds)) };
  },
  lowerTolerance: 1e-6,
  examples: [
    {
      title: 'Negative numbers become 0',
      inputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [3], data: Float32Array.of(-1, 0, 2) } },
      outputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [3], data: Float32Array.of(0, 0, 2) } },
    },
    {
      title: 'Clipped between 0 and 10',
      params: { operation: 'clip', min: 0, max: 10 },
      inputs: { tensor: { kind: 'tensor', dtype: 'int32', shape: [3], data: Int32Array.of(-5, 5, 50) } },
      outputs: { tensor: { kind: 'tensor', dtype: 'int32', shape: [3], data: Int32Array.of(0, 5, 10) } },
    },
  ],
});
