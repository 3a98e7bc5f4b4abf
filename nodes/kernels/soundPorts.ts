import type { AudioType, Dim } from '../../core/kinds/type.ts';
import type { AudioValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { ReportProblem } from './shapes.ts';
import { type FrameLayout, frameCount } from './spectrogram.ts';

/** The only channel. Throws `value-shape` when the sound has several. */
export function monoChannel(audio: AudioValue, what: string): Float32Array {
  if (audio.channels.length === 1) return audio.channels[0];
  throw new Problem('value-shape', {
    message: `${what} takes one channel; the sound has ${audio.channels.length}.`,
    fix: 'Put "Mix to mono" (audio.mono) before it.',
    mend: { insert: { type: 'audio.mono' } },
  });
}

/** Throws `wire-rate` when the sound has another rate than the one asked for (null: any). */
export function requireRate(audio: AudioValue, sampleRateHz: number | null, what: string): void {
  if (sampleRateHz === null || audio.sampleRateHz === sampleRateHz) return;
  throw new Problem('wire-rate', {
    message: `${what} takes sound at ${sampleRateHz} Hz; this sound is at ${audio.sampleRateHz} Hz.`,
    fix: `Put "Resample" (audio.resample) with ${sampleRateHz} Hz before it.`,
    mend: { insert: { type: 'audio.resample', params: { sampleRateHz } } },
  });
}

/** Reports a band of mel filters that reaches above half the sample rate, where there is nothing. */
export function reportBand(maxHz: number | null, sampleRateHz: Dim, report: ReportProblem): void {
  if (maxHz === null || typeof sampleRateHz !== 'number' || maxHz <= sampleRateHz / 2) return;
  report('param-invalid', {
    message: `maxHz is ${maxHz}, but sound at ${sampleRateHz} Hz reaches only to ${sampleRateHz / 2} Hz.`,
    fix: `Set maxHz to ${sampleRateHz / 2} or less, or to null for the whole band.`,
    where: { param: 'maxHz' },
    mend: { setParam: { name: 'maxHz', value: null } },
  });
}

/** The same at run time; gives the upper edge in Hz. */
export function upperHz(maxHz: number | null, minHz: number, sampleRateHz: number): number {
  const upper = maxHz ?? sampleRateHz / 2;
  if (upper <= sampleRateHz / 2 && minHz < upper) return upper;
  throw new Problem('value-invalid', {
    message: `The mel bands run from ${minHz} to ${upper} Hz; sound at ${sampleRateHz} Hz has 0 to ${sampleRateHz / 2} Hz.`,
    fix: 'Set minHz and maxHz inside the band of the sound, or resample it.',
  });
}

/** Reports a window that is longer than the FFT. */
export function reportWindow(windowLength: number | null, fftLength: number, report: ReportProblem): void {
  if (windowLength === null || windowLength <= fftLength) return;
  report('param-invalid', {
    message: `windowLength is ${windowLength}, longer than fftLength, which is ${fftLength}.`,
    fix: 'Make windowLength at most fftLength, or null for the same.',
    where: { param: 'windowLength' },
    mend: { setParam: { name: 'windowLength', value: null } },
  });
}

/** Frames that a type of sound gives, where its length is known. */
export function frameDim(audio: AudioType, layout: Pick<FrameLayout, 'fftLength' | 'hop' | 'pad'>): Dim {
  return typeof audio.samples === 'number' ? frameCount(audio.samples, layout) : null;
}
