import type { Limits } from '../../core/define/limits.ts';
import type { Dim } from '../../core/kinds/type.ts';
import type { AudioValue, TensorOf } from '../../core/kinds/value.ts';
import { log10InPlace } from './log10.ts';
import { logMelSpectrogram, type MelFilters, makeMelFilters, melOfChannels, reportEmptyBands } from './mel.ts';
import type { ReportProblem } from './shapes.ts';
import { reportBand } from './soundPorts.ts';
import type { FrameLayout } from './spectrogram.ts';

/** Whisper's frames: 25 ms every 10 ms at 16 kHz. */
export const whisperLayout: FrameLayout = {
  fftLength: 400,
  hop: 160,
  windowLength: 400,
  window: 'hann',
  pad: 'reflect',
};
export const whisperRateHz = 16000;

const knownFilters = new Map<number, MelFilters>();

/** Whisper's filters for so many bands. */
export function whisperFilters(mels: number): MelFilters {
  const bands = { sampleRateHz: whisperRateHz, fftLength: 400, mels, minHz: 0, maxHz: 8000 } as const;
  const filters = knownFilters.get(mels) ?? makeMelFilters({ ...bands, scale: 'slaney', norm: 'slaney' });
  knownFilters.set(mels, filters);
  return filters;
}

/**
 * Log-mel [mels, frames] as Whisper's own code and transformers' WhisperFeatureExtractor compute it: one frame for every 160
 * samples (the last one of the centred frames is dropped), log10 with floor 1e-10, clipped to 8 below the largest value of the
 * sound, then (x + 4) / 4. The sound is at 16 kHz and already padded or cut.
 */
export function whisperLogMel(x: Float32Array, mels: number): Float32Array {
  const out = logMelSpectrogram(x, whisperLayout, whisperFilters(mels), 1e-10, Math.floor(x.length / 160));
  let largest = -Infinity;
  for (let i = 0; i < out.length; i++) largest = Math.max(largest, out[i]);
  const floor = largest - 8;
  for (let i = 0; i < out.length; i++) out[i] = (Math.max(out[i], floor) + 4) / 4;
  return out;
}

/**
 * librosa.power_to_db, in place: 10 log10(max(floor, x)) against a reference of 1 or the largest value, clipped to
 * `topDb` below the largest (null: not clipped).
 */
export function powerToDb(x: Float32Array, reference: 'one' | 'largest', floor: number, topDb: number | null): void {
  const largest = 10 * log10InPlace(x, floor);
  const shift = reference === 'largest' ? largest : 0;
  const lowest = topDb === null ? -Infinity : largest - shift - topDb;
  for (let i = 0; i < x.length; i++) {
    const db = 10 * x[i] - shift;
    x[i] = Math.max(db, lowest);
  }
}

/** Frames that Whisper's definition gives: one for every 160 samples of what was padded or cut. */
export function whisperFrames(samples: number | null, padSeconds: number | null): number | null {
  const length = padSeconds === null ? samples : Math.round(padSeconds * whisperRateHz);
  return length === null ? null : Math.floor(length / whisperLayout.hop);
}

/** Whisper's log-mel of a sound at 16 kHz, padded with silence or cut to `padSeconds`: float32[1, mels, frames]. */
export function whisperLogMelTensor(x: Float32Array, mels: number, padSeconds: number | null): TensorOf<'float32'> {
  const length = padSeconds === null ? x.length : Math.round(padSeconds * whisperRateHz);
  let sound = x;
  if (length !== x.length) {
    sound = new Float32Array(length);
    sound.set(x.subarray(0, length));
  }
  const shape = [1, mels, Math.floor(length / whisperLayout.hop)];
  return { kind: 'tensor', dtype: 'float32', shape, data: whisperLogMel(sound, mels) };
}

/** What librosa.feature.melspectrogram and power_to_db are told. */
export interface LibrosaLogMel {
  readonly mels: number;
  readonly fftLength: number;
  readonly hop: number;
  readonly minHz: number;
  readonly maxHz: number;
  readonly pad: 'zero' | 'reflect' | 'none';
  readonly scale: 'slaney' | 'htk';
  readonly norm: 'slaney' | 'none';
  readonly reference: 'one' | 'largest';
  readonly floor: number;
  readonly topDb: number | null;
}

/** librosa's log-mel in dB, each channel against its own largest value: float32[channels, mels, frames]. */
export function librosaLogMel(
  audio: AudioValue,
  options: LibrosaLogMel,
  limits: Limits,
  signal: AbortSignal,
): TensorOf<'float32'> {
  const filters = makeMelFilters({ ...options, sampleRateHz: audio.sampleRateHz });
  const layout: FrameLayout = { ...options, windowLength: options.fftLength, window: 'hann' };
  const mel = melOfChannels(audio.channels, layout, filters, 2, limits, signal);
  const size = mel.data.length / audio.channels.length;
  for (let c = 0; c < audio.channels.length; c++) {
    powerToDb(mel.data.subarray(c * size, (c + 1) * size), options.reference, options.floor, options.topDb);
  }
  return mel;
}

/** Reports bands that do not fit the sound, for librosa's definition. */
export function reportLogMel(
  params: Omit<LibrosaLogMel, 'mels' | 'maxHz'> & {
    readonly definition: 'whisper' | 'librosa';
    readonly mels: number | null;
    readonly maxHz: number | null;
  },
  sampleRateHz: Dim,
  report: ReportProblem,
): void {
  if (params.definition === 'whisper') return;
  reportBand(params.maxHz, sampleRateHz, report);
  reportEmptyBands({ ...params, mels: params.mels ?? 128 }, sampleRateHz, report);
}
