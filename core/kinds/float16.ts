/**
 * IEEE 754 binary16 by its bits: 1 sign, 5 exponent, 10 mantissa. Node 20 has no Float16Array, so tensors of
 * dtype float16 hold the raw bits in a Uint16Array. Both directions are exact or correctly rounded
 * (to nearest, ties to even), as numpy and ONNX Runtime do it.
 */

const values = new Float32Array(65536);
for (let bits = 0; bits < 65536; bits++) values[bits] = decode(bits);

function decode(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

/** The number that 16 bits stand for. */
export function halfToNumber(bits: number): number {
  return values[bits];
}

const scratch = new DataView(new ArrayBuffer(8));

/** The bits of the half nearest to a double; 65520 and beyond become infinity, every NaN becomes 0x7e00. */
export function numberToHalf(x: number): number {
  if (Number.isNaN(x)) return 0x7e00;
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const size = Math.abs(x);
  if (size >= 65520) return sign | 0x7c00;
  // Below 2^-14 halves are evenly spaced by 2^-24; rounding up to 1024 gives the smallest normal number by itself.
  if (size < 2 ** -14) return sign | roundEven(size * 2 ** 24);
  scratch.setFloat64(0, size);
  const exponent = ((scratch.getUint16(0) >> 4) & 0x7ff) - 1023;
  // A mantissa that rounds up to 2048 carries into the exponent, which is what the sum does.
  return sign | (((exponent + 15) << 10) + roundEven(size * 2 ** (10 - exponent)) - 1024);
}

/** Nearest whole number, ties to even; for 0 <= x < 2^52. */
export function roundEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Bits to numbers, element by element. */
export function halvesToFloats(bits: Uint16Array): Float32Array {
  const out = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) out[i] = values[bits[i]];
  return out;
}

/** Numbers to bits, element by element. */
export function floatsToHalves(numbers: ArrayLike<number>): Uint16Array {
  const out = new Uint16Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) out[i] = numberToHalf(numbers[i]);
  return out;
}
