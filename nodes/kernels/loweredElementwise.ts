import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { type Dtype, isFloat } from '../../core/kinds/dtype.ts';
import type { ArithmeticOp, ClipBounds, UnaryOp } from './elementwise.ts';
import { notLowerable } from './notLowerable.ts';
import { filledTensor, numbersOf } from './tensor.ts';

/** One number in a dtype, to meet a tensor of any shape. */
export function scalar(onnx: OnnxGraph, dtype: Dtype, value: number): OnnxValue {
  return onnx.constant(filledTensor(dtype, [], value));
}

const operators = { add: 'Add', subtract: 'Sub', multiply: 'Mul' } as const;

/**
 * The larger or smaller of two numbers, NaN if one is. ONNX Runtime has no Max and Min of 16 bits, and those of int64
 * are wrong beyond 2^31 on processors with AVX2 and no AVX-512 (1.30; so are Clip, ReduceMax and ReduceMin).
 */
export function extremeOf(onnx: OnnxGraph, type: 'Max' | 'Min', a: OnnxValue, b: OnnxValue): OnnxValue {
  if (a.dtype === 'int64') return onnx.op('Where', [onnx.op(type === 'Max' ? 'Greater' : 'Less', [a, b]), a, b]);
  const narrow = a.dtype === 'int16' || a.dtype === 'uint16';
  return within(onnx, narrow ? 'int32' : a.dtype, [a, b], (values) => onnx.op(type, values));
}

/** Computes in another dtype, and gives the result in the one that came. */
function within(
  onnx: OnnxGraph,
  dtype: Dtype,
  values: readonly OnnxValue[],
  compute: (values: readonly OnnxValue[]) => OnnxValue,
): OnnxValue {
  return onnx.cast(compute(values.map((value) => onnx.cast(value, dtype))), values[0].dtype);
}

export interface Operand {
  readonly value: OnnxValue;
  /** The number itself where it is one, as the dtype holds it. */
  readonly number: number | null;
}

/** A number as the second operand of a tensor: stored in its dtype, where a whole one keeps its low bits. */
export function numberOperand(onnx: OnnxGraph, dtype: Dtype, value: number): Operand {
  const stored = filledTensor(dtype, [], value);
  return { value: onnx.constant(stored), number: numbersOf(stored)[0] };
}

/**
 * Elementwise as `arithmetic`: whole numbers wrap around. `bad` is true where `arithmetic` throws, for a whole number
 * divided by zero; the result is then any number. Throws `not-lowerable` for whole powers by a tensor.
 */
export function loweredArithmetic(
  onnx: OnnxGraph,
  op: ArithmeticOp,
  a: OnnxValue,
  b: Operand,
): { readonly result: OnnxValue; readonly bad: OnnxValue | null } {
  const whole = !isFloat(a.dtype);
  if (op === 'divide') {
    if (whole) return wholeDivision(onnx, a, b);
    return { result: onnx.op('Div', [a, b.value]), bad: null };
  }
  if (op === 'power') return { result: whole ? wholePower(onnx, a, b) : floatPower(onnx, a, b.value), bad: null };
  if (op === 'minimum' || op === 'maximum')
    return { result: extremeOf(onnx, op === 'minimum' ? 'Min' : 'Max', a, b.value), bad: null };
  return { result: onnx.op(operators[op], [a, b.value]), bad: null };
}

/** In double, and rounded once, as the node does it. */
function floatPower(onnx: OnnxGraph, a: OnnxValue, b: OnnxValue): OnnxValue {
  return within(onnx, 'float64', [a, b], (values) => onnx.op('Pow', values));
}

