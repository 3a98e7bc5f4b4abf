import type { AudioValue } from '../../core/kinds/value.ts';
import { hzToMel, type MelFilters, makeMelFilters, melSpectrogram } from '../../nodes/kernels/mel.ts';
import type { FrameLayout } from '../../nodes/kernels/spectrogram.ts';
import { heatColours } from './heatColours.ts';
import { indexedPng } from './indexedPng.ts';
import type { Rest } from './work.ts';

/** Darkest is this far below the loudest, as librosa draws it. */
const rangeDb = 80;
/** Energy of a sound too quiet to draw: far below what 24 bits hold. */
const floor = 1e-16;
/** Frames that are transformed between two rests. */
const pieceFrames = 64;
const palette = { rgb: heatColours, clear: new Set<number>() };

/**
 * The mel spectrogram of all channels together as a PNG of at most `width` x `height`, low tones at the bottom: frames of about
 * 32 ms, at least one a column; those that share a column go in by the mean of their energy.
 */
export async function spectrogramPng(
  audio: AudioValue,
  width: number,
  height: number,
  rest: Rest,
): Promise<Uint8Array> {
  const { sampleRateHz } = audio;
  const samples = audio.channels[0]?.length ?? 0;
  const columns = Math.max(1, Math.min(width, samples));
  const fftLength = Math.min(8192, Math.max(64, 2 ** Math.ceil(Math.log2(sampleRateHz * 0.032))));
  const filters = bandFilters(sampleRateHz, fftLength, Math.min(height, 256));
  // At least half overlapped: a click between two windows would be in neither.
  const hop = Math.max(1, Math.min(Math.floor(samples / columns), fftLength / 2));
  const frames = Math.max(1, Math.ceil(samples / hop));
  const layout: FrameLayout = { fftLength, hop, windowLength: fftLength, window: 'hann', pad: 'none' };
  const energy = new Float64Array(filters.mels * columns);
  const counts = new Float64Array(columns);
  for (let first = 0; first < frames; first += pieceFrames) {
    const count = Math.min(pieceFrames, frames - first);
    // Frame i is centred on sample i * hop; silence stands before the first and after the last.
    const sound = mixed(audio, first * hop - fftLength / 2, (count - 1) * hop + fftLength);
    const mel = melSpectrogram(sound, layout, filters, 2);
    for (let frame = 0; frame < count; frame++) {
      const column = Math.floor(((first + frame) * columns) / frames);
      counts[column]++;
      for (let m = 0; m < filters.mels; m++) energy[m * columns + column] += mel[m * count + frame];
    }
    await rest();
  }
  return indexedPng(levelsOf(energy, counts, filters.mels), columns, filters.mels, palette);
}

/** At most as many bands as keep them no closer than bins, which would show as stripes. */
function bandFilters(sampleRateHz: number, fftLength: number, most: number): MelFilters {
  const maxHz = sampleRateHz / 2;
  const apart = Math.floor(hzToMel(maxHz, 'slaney') / hzToMel(sampleRateHz / fftLength, 'slaney')) - 1;
  const mels = Math.max(1, Math.min(most, apart));
  return makeMelFilters({ sampleRateHz, fftLength, mels, minHz: 0, maxHz, scale: 'slaney', norm: 'slaney' });
}

/** The mean of the channels from sample `start` on; 0 where there is no sample. */
function mixed({ channels }: AudioValue, start: number, length: number): Float32Array {
  const out = new Float32Array(length);
  const count = channels[0]?.length ?? 0;
  const from = Math.max(0, -start);
  const to = Math.min(length, count - start);
  for (const channel of channels) {
    for (let i = from; i < to; i++) out[i] += (channel[start + i] || 0) / channels.length;
  }
  return out;
}

/** Energies as colours, top row highest band. */
function levelsOf(energy: Float64Array, counts: Float64Array, mels: number): Uint8Array {
  const columns = counts.length;
  const db = energy.map((sum, i) => 10 * Math.log10(Math.max(floor, sum / Math.max(1, counts[i % columns]))));
  const loudest = db.reduce((a, b) => Math.max(a, b), 10 * Math.log10(floor));
  const silent = loudest <= 10 * Math.log10(floor);
  const out = new Uint8Array(db.length);
  for (let m = 0; m < mels; m++) {
    for (let x = 0; x < columns; x++) {
      const level = silent ? 0 : 1 + (db[m * columns + x] - loudest) / rangeDb;
      out[(mels - 1 - m) * columns + x] = Math.round(255 * Math.max(0, level));
    }
  }
  return out;
}
