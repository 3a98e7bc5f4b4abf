import type { LoweredAudio, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { AudioType } from '../../core/kinds/type.ts';
import { type LibrosaLogMel, whisperFilters, whisperLayout, whisperRateHz } from './logMel.ts';
import { factoredDft, factorsOf } from './loweredFactored.ts';
import { lanesOf, loweredLength } from './loweredSound.ts';
import { energyOf, loweredDft, partsOf, requireKnownFrames } from './loweredSpectrum.ts';
import { type MelFilters, makeMelFilters } from './mel.ts';
import { dctRows } from './mfcc.ts';
import { upperHz } from './soundPorts.ts';
import type { FrameLayout } from './spectrogram.ts';

/** Mel spectrogram of each lane: [lanes, mels, frames]. `end` leaves samples of the padding at the end away. */
export function loweredMel(
  onnx: OnnxGraph,
  lanes: OnnxValue,
  layout: FrameLayout,
  filters: MelFilters,
  power: 1 | 2,
  end = 0,
): OnnxValue {
  const { mels, starts } = filters;
  const factors = end === 0 ? factorsOf(layout.fftLength) : null;
  // Bins that no band weighs need not be there; at least one, so that empty bands have something to be silent of.
  const from = Math.min(starts[0], Math.floor(layout.fftLength / 2));
  const to = Math.max(from + 1, starts[mels + 1]);
  const weights = melWeights(filters, from, to);
  const matrix = (data: Float32Array, shape: readonly number[]) =>
    onnx.constant({ kind: 'tensor', dtype: 'float32', shape, data });
  if (factors === null) {
    const [real, imaginary] = partsOf(onnx, loweredDft(onnx, lanes, layout, { from, to }, end));
    return onnx.op('MatMul', [matrix(weights, [mels, to - from]), energyOf(onnx, real, imaginary, power)], {}, 'mel');
  }
  const { real, imaginary, places, placeOf } = factoredDft(onnx, lanes, layout, factors);
  // The weights go where the bins are.
  const placed = new Float32Array(places * mels);
  for (let k = from; k < to; k++) {
    for (let m = 0; m < mels; m++) placed[placeOf(k).place * mels + m] = weights[m * (to - from) + k - from];
  }
  const rows = onnx.op('MatMul', [energyOf(onnx, real, imaginary, power), matrix(placed, [places, mels])]);
  return onnx.op('Transpose', [rows], { perm: [0, 2, 1] }, 'mel');
}

/** The triangles as a matrix [mels, bins]: band m rises in segment m and falls in the next. */
function melWeights({ mels, starts, rise, heights }: MelFilters, from: number, to: number): Float32Array {
  const bins = to - from;
  const weights = new Float32Array(mels * bins);
  for (let m = 0; m < mels; m++) {
    for (let k = starts[m]; k < starts[m + 1]; k++) weights[m * bins + k - from] = heights[m] * rise[k];
    for (let k = starts[m + 1]; k < starts[m + 2]; k++) weights[m * bins + k - from] = heights[m] * (1 - rise[k]);
  }
  return weights;
}

/** What the node is told: one of two definitions, `mels` null for its own. */
type LogMelParams = Omit<LibrosaLogMel, 'mels' | 'maxHz'> & {
  readonly definition: 'whisper' | 'librosa';
  readonly mels: number | null;
  readonly maxHz: number | null;
  readonly padSeconds: number | null;
};

/** Log-mel by either definition: [lanes, mels, frames]. */
export function loweredLogMel(onnx: OnnxGraph, audio: LoweredAudio, type: AudioType, params: LogMelParams): OnnxValue {
  if (params.definition === 'whisper') return loweredWhisper(onnx, audio, type, params.mels ?? 80, params.padSeconds);
  const maxHz = upperHz(params.maxHz, params.minHz, audio.sampleRateHz);
  return loweredLibrosa(onnx, audio, type, { ...params, mels: params.mels ?? 128, maxHz });
}

/** `whisperLogMelTensor` of [N, 1, samples] at 16 kHz: [N, mels, frames]. */
function loweredWhisper(
  onnx: OnnxGraph,
  audio: LoweredAudio,
  type: AudioType,
  mels: number,
  padSeconds: number | null,
): OnnxValue {
  const length = padSeconds === null ? type.samples : Math.round(padSeconds * whisperRateHz);
  requireKnownFrames({ ...type, samples: length }, whisperLayout);
  const sound =
    padSeconds === null || typeof length !== 'number'
      ? audio.samples
      : loweredLength(onnx, audio.samples, type, length, 'end');
  // One frame for every 160 samples: the last of the centred ones is not computed.
  const mel = loweredMel(onnx, sound, whisperLayout, whisperFilters(mels), 2, whisperLayout.hop);
  const logs = onnx.op('Mul', [logOf(onnx, mel, 1e-10), onnx.float(1 / Math.LN10)]);
  const lowest = onnx.op('Sub', [largestOf(onnx, logs), onnx.float(8)]);
  const held = onnx.op('Max', [logs, lowest]);
  return onnx.op('Mul', [onnx.op('Add', [held, onnx.float(4)]), onnx.float(0.25)], {}, 'logMel');
}

function logOf(onnx: OnnxGraph, x: OnnxValue, floor: number): OnnxValue {
  return onnx.op('Log', [onnx.op('Max', [x, onnx.float(floor)])]);
}

/** The largest of each lane, [lanes, 1, 1]. */
function largestOf(onnx: OnnxGraph, x: OnnxValue): OnnxValue {
  return onnx.op('ReduceMax', [x, onnx.integers([1, 2])], { keepdims: 1 });
}

/** `librosaLogMel`: dB of each lane against its own largest value, [lanes, mels, frames]. */
export function loweredLibrosa(
  onnx: OnnxGraph,
  audio: LoweredAudio,
  type: AudioType,
  options: LibrosaLogMel,
): OnnxValue {
  const layout: FrameLayout = { ...options, windowLength: options.fftLength, window: 'hann' };
  requireKnownFrames(type, layout);
  const filters = makeMelFilters({ ...options, sampleRateHz: audio.sampleRateHz });
  const mel = loweredMel(onnx, lanesOf(onnx, audio, type.channels), layout, filters, 2);
  const db = onnx.op('Mul', [logOf(onnx, mel, options.floor), onnx.float(10 / Math.LN10)]);
  if (options.reference === 'one' && options.topDb === null) return db;
  const largest = largestOf(onnx, db);
  const shifted = options.reference === 'one' ? db : onnx.op('Sub', [db, largest]);
  if (options.topDb === null) return shifted;
  const top = onnx.float(-options.topDb);
  const lowest = options.reference === 'one' ? onnx.op('Add', [largest, top]) : top;
  return onnx.op('Max', [shifted, lowest], {}, 'logMel');
}

/** `mfccOf` each lane of [lanes, mels, frames]: [lanes, coefficients, frames]. */
export function loweredMfcc(
  onnx: OnnxGraph,
  logMel: OnnxValue,
  mels: number,
  coefficients: number,
  lifter: number,
): OnnxValue {
  const data = Float32Array.from(dctRows(mels, coefficients, lifter));
  const matrix = onnx.constant({ kind: 'tensor', dtype: 'float32', shape: [coefficients, mels], data });
  return onnx.op('MatMul', [matrix, logMel], {}, 'mfcc');
}
