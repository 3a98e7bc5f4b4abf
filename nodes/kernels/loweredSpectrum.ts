import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { AudioType } from '../../core/kinds/type.ts';
import { cutAxis, toTheEnd } from './loweredSound.ts';
import { notLowerable } from './notLowerable.ts';
import { type FrameLayout, requireFrames } from './spectrogram.ts';
import { centredWindow, makeWindow } from './window.ts';

/** Bins of a spectrum, from the first up to but without the last. */
export interface BinRange {
  readonly from: number;
  readonly to: number;
}

export function allBins(fftLength: number): BinRange {
  return { from: 0, to: Math.floor(fftLength / 2) + 1 };
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
  const sound = padded(onnx, lanes, layout.pad, half - offset, half - (n - taps - offset) - end);
  return onnx.op('Conv', [sound, kernels], { strides: [hop], kernel_shape: [taps] }, 'spectrum');
}

/** Silence or the sound mirrored at both ends; a pad below 0 cuts. */
export function padded(
  onnx: OnnxGraph,
  lanes: OnnxValue,
  pad: FrameLayout['pad'],
  before: number,
  after: number,
): OnnxValue {
  const grown =
    before > 0 || after > 0
      ? onnx.op('Pad', [lanes, onnx.integers([0, 0, Math.max(0, before), 0, 0, Math.max(0, after)])], {
          mode: pad === 'reflect' ? 'reflect' : 'constant',
        })
      : lanes;
  if (before >= 0 && after >= 0) return grown;
  return cutAxis(onnx, grown, 2, Math.max(0, -before), after < 0 ? after : toTheEnd);
}

/** Energies |X|^2, or magnitudes, of a spectrum with real parts first: [lanes, bins, frames]. */
export function loweredPower(onnx: OnnxGraph, spectrum: OnnxValue, power: 1 | 2): OnnxValue {
  const [real, imaginary] = partsOf(onnx, onnx.op('Mul', [spectrum, spectrum]));
  const energy = onnx.op('Add', [real, imaginary], {}, 'energy');
  return power === 2 ? energy : onnx.op('Sqrt', [energy]);
}

/** What the node gives for each bin: [lanes, bins, frames], for complex ones with real and imaginary part behind. */
export function spectrumAs(onnx: OnnxGraph, spectrum: OnnxValue, form: 'magnitude' | 'power' | 'complex'): OnnxValue {
  if (form !== 'complex') return loweredPower(onnx, spectrum, form === 'power' ? 2 : 1);
  const parts = partsOf(onnx, spectrum).map((part) => onnx.op('Unsqueeze', [part, onnx.integers([3])]));
  return onnx.op('Concat', parts, { axis: 3 });
}

/** Real and imaginary parts, [lanes, bins, frames] each. */
function partsOf(onnx: OnnxGraph, spectrum: OnnxValue): readonly OnnxValue[] {
  return onnx.ops('Split', [spectrum], 2, { axis: 1, num_outputs: 2 });
}

/** Frames of [N, 1, samples], each times the window: [N, frames, length]. */
export function loweredFrames(onnx: OnnxGraph, sound: OnnxValue, layout: FrameLayout): OnnxValue {
  const { fftLength: length, hop, pad } = layout;
  const half = pad === 'none' ? 0 : Math.floor(length / 2);
  const flat = onnx.op('Squeeze', [padded(onnx, sound, pad, half, half), onnx.integers([1])]);
  const last = onnx.op('Sub', [onnx.dim(flat, 1), onnx.integers([length - 1])]);
  const limit = onnx.op('Squeeze', [last, onnx.integers([0])]);
  const starts = onnx.op('Range', [onnx.integer(0), limit, onnx.integer(hop)], {}, 'starts');
  const places = onnx.integers(Array.from({ length }, (_, i) => i));
  const all = onnx.op('Add', [onnx.op('Unsqueeze', [starts, onnx.integers([1])]), places]);
  const window = centredWindow(makeWindow(layout.window, layout.windowLength), length);
  return onnx.op('Mul', [onnx.op('Gather', [flat, all], { axis: 1 }), onnx.floats([...window])], {}, 'frames');
}
