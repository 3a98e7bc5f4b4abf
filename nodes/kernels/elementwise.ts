import { type Dtype, isFloat } from '../../core/kinds/dtype.ts';
import type { TensorValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { broadcastTensor } from './layout.ts';
import { bigintsOf, elementCount, emptyTensor, isWide, numbersOf, tensorFrom } from './tensor.ts';

export const arithmeticOps = ['add', 'subtract', 'multiply', 'divide', 'power', 'minimum', 'maximum'] as const;
export type ArithmeticOp = (typeof arithmeticOps)[number];

/** Floats: computed in double and rounded once, which for + - * / is the correctly rounded result. NaN spreads. */
const floatOps: Readonly<Record<ArithmeticOp, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  // C's pow, which numpy and ONNX Runtime follow, gives 1 where JavaScript gives NaN.
  power: (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b),
  minimum: (a, b) => Math.min(a, b),
  maximum: (a, b) => Math.max(a, b),
};

/** Whole numbers of at most 32 bits: results keep their low bits; division drops the fraction (ONNX Div). */
const wholeOps: typeof floatOps = {
  ...floatOps,
  multiply: Math.imul,
  divide: (a, b) => Math.trunc(a / nonZero(b)),
  power: (base, exponent) => {
    let result = 1;
    let square = base;
    for (let left = notNegative(exponent); left > 0; left = Math.floor(left / 2)) {
      if (left % 2 === 1) result = Math.imul(result, square);
      square = Math.imul(square, square);
    }
    return result;
  },
};

const wideOps: Readonly<Record<ArithmeticOp, (a: bigint, b: bigint) => bigint>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / nonZero(b),
  power: (base, exponent) => {
    let result = 1n;
    let square = BigInt.asUintN(64, base);
    for (let left = notNegative(exponent); left > 0n; left >>= 1n) {
      if (left & 1n) result = BigInt.asUintN(64, result * square);
      square = BigInt.asUintN(64, square * square);
    }
    return result;
  },
  minimum: smaller,
  maximum: (a, b) => (smaller(a, b) === a ? b : a),
};

function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

function nonZero<T extends number | bigint>(divisor: T): T {
  // biome-ignore lint/suspicious/noDoubleEquals: 0 and 0n alike.
  if (divisor != 0) return divisor;
  throw new Problem('value-invalid', {
    message: 'A whole number is divided by zero.',
    fix: 'Keep zeros out of the divisor, or cast both sides to float32, where the result is infinite.',
  });
}

function notNegative<T extends number | bigint>(exponent: T): T {
  if (exponent >= 0) return exponent;
  throw new Problem('value-invalid', {
    message: `A whole number is raised to the negative power ${exponent}.`,
    fix: 'Cast the base to float32 first.',
  });
}

/** Elementwise over two tensors of one number dtype, broadcast to `shape`. Whole numbers wrap around, as in numpy and ONNX. */
export function arithmetic(op: ArithmeticOp, a: TensorValue, b: TensorValue, shape: readonly number[]): TensorValue {
  const left = spread(a, shape);
  const right = spread(b, shape);
  const count = elementCount(shape);
  if (isWide(a.dtype)) {
    const out = emptyTensor(a.dtype, shape);
    if (out.dtype !== 'int64' && out.dtype !== 'uint64') return out;
    const [x, y, fn] = [bigintsOf(left), bigintsOf(right), wideOps[op]];
    const [xStep, yStep] = [Number(x.length > 1), Number(y.length > 1)];
    for (let i = 0; i < count; i++) out.data[i] = fn(x[i * xStep], y[i * yStep]);
    return out;
  }
  const [x, y, fn] = [numbersOf(left), numbersOf(right), (isFloat(a.dtype) ? floatOps : wholeOps)[op]];
  const [xStep, yStep] = [Number(x.length > 1), Number(y.length > 1)];
  const out = new Float64Array(count);
  for (let i = 0; i < count; i++) out[i] = fn(x[i * xStep], y[i * yStep]);
  return tensorFrom(a.dtype, shape, out);
}

/** Broadcast, except that one element stays one. */
function spread(tensor: TensorValue, shape: readonly number[]): TensorValue {
  const same = tensor.shape.length === shape.length && tensor.shape.every((size, i) => size === shape[i]);
  return same || tensor.data.length === 1 ? tensor : broadcastTensor(tensor, shape);
}

export const unaryOps = ['exp', 'log', 'sqrt', 'abs', 'negate', 'clip', 'sigmoid', 'tanh', 'relu'] as const;
export type UnaryOp = (typeof unaryOps)[number];

export interface ClipBounds {
  readonly min: number;
  readonly max: number;
}

/** Which dtypes an operation takes: the smooth ones floats only, `negate` no unsigned, none takes bool or string. */
export function unaryTakes(op: UnaryOp, dtype: Dtype): boolean {
  if (dtype === 'bool' || dtype === 'string') return false;
  if (isFloat(dtype)) return true;
  return op === 'abs' || op === 'clip' || op === 'relu' || (op === 'negate' && !dtype.startsWith('u'));
}

/** Elementwise over one tensor whose dtype `unaryTakes`. */
export function unary(op: UnaryOp, tensor: TensorValue, bounds: ClipBounds): TensorValue {
  const out = emptyTensor(tensor.dtype, tensor.shape);
  if ((tensor.dtype === 'int64' || tensor.dtype === 'uint64') && (out.dtype === 'int64' || out.dtype === 'uint64')) {
    const fn = wideUnary(op, bounds);
    for (let i = 0; i < out.data.length; i++) out.data[i] = fn(tensor.data[i]);
    return out;
  }
  const numbers = numbersOf(tensor);
  const results = new Float64Array(numbers.length);
  const fn = numberUnary(op, bounds);
  for (let i = 0; i < results.length; i++) results[i] = fn(numbers[i]);
  return tensorFrom(tensor.dtype, tensor.shape, results);
}

function numberUnary(op: UnaryOp, { min, max }: ClipBounds): (x: number) => number {
  switch (op) {
    case 'exp':
      return Math.exp;
    case 'log':
      return Math.log;
    case 'sqrt':
      return Math.sqrt;
    case 'abs':
      return Math.abs;
    case 'negate':
      return (x) => -x;
    case 'clip':
      return (x) => Math.min(max, Math.max(min, x));
    case 'sigmoid':
      return sigmoid;
    case 'tanh':
      return Math.tanh;
    case 'relu':
      return (x) => Math.max(0, x);
  }
}

/** 1 / (1 + e^-x), without overflow on either side. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

function wideUnary(op: UnaryOp, bounds: ClipBounds): (x: bigint) => bigint {
  if (op === 'negate') return (x) => -x;
  if (op === 'abs') return (x) => (x < 0n ? -x : x);
  const min = op === 'relu' ? 0n : Number.isFinite(bounds.min) ? BigInt(Math.ceil(bounds.min)) : null;
  const max = op === 'relu' || !Number.isFinite(bounds.max) ? null : BigInt(Math.floor(bounds.max));
  return (x) => {
    const raised = min !== null && x < min ? min : x;
    return max !== null && raised > max ? max : raised;
  };
}