/** A processor stops at x / 0 and at the least number / -1: neither may reach it. */
function wholeDivision(
  onnx: OnnxGraph,
  a: OnnxValue,
  b: Operand,
): { readonly result: OnnxValue; readonly bad: OnnxValue | null } {
  if (b.number === 0)
    throw notLowerable('A whole number is divided by zero, which is always a problem.', 'Change `value`.');
  const dtype = a.dtype === 'uint64' ? 'uint64' : 'int64';
  const [x, y] = [onnx.cast(a, dtype), onnx.cast(b.value, dtype)];
  const number = (value: number) => scalar(onnx, dtype, value);
  const bad = b.number === null ? onnx.op('Equal', [y, number(0)]) : null;
  // Where takes no uint64; 1 more than 0 is as good.
  const divisor = bad === null ? y : onnx.op('Add', [y, onnx.cast(bad, dtype)]);
  if (a.dtype !== 'int64' || (b.number !== null && b.number !== -1))
    return { result: onnx.cast(onnx.op('Div', [x, divisor]), a.dtype), bad };
  const minus = onnx.op('Equal', [divisor, number(-1)]);
  const safe = onnx.op('Where', [minus, number(1), divisor]);
  return { result: onnx.op('Where', [minus, onnx.op('Neg', [x]), onnx.op('Div', [x, safe])]), bad };
}

/** By squaring, so that it wraps around: ONNX Runtime's Pow of whole numbers goes through doubles. */
function wholePower(onnx: OnnxGraph, base: OnnxValue, { number: exponent }: Operand): OnnxValue {
  if (exponent === null || exponent < 0)
    throw notLowerable(
      exponent === null
        ? 'Whole numbers raised to powers that come in: ONNX Runtime computes them through doubles, which wrap around otherwise.'
        : `A whole number is raised to the negative power ${exponent}, which is always a problem.`,
      'Cast both sides to float64 first, or set the exponent in `value`.',
    );
  let result: OnnxValue | null = null;
  let square = base;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result === null ? square : onnx.op('Mul', [result, square]);
    if (left > 1) square = onnx.op('Mul', [square, square]);
  }
  // x to the power 0, of x's shape.
  return result ?? onnx.op('Add', [onnx.op('Sub', [base, base]), scalar(onnx, base.dtype, 1)]);
}

const smooth = { exp: 'Exp', log: 'Log', sqrt: 'Sqrt', sigmoid: 'Sigmoid', tanh: 'Tanh' } as const;

/** Elementwise as `unary`; the smooth functions as the runtime computes them in the tensor's own dtype. */
export function loweredUnary(onnx: OnnxGraph, op: UnaryOp, x: OnnxValue, bounds: ClipBounds): OnnxValue {
  switch (op) {
    case 'abs':
      return x.dtype.startsWith('u') ? x : onnx.op('Abs', [x]);
    case 'negate':
      return onnx.op('Neg', [x]);
    case 'relu':
      return clipped(onnx, x, { min: 0, max: Infinity });
    case 'clip':
      return clipped(onnx, x, bounds);
    default:
      return onnx.op(smooth[op], [x]);
  }
}

function clipped(onnx: OnnxGraph, x: OnnxValue, { min, max }: ClipBounds): OnnxValue {
  const limit = (value: OnnxValue, low: number, high: number): OnnxValue => {
    const raised = Number.isFinite(low) ? extremeOf(onnx, 'Max', value, scalar(onnx, value.dtype, low)) : value;
    return Number.isFinite(high) ? extremeOf(onnx, 'Min', raised, scalar(onnx, value.dtype, high)) : raised;
  };
  if (isFloat(x.dtype)) return limit(x, min, max);
  if (x.dtype === 'uint64') {
    if (max < 0) throw notLowerable(`max is ${max}, and uint64 has no negative numbers.`, 'Set max to 0 or more.');
    return limit(x, min <= 0 ? -Infinity : Math.ceil(min), max >= 2 ** 64 ? Infinity : Math.floor(max));
  }
  if (x.dtype === 'int64')
    return limit(x, min <= -(2 ** 63) ? -Infinity : Math.ceil(min), max >= 2 ** 63 ? Infinity : Math.floor(max));
  // A result is stored as the node stores it: its fraction dropped, its low bits kept.
  const bound = (value: number) => (Math.abs(value) < 2 ** 53 ? Math.trunc(value) : value * Infinity);
  return within(onnx, 'int64', [x], ([wide]) => limit(wide, bound(min), bound(max)));
}
