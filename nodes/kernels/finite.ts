import type { Value } from '../../core/kinds/value.ts';

/** True when no number of the array is NaN or infinite. */
export function finiteNumbers(data: ArrayLike<number>): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
  return true;
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
