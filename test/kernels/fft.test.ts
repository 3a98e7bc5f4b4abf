import { expect, it } from 'vitest';
import { makeFft } from '../../nodes/kernels/fft.ts';
import { fft400, makeFft400 } from '../../nodes/kernels/fft400.ts';
import { makeWindow } from '../../nodes/kernels/window.ts';

/** The definition, term by term. */
function dft(re: Float64Array, im: Float64Array): { readonly re: Float64Array; readonly im: Float64Array } {
  const n = re.length;
  const out = { re: new Float64Array(n), im: new Float64Array(n) };
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      const angle = (-2 * Math.PI * ((i * k) % n)) / n;
      out.re[k] += re[i] * Math.cos(angle) - im[i] * Math.sin(angle);
      out.im[k] += re[i] * Math.sin(angle) + im[i] * Math.cos(angle);
    }
  }
  return out;
}

/** Numbers that look random and are the same each time. */
function numbers(n: number, seed: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => ((Math.sin(i * 12.9898 + seed * 78.233) * 43758.5453) % 1) * 2);
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((worst, v, i) => Math.max(worst, Math.abs(v - b[i])), 0);
}

// Powers of two, products of small primes, each radix first and last, primes by definition and by Bluestein.
const lengths = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 25, 27, 30, 41, 43, 47, 49, 60, 64, 77, 97, 100, 121, 125, 128, 200, 243, 256,
  360, 400, 480, 486, 509, 512, 551, 1000, 1022, 1024,
];

it('agrees with the definition for every kind of length', () => {
  for (const n of lengths) {
    const re = numbers(n, 1);
    const im = numbers(n, 2);
    const want = dft(re, im);
    makeFft(n).forward(re, im);
    const worst = Math.max(largestDifference(re, want.re), largestDifference(im, want.im));
    expect(worst, `length ${n}`).toBeLessThan(1e-10);
  }
});

it('may be run again: nothing of the run before is left', () => {
  for (const n of [12, 94, 400]) {
    const fft = makeFft(n);
    fft.forward(numbers(n, 5), numbers(n, 6));
    const re = numbers(n, 1);
    const im = numbers(n, 2);
    const want = dft(re, im);
    fft.forward(re, im);
    expect(Math.max(largestDifference(re, want.re), largestDifference(im, want.im))).toBeLessThan(1e-10);
  }
});

it('refuses lengths that are none', () => {
  for (const n of [0, -4, 2.5, Number.NaN]) expect(() => makeFft(n)).toThrow(RangeError);
});

it('the one of length 400 transforms two windowed frames at once', () => {
  const sound = Float32Array.from(numbers(1000, 3));
  const window = makeWindow('hamming', 400);
  const re = Float64Array.from({ length: 400 }, (_, i) => sound[37 + i] * window[i]);
  const im = Float64Array.from({ length: 400 }, (_, i) => sound[197 + i] * window[i]);
  const want = dft(re, im);
  const space = makeFft400();
  fft400(space, sound, 37, 197, window);
  expect(largestDifference(space.zr.subarray(0, 400), want.re)).toBeLessThan(1e-11);
  expect(largestDifference(space.zi.subarray(0, 400), want.im)).toBeLessThan(1e-11);
});
