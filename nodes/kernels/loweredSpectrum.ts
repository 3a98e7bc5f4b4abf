import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { AudioType } from '../../core/kinds/type.ts';
import { factoredDft, factorsOf } from './loweredFactored.ts';
import { paddedLanes } from './loweredFrames.ts';
import { notLowerable } from './notLowerable.ts';
import { type FrameLayout, requireFrames } from './spectrogram.ts';
import { makeWindow } from './window.ts';

/** Bins of a spectrum, from the first up to but without the last. */
export interface BinRange {
  readonly from: number;
  readonly to: number;
}

/** A sound that is known to be too short gives no frames, in `run` and in a graph. */
export function requireKnownFrames(type: AudioType, layout: Pick<FrameLayout, 'fftLength' | 'hop' | 'pad'>): void {
  if (typeof type.samples === 'number') requireFrames(type.samples, layout);
}

/** Most weights that a transform may put into a file: 64 MiB. */
const mostWeights = 1 << 24;

/**
 * The discrete Fourier transform of each frame of [lanes, 1, samples] as one Conv whose kernels are the windowed cosines and
 * sines of the bins: [lanes, 2 * bins, frames], real parts first. Where the window is shorter than the frame so are the
 * kernels. `end` is how many samples of the padding at the end are left away.
 */
export function loweredDft(
  onnx: OnnxGraph,
  lanes: OnnxValue,
  layout: FrameLayout,
  { from, to }: BinRange,
  end = 0,
): OnnxValue {
  const { fftLength: n, windowLength: taps, hop } = layout;
  const bins = to - from;
  if (2 * bins * taps > mostWeights)
    throw notLowerable(
      `A Fourier transform of ${n} samples would put ${2 * bins * taps} weights into the file.`,
      'Take a shorter fftLength or window, or let this part run outside the ONNX file.',
    );
  const window = makeWindow(layout.window, taps);
  const offset = Math.floor((n - taps) / 2);
  const weights = new Float32Array(2 * bins * taps);
  for (let k = 0; k < bins; k++) {
    for (let i = 0; i < taps; i++) {
      // The angle's whole turns are taken off first, which keeps its digits.
      const angle = (-2 * Math.PI * (((from + k) * (offset + i)) % n)) / n;
      weights[k * taps + i] = window[i] * Math.cos(angle);
      weights[(bins + k) * taps + i] = window[i] * Math.sin(angle);
    }
  }
  const kernels = onnx.constant({ kind: 'tensor', dtype: 'float32', shape: [2 * bins, 1, taps], data: weights });
  const half = layout.pad === 'none' ? 0 : Math.floor(n / 2);
  const rest = n - taps - offset;
  // Mirrored as far as whole frames reach, so that a sound that is too short for them is refused.
  const mirrored = layout.pad === 'reflect' ? half : 0;
  const whole = paddedLanes(onnx, lanes, layout.pad, mirrored, mirrored === 0 ? 0 : half - end);
  const sound =
    mirrored === 0
      ? paddedLanes(onnx, whole, layout.pad, half - offset, half - rest - end)
      : paddedLanes(onnx, whole, layout.pad, -offset, -rest);
  return onnx.op('Conv', [sound, kernels], { strides: [hop], kernel_shape: [taps] }, 'spectrum');
}

/** Energies |X|^2, or magnitudes, of parts that stand apart. */
export function energyOf(onnx: OnnxGraph, real: OnnxValue, imaginary: OnnxValue, power: 1 | 2): OnnxValue {
  const squares = [real, imaginary].map((part) => onnx.op('Mul', [part, part]));
  const energy = onnx.op('Add', squares, {}, 'energy');
  return power === 2 ? energy : onnx.op('Sqrt', [energy]);
}

/** Real and imaginary parts of `loweredDft`, [lanes, bins, frames] each. */
export function partsOf(onnx: OnnxGraph, spectrum: OnnxValue): readonly OnnxValue[] {
  return onnx.ops('Split', [spectrum], 2, { axis: 1, num_outputs: 2 });
}

/** `stftOf` each of [lanes, 1, samples]: [lanes, bins, frames], for complex ones with real and imaginary part behind. */
export function loweredStft(
  onnx: OnnxGraph,
  lanes: OnnxValue,
  layout: FrameLayout,
  form: 'magnitude' | 'power' | 'complex',
): OnnxValue {
  const bins = Math.floor(layout.fftLength / 2) + 1;
  const factors = factorsOf(layout.fftLength);
  if (factors === null) {
    const [real, imaginary] = partsOf(onnx, loweredDft(onnx, lanes, layout, { from: 0, to: bins }));
    if (form !== 'complex') return energyOf(onnx, real, imaginary, form === 'power' ? 2 : 1);
    return onnx.op(
      'Concat',
      [real, imaginary].map((part) => onnx.op('Unsqueeze', [part, onnx.integers([3])])),
      { axis: 3 },
    );
  }
  const { real, imaginary, placeOf } = factoredDft(onnx, lanes, layout, factors);
  const found = Array.from({ length: bins }, (_, bin) => placeOf(bin));
  const places = onnx.integers(found.map(({ place }) => place));
  // Turned first, so that whole rows of frames are put in order.
  const inOrder = (x: OnnxValue) =>
    onnx.op('Gather', [onnx.op('Transpose', [x], { perm: [0, 2, 1] }), places], { axis: 1 }, 'bins');
  if (form !== 'complex') return inOrder(energyOf(onnx, real, imaginary, form === 'power' ? 2 : 1));
  const signs = onnx.floats(
    found.map(({ conjugate }) => (conjugate ? -1 : 1)),
    [bins, 1],
  );
  const parts = [inOrder(real), onnx.op('Mul', [inOrder(imaginary), signs])];
  return onnx.op(
    'Concat',
    parts.map((part) => onnx.op('Unsqueeze', [part, onnx.integers([3])])),
    { axis: 3 },
  );
}
