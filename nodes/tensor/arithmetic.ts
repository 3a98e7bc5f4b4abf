import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { isFloat } from '../../core/kinds/dtype.ts';
import { Problem } from '../../core/problems/problem.ts';
import { arithmeticOps, arithmetic as compute } from '../kernels/elementwise.ts';
import { allOfItem, knownShape, raised, tensorResult } from '../kernels/loweredAxes.ts';
import { loweredArithmetic, numberOperand } from '../kernels/loweredElementwise.ts';
import { broadcastDims, concreteShape, inferredShape } from '../kernels/shapes.ts';
import { filledTensor } from '../kernels/tensor.ts';
import { requireTensorRoom } from '../kernels/tensorLimit.ts';
import { commonDtype, demandDtype, isNumber, requireDtype, requireOneDtype } from '../kernels/tensorSet.ts';

const fractionFix = 'Use a whole number, or cast the tensor to float32 first.';

export const arithmetic = defineNode({
  type: 'tensor.arithmetic',
  version: 1,
  title: 'Arithmetic',
  summary: 'Adds, subtracts, multiplies, divides, raises or compares elementwise, with a second tensor or a number.',
  keywords: ['add', 'multiply', 'divide', 'power', 'minimum', 'maximum', 'scale', 'broadcast'],
  details: [
    'Sizes of 1 are repeated as in numpy and ONNX. Both sides have one dtype, which is also that of the result.',
    'Whole numbers wrap around, and their division drops the fraction; dividing one by zero is a problem.',
  ].join('\n'),
  inputs: {
    a: port.tensor({ doc: 'The first operand, of any number dtype.' }),
    b: port.tensor({ optional: true, doc: 'The second operand. Unwired: the number in `value`.' }),
  },
  outputs: { tensor: port.tensor({ doc: 'The result, in the dtype of the operands.' }) },
  params: {
    operation: p.choice(arithmeticOps, {
      default: 'add',
      doc: 'What is done: a + b, a - b, a * b, a / b, a ** b, ...',
    }),
    value: p.number({ default: 0, doc: 'The second operand when nothing is wired to b, in the units of a.' }),
  },
  infer: ({ inputs, params, report }) => {
    const { a, b } = inputs;
    demandDtype(a.dtype, isNumber, 'Arithmetic', 'float32', 'a', report);
    if (b === undefined) {
      if (a.dtype !== null && !isFloat(a.dtype) && !Number.isInteger(params.value))
        report('param-invalid', {
          message: `The number ${params.value} is not whole, and the tensor is ${a.dtype}.`,
          fix: fractionFix,
          where: { param: 'value' },
        });
      return { tensor: a };
    }
    const dtype = commonDtype([['a', a] as const, ['b', b] as const], report);
    return { tensor: { ...a, dtype, shape: inferredShape(broadcastDims(a.shape, b.shape), report) } };
  },
  run: ({ inputs, params, host }) => {
    const { a, b } = inputs;
    requireDtype(a.dtype, isNumber, 'Arithmetic', 'float32');
    if (b === undefined) {
      if (!isFloat(a.dtype) && !Number.isInteger(params.value))
        throw new Problem('value-invalid', {
          message: `The number ${params.value} is not whole, and the tensor is ${a.dtype}.`,
          fix: fractionFix,
        });
      return { tensor: compute(params.operation, a, filledTensor(a.dtype, [], params.value), a.shape) };
    }
    requireOneDtype([['a', a] as const, ['b', b] as const]);
    const shape = concreteShape(broadcastDims(a.shape, b.shape));
    requireTensorRoom(a.dtype, shape, host.limits);
    return { tensor: compute(params.operation, a, b, shape) };
  },
  lower: ({ onnx, inputs, params, types }) => {
    const [a, b] = [inputs.a.tensor, inputs.b?.tensor];
    if (b === undefined || types.b === undefined) {
      const { result } = loweredArithmetic(onnx, params.operation, a, numberOperand(onnx, a.dtype, params.value));
      return { tensor: tensorResult(result) };
    }
    const ranks = [knownShape(types.a, 'a').length, knownShape(types.b, 'b').length];
    const rank = Math.max(...ranks);
    const right = { value: raised(onnx, b, ranks[1], rank), number: null };
    const { result, bad } = loweredArithmetic(onnx, params.operation, raised(onnx, a, ranks[0], rank), right);
    const present = bad === null ? undefined : allOfItem(onnx, onnx.op('Not', [bad]), rank);
    return { tensor: { ...tensorResult(result), present } };
  },
  lowerTolerance: 1e-12,
  examples: [
    {
      title: 'Bytes to the range 0 to 1',
      params: { operation: 'divide', value: 255 },
      inputs: { a: { kind: 'tensor', dtype: 'float32', shape: [3], data: Float32Array.of(0, 51, 255) } },
      outputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [3], data: Float32Array.of(0, 0.2, 1) } },
    },
    {
      title: 'A row added to each row',
      inputs: {
        a: { kind: 'tensor', dtype: 'int64', shape: [2, 2], data: BigInt64Array.of(1n, 2n, 3n, 4n) },
        b: { kind: 'tensor', dtype: 'int64', shape: [2], data: BigInt64Array.of(10n, 20n) },
      },
      outputs: {
        tensor: { kind: 'tensor', dtype: 'int64', shape: [2, 2], data: BigInt64Array.of(11n, 22n, 13n, 24n) },
      },
    },
  ],
});
