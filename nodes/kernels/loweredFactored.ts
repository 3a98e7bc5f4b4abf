import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { gatheredFrames } from './loweredFrames.ts';
import type { FrameLayout } from './spectrogram.ts';
import { centredWindow, makeWindow } from './window.ts';

/** A length as a product, for a transform in two steps. */
export interface Factors {
  readonly a: number;
  readonly b: number;
}

/** Up to here one Conv is quicker: what is saved in multiplications is lost in moving numbers about. */
const shortest = 513;

/** The factors of a length with the least work, which is a + 2 b for each sample; null where one step is better. */
export function factorsOf(length: number): Factors | null {
  if (length < shortest) return null;
  let best: Factors | null = null;
  for (let a = 2; a < length; a++) {
    const b = length / a;
    if (Number.isInteger(b) && (best === null || a + 2 * b < best.a + 2 * best.b)) best = { a, b };
  }
  return best !== null && 4 * (best.a + 2 * best.b) < length ? best : null;
}

/** A spectrum whose bins are not in order: [lanes, frames, places] each. */
export interface FactoredSpectrum {
  readonly real: OnnxValue;
  readonly imaginary: OnnxValue;
  readonly places: number;
  /** Where a bin from 0 to half the length stands, and whether what stands there is its conjugate. */
  placeOf(bin: number): { readonly place: number; readonly conjugate: boolean };
}

/**
 * The discrete Fourier transform of frames of n = a b samples of [lanes, 1, samples] in two steps of matrix products (Cooley and Tukey
 * 1965): with sample b i + j and bin k + a m, X = sum_j W_b^(j m) [ W_n^(j k) sum_i x W_a^(i k) ]. Of real sounds k runs to a / 2
 * only, the other bins are conjugates. n (a + 2 b) multiplications a frame in place of n^2, and sums that are as much shorter.
 */
export function factoredDft(
  onnx: OnnxGraph,
  lanes: OnnxValue,
  layout: FrameLayout,
  { a, b }: Factors,
): FactoredSpectrum {
  const n = a * b;
  const half = Math.floor(a / 2) + 1;
  const window = centredWindow(makeWindow(layout.window, layout.windowLength), n);
  const frames = onnx.op('Mul', [gatheredFrames(onnx, lanes, layout), onnx.floats([...window])]);
  const grid = onnx.op('Reshape', [frames, onnx.integers([0, 0, a, b])]);
  const wave = (turns: number, of: number) => (-2 * Math.PI * (turns % of)) / of;
  const table = (rows: number, columns: number, value: (row: number, column: number) => number) =>
    onnx.floats(
      Array.from({ length: rows * columns }, (_, at) => value(Math.floor(at / columns), at % columns)),
      [rows, columns],
    );
  const over = (of: (angle: number) => number) => table(half, a, (k, i) => of(wave(i * k, a)));
  // Both steps' cosines and sines stand apart, so that nothing has to be split.
  const [re, im] = [Math.cos, Math.sin].map((of) => onnx.op('MatMul', [over(of), grid]));
  const [cos, sin] = [Math.cos, Math.sin].map((of) => table(half, b, (k, j) => of(wave(j * k, n))));
  const turned = onnx.op(
    'Concat',
    [
      onnx.op('Sub', [onnx.op('Mul', [re, cos]), onnx.op('Mul', [im, sin])]),
      onnx.op('Add', [onnx.op('Mul', [re, sin]), onnx.op('Mul', [im, cos])]),
    ],
    { axis: 3 },
  );
  const angle = (j: number, m: number) => wave((j % b) * m, b);
  const reals = table(2 * b, b, (j, m) => (j < b ? Math.cos(angle(j, m)) : -Math.sin(angle(j, m))));
  const imaginaries = table(2 * b, b, (j, m) => (j < b ? Math.sin(angle(j, m)) : Math.cos(angle(j, m))));
  const [real, imaginary] = [reals, imaginaries].map((matrix) =>
    onnx.op('Reshape', [onnx.op('MatMul', [turned, matrix]), onnx.integers([0, 0, half * b])], {}, 'spectrum'),
  );
  const placeOf = (bin: number) => {
    const conjugate = bin % a >= half;
    const of = conjugate ? n - bin : bin;
    return { place: (of % a) * b + Math.floor(of / a), conjugate };
  };
  return { real, imaginary, places: half * b, placeOf };
}
