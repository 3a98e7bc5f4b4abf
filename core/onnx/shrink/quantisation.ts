import { roundEven } from '../quantiseMatrix.ts';

/** The least and the largest value of a tensor over all calibration data, or what is kept of them. */
export interface Range {
  readonly min: number;
  readonly max: number;
}
export type ActivationType = 'uint8' | 'int8';

/** value ≈ (number - zero) * scale */
export interface Quantisation {
  readonly scale: number;
  readonly zero: number;
}

const limits = { uint8: [0, 255], int8: [-127, 127] } as const;

/**
 * How a tensor of that range is put in 8 bits: uint8 with a zero point, or int8 that is symmetric. Zero is always met
 * exactly, since padding and ReLU give it (ONNX QuantizeLinear; onnxruntime.quantization `compute_scale_zp`).
 */
export function quantisationOf({ min, max }: Range, type: ActivationType): Quantisation {
  const [least, most] = limits[type];
  let [low, high] = [Math.min(min, 0), Math.max(max, 0)];
  if (type === 'int8') {
    high = Math.max(-low, high);
    low = -high;
  }
  const scale = Math.fround((high - low) / (most - least));
  // Nothing but zeros, or too near to it to divide by.
  if (!(scale >= smallestNormal)) return { scale: 1, zero: 0 };
  return { scale, zero: type === 'int8' ? 0 : roundEven(least - low / scale) };
}

/** Of float32: below it a processor may flush to zero. */
const smallestNormal = 2 ** -126;

/** Weights in whole numbers with a scale for each index of one axis. */
export interface QuantisedWeights {
  readonly numbers: Int8Array;
  readonly scales: Float32Array;
}

/**
 * Symmetric weights, a scale for each channel: max |w| / limit, limit 64 for 7 bits and 127 for 8. `inner` is the number of
 * elements behind the channel axis. `leastScales` hold up the scale of a channel whose bias would not fit else. Null when
 * a weight is NaN or infinite.
 */
export function quantiseChannels(
  weights: Float32Array,
  channels: number,
  inner: number,
  bits: 7 | 8,
  leastScales: Float32Array | null = null,
): QuantisedWeights | null {
  const limit = bits === 7 ? 64 : 127;
  const scales = new Float32Array(channels);
  const channelOf = (at: number) => Math.floor(at / inner) % channels;
  for (let at = 0; at < weights.length; at++) {
    const size = Math.abs(weights[at]);
    if (!(size < Number.POSITIVE_INFINITY)) return null;
    const channel = channelOf(at);
    if (size > scales[channel]) scales[channel] = size;
  }
  for (let channel = 0; channel < channels; channel++) {
    const scale = Math.max(Math.fround(scales[channel] / limit), leastScales?.[channel] ?? 0);
    scales[channel] = scale >= smallestNormal ? scale : 1;
  }
  const numbers = new Int8Array(weights.length);
  for (let at = 0; at < weights.length; at++) {
    const number = roundEven(Math.fround(weights[at] / scales[channelOf(at)]));
    numbers[at] = Math.max(-limit, Math.min(limit, number));
  }
  return { numbers, scales };
}

const mostBias = 2 ** 31 - 1;
/** A channel of zeros has no scale of its own: one that gives its bias so many steps. */
const biasSteps = 2 ** 24;

/** The least scale of each channel of weights with which its bias still fits into 32 bits. */
export function leastScalesFor(bias: Float32Array, weightSizes: Float32Array, activation: number): Float32Array {
  return bias.map((value, channel) => {
    const size = Math.abs(value);
    return size / (activation * (weightSizes[channel] === 0 ? biasSteps : mostBias - 1));
  });
}

/** A bias in 32 bits, in steps of the product of the scales that its sum is made in. */
export function quantiseBias(
  bias: Float32Array,
  weightScales: Float32Array,
  activation: number,
): { readonly numbers: Int32Array; readonly scales: Float32Array } {
  const scales = weightScales.map((scale) => Math.fround(scale * activation));
  const numbers = Int32Array.from(bias, (value, channel) =>
    Math.max(-mostBias, Math.min(mostBias, roundEven(value / scales[channel]))),
  );
  return { numbers, scales };
}

/** Largest size of each channel. */
export function channelSizes(weights: Float32Array, channels: number, inner: number): Float32Array {
  const sizes = new Float32Array(channels);
  for (let at = 0; at < weights.length; at++) {
    const channel = Math.floor(at / inner) % channels;
    const size = Math.abs(weights[at]);
    if (size > sizes[channel]) sizes[channel] = size;
  }
  return sizes;
}
