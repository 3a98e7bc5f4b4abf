import { log10InPlace } from './log10.ts';
import { type MelFilters, makeMelFilters, melSpectrogram } from './mel.ts';
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

const whisperFilters = new Map<number, MelFilters>();

/**
 * Log-mel [mels, frames] as Whisper's own code and transformers' WhisperFeatureExtractor compute it: one frame for every 160
 * samples (the last one of the centred frames is dropped), log10 with floor 1e-10, clipped to 8 below the largest value of the
 * sound, then (x + 4) / 4. The sound is at 16 kHz and already padded or cut.
 */
export function whisperLogMel(x: Float32Array, mels: number): Float32Array {
  const bands = { sampleRateHz: whisperRateHz, fftLength: 400, mels, minHz: 0, maxHz: 8000 } as const;
  const filters = whisperFilters.get(mels) ?? makeMelFilters({ ...bands, scale: 'slaney', norm: 'slaney' });
  whisperFilters.set(mels, filters);
  const out = melSpectrogram(x, whisperLayout, filters, 2, Math.floor(x.length / 160));
  const floor = log10InPlace(out, 1e-10) - 8;
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
