/** Window shapes, named as scipy.signal.get_window names them. */
export const windowNames = ['hann', 'hamming', 'blackman', 'bartlett', 'rectangular'] as const;
export type WindowName = (typeof windowNames)[number];

const twoPi = 2 * Math.PI;
const shapes: { readonly [N in WindowName]: (x: number) => number } = {
  // x runs from 0 to 1 over the period; a sum of cosines (Harris 1978), as in scipy.signal.windows.
  hann: (x) => 0.5 - 0.5 * Math.cos(twoPi * x),
  hamming: (x) => 0.54 - 0.46 * Math.cos(twoPi * x),
  blackman: (x) => 0.42 - 0.5 * Math.cos(twoPi * x) + 0.08 * Math.cos(2 * twoPi * x),
  bartlett: (x) => 1 - Math.abs(2 * x - 1),
  rectangular: () => 1,
};

/** `periodic` (the default of spectrograms) leaves out the last point of the symmetric window of length + 1. */
export function makeWindow(name: WindowName, length: number, periodic = true): Float64Array {
  const window = new Float64Array(length);
  const period = periodic ? length : length - 1;
  for (let i = 0; i < length; i++) window[i] = period === 0 ? 1 : shapes[name](i / period);
  return window;
}

/** The window in the middle of `length` zeros, as librosa and torch place a window that is shorter than the FFT. */
export function centredWindow(window: Float64Array, length: number): Float64Array {
  if (window.length === length) return window;
  const placed = new Float64Array(length);
  placed.set(window, Math.floor((length - window.length) / 2));
  return placed;
}

/** Modified Bessel function of the first kind and order 0, by its power series (Abramowitz and Stegun 9.6.12). */
export function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

/** Kaiser's window at x of -1..1 (0 outside). */
export function kaiserAt(x: number, beta: number): number {
  return Math.abs(x) > 1 ? 0 : besselI0(beta * Math.sqrt(1 - x * x)) / besselI0(beta);
}
