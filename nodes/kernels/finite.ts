import type { Value } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { numbersOf } from './tensor.ts';

/** True when no number of the array is NaN or infinite. */
export function finiteNumbers(data: ArrayLike<number>): boolean {
  if (data instanceof Float32Array) return finiteFloats(data);
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
}

/** Every tensor that a model gives is looked through: 0 times a number is 0, times NaN or infinity NaN, without a branch. */
function finiteFloats(data: Float32Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = data.length - (data.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += data[i] * 0;
    b += data[i + 1] * 0;
    c += data[i + 2] * 0;
    d += data[i + 3] * 0;
  }
  for (let i = whole; i < data.length; i++) a += data[i] * 0;
  return a + b + c + d === 0;
}

/** How many numbers of the array are NaN or infinite. */
export function countNonFinite(data: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) count++;
  return count;
}

/** True when a value holds no NaN and no infinity; pictures, masks and text cannot hold any. float16 is read by its bits. */
export function allFinite(value: Value): boolean {
  switch (value.kind) {
    case 'tensor':
      if (value.dtype === 'float16') return value.data.every((bits) => (bits & 0x7c00) !== 0x7c00);
      return value.dtype === 'float32' || value.dtype === 'float64' ? finiteNumbers(value.data) : true;
    case 'embedding':
    case 'scores':
      return finiteNumbers(value.data);
    case 'boxes':
      return finiteNumbers(value.coordinates) && finiteNumbers(value.scores);
    case 'audio':
      return value.channels.every(finiteNumbers);
    default:
      return true;
  }
}

/** Throws `value-nonfinite`, with a count, when the policy is `fail` and the value holds NaN or infinity. */
export function obeyNonFinitePolicy(value: Value, policy: 'fail' | 'allow'): void {
  if (policy === 'allow' || allFinite(value)) return;
  const [bad, all] = countsOf(value);
  throw new Problem('value-nonfinite', {
    message: `The ${value.kind} holds ${bad} NaN or infinite numbers of ${all}.`,
    fix: 'Look for the cause in the model or its input (often a wrong normalisation, or float16 overflow), or set nonFinite to "allow".',
    where: { port: 'value' },
  });
}

function countsOf(value: Value): readonly [bad: number, all: number] {
  switch (value.kind) {
    case 'tensor': {
      const numbers = numbersOf(value);
      return [countNonFinite(numbers), numbers.length];
    }
    case 'embedding':
    case 'scores':
      return [countNonFinite(value.data), value.data.length];
    case 'boxes':
      return [countNonFinite(value.coordinates) + countNonFinite(value.scores), value.scores.length * 5];
    case 'audio':
      return value.channels.reduce(([bad, all], c) => [bad + countNonFinite(c), all + c.length], [0, 0]);
    default:
      return [0, 0];
  }
}
