import type { Limits } from '../../core/define/limits.ts';
import type { Dim } from '../../core/kinds/type.ts';
import type { TensorOf } from '../../core/kinds/value.ts';
import type { ReportProblem } from './shapes.ts';
import { eachPowerFrame, type FrameLayout, frameCount, requireFrames } from './spectrogram.ts';
import { requireTensorRoom } from './tensorLimit.ts';

export interface MelBands {
  readonly sampleRateHz: number;
  readonly fftLength: number;
  readonly mels: number;
  readonly minHz: number;
  readonly maxHz: number;
  /** Slaney's scale (linear below 1 kHz; Auditory Toolbox 1998) or HTK's 2595 log10(1 + f / 700). */
  readonly scale: 'slaney' | 'htk';
  /** `slaney`: each triangle has area 1 over Hz; `none`: height 1. */
  readonly norm: 'slaney' | 'none';
}

/** Triangles over FFT bins, without their zeros: band m weighs bins from[m] .. from[m] + offsets[m + 1] - offsets[m]. */
export interface MelFilters {
  readonly mels: number;
  readonly from: Int32Array;
  readonly offsets: Int32Array;
  readonly weights: Float64Array;
}

export function hzToMel(hz: number, scale: 'slaney' | 'htk'): number {
  if (scale === 'htk') return 2595 * Math.log10(1 + hz / 700);
  return hz < 1000 ? (3 * hz) / 200 : 15 + Math.log(hz / 1000) / (Math.log(6.4) / 27);
}

export function melToHz(mel: number, scale: 'slaney' | 'htk'): number {
  if (scale === 'htk') return 700 * (10 ** (mel / 2595) - 1);
  return mel < 15 ? (200 * mel) / 3 : 1000 * Math.exp((mel - 15) * (Math.log(6.4) / 27));
}

/** The filter bank of librosa.filters.mel. */
export function makeMelFilters(bands: MelBands): MelFilters {
  const { mels, scale, sampleRateHz, fftLength } = bands;
  const low = hzToMel(bands.minHz, scale);
  const high = hzToMel(bands.maxHz, scale);
  const edges = Array.from({ length: mels + 2 }, (_, i) => melToHz(low + ((high - low) * i) / (mels + 1), scale));
  const bins = Math.floor(fftLength / 2) + 1;
  const from = new Int32Array(mels);
  const offsets = new Int32Array(mels + 1);
  const weights: number[] = [];
  for (let m = 0; m < mels; m++) {
    const area = bands.norm === 'slaney' ? 2 / (edges[m + 2] - edges[m]) : 1;
    for (let k = 0; k < bins; k++) {
      const hz = (k * sampleRateHz) / fftLength;
      const up = (hz - edges[m]) / (edges[m + 1] - edges[m]);
      const down = (edges[m + 2] - hz) / (edges[m + 2] - edges[m + 1]);
      const weight = Math.min(up, down);
      if (weight <= 0) continue;
      if (weights.length === offsets[m]) from[m] = k;
      weights.push(weight * area);
    }
    offsets[m + 1] = weights.length;
  }
  return { mels, from, offsets, weights: Float64Array.from(weights) };
}

/** How many bands catch no FFT bin at all: they would always be silent. */
export function emptyBands(filters: MelFilters): number {
  let empty = 0;
  for (let m = 0; m < filters.mels; m++) if (filters.offsets[m + 1] === filters.offsets[m]) empty++;
  return empty;
}

/**
 * Mel spectrogram [mels, frames] of one channel, row-major. `power` 2 sums energies, 1 magnitudes. Frames after
 * `maxFrames` are left out.
 */
export function melSpectrogram(
  x: Float32Array,
  layout: FrameLayout,
  filters: MelFilters,
  power: 1 | 2,
  maxFrames = Infinity,
): Float32Array {
  const frames = Math.min(frameCount(x.length, layout), maxFrames);
  const { mels, from, offsets, weights } = filters;
  const out = new Float32Array(mels * frames);
  eachPowerFrame(x, layout, (frame, spectrum) => {
    if (frame >= frames) return;
    if (power === 1) for (let k = 0; k < spectrum.length; k++) spectrum[k] = Math.sqrt(spectrum[k]);
    for (let m = 0; m < mels; m++) {
      let sum = 0;
      for (let w = offsets[m], end = offsets[m + 1], k = from[m]; w < end; w++, k++) sum += weights[w] * spectrum[k];
      out[m * frames + frame] = sum;
    }
  });
  return out;
}

/** Warns of bands that catch no bin of the FFT, where the sample rate is known. */
export function reportEmptyBands(
  bands: Omit<MelBands, 'sampleRateHz' | 'maxHz'> & { readonly maxHz: number | null },
  sampleRateHz: Dim,
  report: ReportProblem,
): void {
  if (typeof sampleRateHz !== 'number') return;
  const maxHz = Math.min(bands.maxHz ?? Infinity, sampleRateHz / 2);
  if (maxHz <= bands.minHz) return;
  const empty = emptyBands(makeMelFilters({ ...bands, sampleRateHz, maxHz }));
  if (empty === 0) return;
  report('param-invalid', {
    severity: 'warning',
    message: `${empty} of ${bands.mels} mel bands lie between two bins of an FFT of ${bands.fftLength} samples at ${sampleRateHz} Hz and are always silent.`,
    fix: 'Take fewer mels, or a longer fftLength.',
    where: { param: 'mels' },
  });
}

/** Mel spectrograms of all channels: float32[channels, mels, frames]. */
export function melOfChannels(
  channels: readonly Float32Array[],
  layout: FrameLayout,
  filters: MelFilters,
  power: 1 | 2,
  limits: Limits,
  signal: AbortSignal,
): TensorOf<'float32'> {
  const samples = channels[0]?.length ?? 0;
  requireFrames(samples, layout);
  const shape = [channels.length, filters.mels, frameCount(samples, layout)];
  requireTensorRoom('float32', shape, limits);
  const data = new Float32Array(shape[0] * shape[1] * shape[2]);
  for (const [c, x] of channels.entries()) {
    signal.throwIfAborted();
    data.set(melSpectrogram(x, layout, filters, power), c * shape[1] * shape[2]);
  }
  return { kind: 'tensor', dtype: 'float32', shape, data };
}
