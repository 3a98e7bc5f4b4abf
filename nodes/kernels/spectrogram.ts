import { Problem } from '../../core/problems/problem.ts';
import { makeFft } from './fft.ts';
import { fft400, makeFft400 } from './fft400.ts';
import { centredWindow, makeWindow, type WindowName } from './window.ts';

/** How a sound is cut into frames; lengths in samples. */
export interface FrameLayout {
  readonly fftLength: number;
  readonly hop: number;
  /** At most fftLength; the window is centred in the frame. */
  readonly windowLength: number;
  readonly window: WindowName;
  /** `none`: frames lie inside the sound. Else frame i is centred on sample i * hop of a sound padded that way by fftLength / 2. */
  readonly pad: 'reflect' | 'zero' | 'none';
}

/** How many frames a sound of so many samples gives. */
export function frameCount(samples: number, layout: Pick<FrameLayout, 'fftLength' | 'hop' | 'pad'>): number {
  const half = layout.pad === 'none' ? 0 : Math.floor(layout.fftLength / 2);
  return Math.max(0, 1 + Math.floor((samples + 2 * half - layout.fftLength) / layout.hop));
}

/** Throws `value-shape` when the sound is too short for one frame or for the padding. */
export function requireFrames(samples: number, layout: Pick<FrameLayout, 'fftLength' | 'hop' | 'pad'>): void {
  const need =
    layout.pad === 'reflect' ? Math.floor(layout.fftLength / 2) + 1 : layout.pad === 'zero' ? 1 : layout.fftLength;
  if (samples >= need) return;
  throw new Problem('value-shape', {
    message: `The sound has ${samples} samples in a channel; frames of ${layout.fftLength} samples with padding "${layout.pad}" need at least ${need}.`,
    fix: 'Put "Fix length" (audio.fixLength) before it, or make the frames shorter.',
  });
}

/** The sound with its padding, [samples + 2 * half]; reflection does not repeat the edge sample (numpy's "reflect"). */
export function padded(x: Float32Array, layout: Pick<FrameLayout, 'fftLength' | 'pad'>): Float32Array {
  if (layout.pad === 'none') return x;
  const half = Math.floor(layout.fftLength / 2);
  const out = new Float32Array(x.length + 2 * half);
  out.set(x, half);
  if (layout.pad === 'reflect') {
    for (let i = 1; i <= half; i++) {
      out[half - i] = x[i];
      out[half + x.length - 1 + i] = x[x.length - 1 - i];
    }
  }
  return out;
}

/** Leaves the FFT of frame `first` + i * frame `second` in `zr`, `zi`. */
interface FramePair {
  readonly zr: Float64Array;
  readonly zi: Float64Array;
  run(x: Float32Array, first: number, second: number): void;
}

function makeFramePair(window: Float64Array): FramePair {
  const n = window.length;
  if (n === 400) {
    const space = makeFft400();
    return { zr: space.zr, zi: space.zi, run: (x, first, second) => fft400(space, x, first, second, window) };
  }
  const fft = makeFft(n);
  const zr = new Float64Array(n + 1);
  const zi = new Float64Array(n + 1);
  return {
    zr,
    zi,
    run: (x, first, second) => {
      for (let i = 0; i < n; i++) {
        zr[i] = x[first + i] * window[i];
        zi[i] = x[second + i] * window[i];
      }
      fft.forward(zr, zi);
    },
  };
}

/**
 * Two frames a and b in one complex FFT z of a + i b (Press et al., Numerical Recipes 12.3): with m = length - k,
 * A[k] = (z[k] + conj z[m]) / 2 and B[k] = (z[k] - conj z[m]) / 2i. `visit` gets z, with z[length] = z[0] added, in arrays that
 * are used again; `paired` is false when there is no second frame. Throws `value-shape` for a sound without frames.
 */
export function eachPair(
  x: Float32Array,
  layout: FrameLayout,
  frames: number,
  visit: (frame: number, zr: Float64Array, zi: Float64Array, paired: boolean) => void,
): void {
  requireFrames(x.length, layout);
  const sound = padded(x, layout);
  const pair = makeFramePair(centredWindow(makeWindow(layout.window, layout.windowLength), layout.fftLength));
  const { zr, zi } = pair;
  for (let frame = 0; frame < frames; frame += 2) {
    const paired = frame + 1 < frames;
    pair.run(sound, frame * layout.hop, (paired ? frame + 1 : frame) * layout.hop);
    zr[layout.fftLength] = zr[0];
    zi[layout.fftLength] = zi[0];
    visit(frame, zr, zi, paired);
  }
}

/** Power spectrum |X[k]|^2 of each frame in order; `visit` gets a row of fftLength / 2 + 1 numbers that is used again. */
export function eachPowerFrame(
  x: Float32Array,
  layout: FrameLayout,
  visit: (frame: number, power: Float64Array) => void,
): void {
  const n = layout.fftLength;
  const bins = Math.floor(n / 2) + 1;
  const even = new Float64Array(bins);
  const odd = new Float64Array(bins);
  eachPair(x, layout, frameCount(x.length, layout), (frame, zr, zi, paired) => {
    for (let k = 0, m = n; k < bins; k++, m--) {
      const ar = zr[k] + zr[m];
      const ai = zi[k] - zi[m];
      const br = zi[k] + zi[m];
      const bi = zr[m] - zr[k];
      even[k] = 0.25 * (ar * ar + ai * ai);
      odd[k] = 0.25 * (br * br + bi * bi);
    }
    visit(frame, even);
    if (paired) visit(frame + 1, odd);
  });
}

/** Complex spectrum of each frame in order, fftLength / 2 + 1 bins, in rows that are used again. */
export function eachSpectrum(
  x: Float32Array,
  layout: FrameLayout,
  visit: (frame: number, re: Float64Array, im: Float64Array) => void,
): void {
  const n = layout.fftLength;
  const bins = Math.floor(n / 2) + 1;
  const rows = [0, 1, 2, 3].map(() => new Float64Array(bins));
  const [ar, ai, br, bi] = rows;
  eachPair(x, layout, frameCount(x.length, layout), (frame, zr, zi, paired) => {
    for (let k = 0, m = n; k < bins; k++, m--) {
      ar[k] = 0.5 * (zr[k] + zr[m]);
      ai[k] = 0.5 * (zi[k] - zi[m]);
      br[k] = 0.5 * (zi[k] + zi[m]);
      bi[k] = 0.5 * (zr[m] - zr[k]);
    }
    visit(frame, ar, ai);
    if (paired) visit(frame + 1, br, bi);
  });
}

/** Short-time Fourier transform of one channel into `out`: [bins, frames], or [bins, frames, 2] when complex. */
export function stftOf(
  x: Float32Array,
  layout: FrameLayout,
  form: 'magnitude' | 'power' | 'complex',
  out: Float32Array,
): void {
  const frames = frameCount(x.length, layout);
  if (form === 'complex') {
    eachSpectrum(x, layout, (frame, re, im) => {
      for (let k = 0, at = 2 * frame; k < re.length; k++, at += 2 * frames) {
        out[at] = re[k];
        out[at + 1] = im[k];
      }
    });
    return;
  }
  eachPowerFrame(x, layout, (frame, power) => {
    for (let k = 0, at = frame; k < power.length; k++, at += frames) {
      out[at] = form === 'power' ? power[k] : Math.sqrt(power[k]);
    }
  });
}
