import { halfBits } from '../makeNode.ts';

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** The number that 16 bits of IEEE 754 stand for. */
export function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** `halfBits`, faster for numbers that are float32 already: by their bits, ties to even. */
export function floatToHalf(value: number): number {
  float[0] = value;
  const whole = bits[0];
  const exponent = (whole >>> 23) & 0xff;
  // Subnormal, infinite, not a number, or near to it.
  if (exponent < 113 || exponent > 141) return halfBits(value);
  const rest = whole & 0x1fff;
  const half = ((whole >>> 16) & 0x8000) | ((exponent - 112) << 10) | ((whole >>> 13) & 0x3ff);
  return rest > 0x1000 || (rest === 0x1000 && (half & 1) === 1) ? half + 1 : half;
}

let table: Float32Array | null = null;

/** Numbers in half precision as float32: by a table, for models have millions of them. */
export function halvesToFloats(halves: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 0x10000 }, (_, half) => halfToFloat(half));
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) floats[i] = table[halves[i]];
  return floats;
}
