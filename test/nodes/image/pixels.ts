import { originalGeometry } from '../../../core/kinds/geometry.ts';
import type { Colour, ImageValue } from '../../../core/kinds/value.ts';

/** Pixels as the reference scripts record them. */
export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

export function picture(
  width: number,
  height: number,
  colour: Colour,
  data: Uint8Array | readonly number[],
): ImageValue {
  return {
    kind: 'image',
    width,
    height,
    colour,
    data: Uint8Array.from(data),
    geometry: originalGeometry(width, height),
  };
}

export interface Difference {
  readonly mean: number;
  readonly max: number;
}

/** Mean and largest absolute difference; NaN when the lengths differ, so that no comparison passes. */
export function difference(got: ArrayLike<number>, want: ArrayLike<number>): Difference {
  if (got.length !== want.length || got.length === 0) return { mean: Number.NaN, max: Number.NaN };
  let sum = 0;
  let max = 0;
  for (let i = 0; i < got.length; i++) {
    const d = Math.abs(got[i] - want[i]);
    sum += d;
    if (d > max) max = d;
  }
  return { mean: sum / got.length, max };
}
