import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { makeLimits } from '../../core/define/limits.ts';
import type { AudioValue, TensorValue, Value } from '../../core/kinds/value.ts';
import { parseWav } from '../../nodes/kernels/wav.ts';

/** A subset of an array that another library computed, with figures of the whole (test/reference/audio.py). */
export interface Thin {
  readonly shape: readonly number[];
  readonly steps: readonly number[];
  readonly values: readonly number[];
  readonly mean: number;
  readonly rms: number;
}
export interface StftCase {
  readonly fftLength: number;
  readonly hop: number;
  readonly windowLength: number;
  readonly window: string;
  readonly pad: string;
  readonly complex: Thin;
  readonly power: Thin;
}
interface Recorded {
  readonly whisper: Readonly<Record<'80' | '128' | 'unpadded', Thin>>;
  readonly librosa: readonly {
    readonly options: Readonly<Record<string, number | string | boolean>>;
    readonly mel: Thin;
    readonly db: Thin;
    readonly dbLargest: Thin;
  }[];
  readonly mfcc: readonly { readonly options: Readonly<Record<string, number | boolean>>; readonly mfcc: Thin }[];
  readonly stft: readonly StftCase[];
  readonly windows: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  readonly trim: Readonly<Record<'mono' | 'stereo', readonly { readonly topDb: number; readonly span: number[] }[]>>;
  readonly preEmphasis: { readonly input: readonly number[]; readonly librosa: readonly number[] };
  readonly wav2vec2: readonly number[];
}
interface RecordedFiles {
  readonly resample: readonly {
    readonly from: number;
    readonly to: number;
    readonly input?: string;
    readonly soxr_hq: Thin;
    readonly resample_poly?: Thin;
  }[];
  readonly wav: readonly {
    readonly subtype: string;
    readonly form: string;
    readonly rate: number;
    readonly file: string;
    readonly channels: readonly (readonly number[])[];
  }[];
}

function read(name: string): Buffer {
  return readFileSync(new URL(name, import.meta.url));
}
export function recordedAudio(): Recorded {
  return JSON.parse(read('audio.json').toString()) as Recorded;
}
export function recordedFiles(): RecordedFiles {
  return JSON.parse(read('audio-files.json').toString()) as RecordedFiles;
}

/** Five seconds of speech at 16 kHz. */
export function speech(): AudioValue {
  return parseWav(read('speech.wav'), 'speech.wav', makeLimits());
}

export function soundOf(channels: readonly ArrayLike<number>[], sampleRateHz = 16000): AudioValue {
  return { kind: 'audio', sampleRateHz, channels: channels.map((x) => Float32Array.from(x)) };
}

/** Compares a row-major array with what was recorded of its equal; returns the largest difference found. */
export function expectThin(got: ArrayLike<number>, want: Thin, tolerance: number): number {
  const count = want.shape.reduce((a, b) => a * b, 1);
  expect(got.length).toBe(count);
  let worst = 0;
  let next = 0;
  const index = want.shape.map(() => 0);
  for (;;) {
    const at = index.reduce((sum, i, axis) => sum * want.shape[axis] + i, 0);
    worst = Math.max(worst, Math.abs(got[at] - want.values[next++]));
    let axis = index.length - 1;
    while (axis >= 0) {
      index[axis] += want.steps[axis];
      if (index[axis] < want.shape[axis]) break;
      index[axis--] = 0;
    }
    if (axis < 0) break;
  }
  expect(next).toBe(want.values.length);
  expect(worst).toBeLessThanOrEqual(tolerance);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    sum += got[i];
    squares += got[i] * got[i];
  }
  expect(Math.abs(sum / count - want.mean)).toBeLessThanOrEqual(tolerance);
  expect(Math.abs(Math.sqrt(squares / count) - want.rms)).toBeLessThanOrEqual(tolerance);
  return worst;
}

export function tensorOf(value: unknown): TensorValue {
  const found = value as Value;
  if (found.kind !== 'tensor') throw new Error(`a ${found.kind} instead of a tensor`);
  return found;
}
export function floatsOf(value: unknown): Float32Array {
  const tensor = tensorOf(value);
  if (tensor.dtype !== 'float32') throw new Error(`${tensor.dtype} instead of float32`);
  return tensor.data;
}
export function audioOf(value: unknown): AudioValue {
  const found = value as Value;
  if (found.kind !== 'audio') throw new Error(`a ${found.kind} instead of audio`);
  return found;
}
