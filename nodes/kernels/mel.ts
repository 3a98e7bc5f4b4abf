import type { Limits } from '../../core/define/limits.ts';
import type { Dim } from '../../core/kinds/type.ts';
import type { TensorOf } from '../../core/kinds/value.ts';
import { log10InPlace } from './log10.ts';
import { hasMelSimd, melEnergies400 } from './melSimd.ts';
import type { ReportProblem } from './shapes.ts';
import { eachPair, type FrameLayout, frameCount, padded, requireFrames } from './spectrogram.ts';
import { requireTensorRoom } from './tensorLimit.ts';
import { centredWindow, makeWindow } from './window.ts';

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

/**
 * Triangles over FFT bins. Between two neighbouring edges one triangle rises as the other falls, and their heights add up to
 * one; so a bin is weighed once: segment s holds bins starts[s] .. starts[s + 1] - 1, band s rises in it and band s - 1 falls.
 */
export interface MelFilters {
  readonly mels: number;
  /** mels + 2 places in the row of bins. */
  readonly starts: Int32Array;
  /** For each bin the height of the rising triangle, 0 to 1. */
  readonly rise: Float64Array;
  /** For each band the height of its triangle. */
  readonly heights: Float64Array;
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
  const starts = new Int32Array(mels + 2);
  const rise = new Float64Array(bins);
  const heights = new Float64Array(mels);
  for (let m = 0; m < mels; m++) heights[m] = bands.norm === 'slaney' ? 2 / (edges[m + 2] - edges[m]) : 1;
  let k = 0;
  const hzOf = (bin: number) => (bin * sampleRateHz) / fftLength;
  while (k < bins && hzOf(k) <= edges[0]) k++;
  for (let segment = 0; segment <= mels; segment++) {
    starts[segment] = k;
    const width = edges[segment + 1] - edges[segment];
    for (; k < bins && hzOf(k) <= edges[segment + 1]; k++) rise[k] = (hzOf(k) - edges[segment]) / width;
  }
  starts[mels + 1] = k;
  return { mels, starts, rise, heights };
}

/** How many bands catch no FFT bin at all: they would always be silent. */
export function emptyBands({ mels, starts, rise }: MelFilters): number {
  let empty = 0;
  for (let m = 0; m < mels; m++) {
    // The last bin of a falling side may sit on its foot.
    const falls = rise.subarray(starts[m + 1], starts[m + 2]).some((height) => height < 1);
    if (starts[m] === starts[m + 1] && !falls) empty++;
  }
  return empty;
}

/**
 * Mel spectrogram [mels, frames] of one channel, row-major. `power` 2 sums energies, 1 magnitudes. Frames after
 * `maxFrames` are left out. Frames of 400 samples go through SIMD, within 5e-5 of the plain loop.
 */
export function melSpectrogram(
  x: Float32Array,
  layout: FrameLayout,
  filters: MelFilters,
  power: 1 | 2,
  maxFrames = Infinity,
): Float32Array {
  if (power !== 2 || !takesSimd(layout, filters)) return plainMelSpectrogram(x, layout, filters, power, maxFrames);
  return simdMelSpectrogram(x, layout, filters, maxFrames, null);
}

/** log10(max(floor, energy)) of the mel spectrogram with energies; the floor is a normal float32 above 0. */
export function logMelSpectrogram(
  x: Float32Array,
  layout: FrameLayout,
  filters: MelFilters,
  floor: number,
  maxFrames = Infinity,
): Float32Array {
  if (takesSimd(layout, filters)) return simdMelSpectrogram(x, layout, filters, maxFrames, floor);
  const out = plainMelSpectrogram(x, layout, filters, 2, maxFrames);
  log10InPlace(out, floor);
  return out;
}

function takesSimd(layout: FrameLayout, filters: MelFilters): boolean {
  return layout.fftLength === 400 && hasMelSimd(layout.hop, filters.mels);
}

function simdMelSpectrogram(
  x: Float32Array,
  layout: FrameLayout,
  filters: MelFilters,
  maxFrames: number,
  floor: number | null,
): Float32Array {
  requireFrames(x.length, layout);
  const frames = Math.min(frameCount(x.length, layout), maxFrames);
  const window = centredWindow(makeWindow(layout.window, layout.windowLength), layout.fftLength);
  return melEnergies400(padded(x, layout), frames, layout.hop, window, filters, floor);
}

/** The same for frames of any length, by a plain loop in double precision. */
export function plainMelSpectrogram(
  x: Float32Array,
  layout: FrameLayout,
  filters: MelFilters,
  power: 1 | 2,
  maxFrames = Infinity,
): Float32Array {
  const frames = Math.min(frameCount(x.length, layout), maxFrames);
  const { mels, starts, rise, heights } = filters;
  const out = new Float32Array(mels * frames);
  const n = layout.fftLength;
  const magnitudes = power === 1;
  // Spectra of two frames are taken apart, weighed and summed in one pass (see eachPair).
  eachPair(x, layout, frames, (frame, zr, zi, paired) => {
    let evenBefore = 0;
    let oddBefore = 0;
    for (let s = 0; s <= mels; s++) {
      let evenSum = 0;
      let evenRise = 0;
      let oddSum = 0;
      let oddRise = 0;
      for (let k = starts[s], end = starts[s + 1]; k < end; k++) {
        const m = n - k;
        const ar = zr[k] + zr[m];
        const ai = zi[k] - zi[m];
        const br = zi[k] + zi[m];
        const bi = zr[m] - zr[k];
        let even = 0.25 * (ar * ar + ai * ai);
        let odd = 0.25 * (br * br + bi * bi);
        if (magnitudes) {
          even = Math.sqrt(even);
          odd = Math.sqrt(odd);
        }
        const height = rise[k];
        evenSum += even;
        evenRise += height * even;
        oddSum += odd;
        oddRise += height * odd;
      }
      if (s > 0) {
        const at = (s - 1) * frames + frame;
        out[at] = heights[s - 1] * (evenBefore + (evenSum - evenRise));
        if (paired) out[at + 1] = heights[s - 1] * (oddBefore + (oddSum - oddRise));
      }
      evenBefore = evenRise;
      oddBefore = oddRise;
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
