import type { TensorValue } from '../../core/kinds/value.ts';
import type { Tensors } from './messages.ts';

/**
 * Whether the items of a batch stay apart in a model cannot be read from its file: a model that takes the mean over the
 * first axis looks like one that does not. So, before any batch is believed, one item is run alone and beside another,
 * once before and once after it, and its answers must be the same.
 */
export interface Tolerance {
  /** Of the value itself. */
  readonly relative: number;
  /** Of the largest value of the tensor: rounding in long sums goes with that. */
  readonly ofLargest: number;
}

/** What the order of sums may change: kernels for one row and for many differ, and on a GPU more so. */
export function toleranceOf(device: string): Tolerance {
  return device === 'cpu' ? { relative: 1e-3, ofLargest: 1e-5 } : { relative: 1e-3, ofLargest: 1e-3 };
}

/**
 * Tensors of the same shapes with other values, of the same range, so that indices stay valid: each in reverse order.
 * Floats that are the same backwards are scaled. Null when nothing came out differently.
 */
export function altered(tensors: Tensors): Tensors | null {
  let changed = false;
  const other: Record<string, TensorValue> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    let mirrored = { ...tensor, data: tensor.data.slice().reverse() } as TensorValue;
    if (same(tensor, mirrored) && (tensor.dtype === 'float32' || tensor.dtype === 'float64')) {
      mirrored = { ...tensor, data: tensor.data.map((x) => x * 0.75 + 0.3) } as TensorValue;
    }
    changed ||= !same(tensor, mirrored);
    other[name] = mirrored;
  }
  return changed ? other : null;
}

/** The first way in which `other` is not `alone` within the tolerance, in words; null when it is. */
export function disagreement(alone: Tensors, other: Tensors, tolerance: Tolerance): string | null {
  for (const [name, a] of Object.entries(alone)) {
    const b = other[name];
    if (b === undefined || b.dtype !== a.dtype || a.shape.join() !== b.shape.join())
      return `its output "${name}" has another shape`;
    const apart = farthest(a, b, tolerance);
    if (apart !== null) return `its output "${name}" changes${apart === '' ? '' : ` by ${apart}`}`;
  }
  return null;
}

function same(a: TensorValue, b: TensorValue): boolean {
  for (let i = 0; i < a.data.length; i++) if (!Object.is(a.data[i], b.data[i])) return false;
  return true;
}

function farthest(a: TensorValue, b: TensorValue, tolerance: Tolerance): string | null {
  const half = a.dtype === 'float16';
  if (!half && a.dtype !== 'float32' && a.dtype !== 'float64') return same(a, b) ? null : '';
  const at = (x: TensorValue, i: number) => (half ? fromHalf(x.data[i] as number) : (x.data[i] as number));
  let largest = 0;
  for (let i = 0; i < a.data.length; i++) {
    const x = Math.abs(at(a, i));
    if (x > largest && x < Infinity) largest = x;
  }
  // A float16 has 11 digits, of which rounding may change the last.
  const { relative, ofLargest } = half ? { relative: 4e-3, ofLargest: 2e-3 } : tolerance;
  let most = 0;
  for (let i = 0; i < a.data.length; i++) {
    const [x, y] = [at(a, i), at(b, i)];
    if (Object.is(x, y) || x === y) continue;
    const by = Math.abs(x - y);
    if (!(by <= relative * Math.abs(x) + ofLargest * largest)) most = Number.isNaN(by) ? Infinity : Math.max(most, by);
  }
  return most === 0 ? null : Number.isFinite(most) ? most.toPrecision(2) : '';
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
