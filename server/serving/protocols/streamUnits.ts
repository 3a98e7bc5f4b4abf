import type { MediaSource, Value } from '../../../core/kinds/value.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { parseJsonBody } from '../../../core/serve/jsonBody.ts';
import { decodePcm, type PcmFormat } from '../../../core/serve/pcm.ts';
import { type SoundWindow, SoundWindows } from '../../../core/serve/soundWindows.ts';
import { textOf } from '../../../core/serve/tensorInputs.ts';
import type { StreamInput, StreamStart } from './streamMessages.ts';

/** What the pipeline is run on once. */
export interface Unit {
  /** Seconds from the start of the stream. */
  readonly t: number;
  readonly durationSeconds?: number;
  readonly given: MediaSource | Value;
  /** Bytes that it holds while it waits. */
  readonly bytes: number;
}

/** Makes units of pieces. */
export interface Units {
  /** `t`: null when the caller tells none. Throws Problems of that piece. */
  push(bytes: Uint8Array, t: number | null, arrivedSeconds: number): readonly Unit[];
  /** What is left of a window. */
  end(): readonly Unit[];
}

/** Units as a stream's start asks for them: each piece by itself, or windows over pieces. */
export function unitsOf(asked: StreamStart, { input, encoding }: StreamInput, jsonDepth: number): Units {
  const { window, sampleRateHz = 0, channels = 1 } = asked;
  if (encoding !== 'file') {
    const format: PcmFormat = { encoding, sampleRateHz, channels };
    if (window !== undefined && 'seconds' in window)
      return soundWindows(format, window.seconds, window.hopSeconds ?? window.seconds);
    return soundPieces(format);
  }
  if (window !== undefined && 'items' in window)
    return fileWindows(input.name, window.items, window.hopItems ?? window.items);
  return filePieces((bytes, name) => {
    if (input.kind === 'text') return { kind: 'text', text: textOf(bytes, input.name) };
    if (input.kind === 'json') return { kind: 'json', json: parseJsonBody(bytes, jsonDepth) };
    const file: MediaSource = { kind: 'media', bytes, name };
    return input.kind === 'folder' ? { kind: 'media', name: input.name, files: [file] } : file;
  }, input.name);
}

function soundPieces(format: PcmFormat): Units {
  let next = 0;
  return {
    push: (bytes, t) => {
      const channels = decodePcm(bytes, format);
      const durationSeconds = channels[0].length / format.sampleRateHz;
      const at = t ?? next;
      requireOrder(at, next);
      next = at + durationSeconds;
      return [soundUnit({ t: at, durationSeconds, channels }, format)];
    },
    end: () => [],
  };
}

function soundWindows(format: PcmFormat, seconds: number, hopSeconds: number): Units {
  const windows = new SoundWindows(format.sampleRateHz, { seconds, hopSeconds });
  const units = (found: readonly SoundWindow[]): readonly Unit[] => found.map((window) => soundUnit(window, format));
  return {
    push: (bytes, t) => {
      const channels = decodePcm(bytes, format);
      requireOrder(t ?? windows.nextSeconds(), windows.nextSeconds());
      return units(windows.push(channels, t ?? undefined));
    },
    end: () => units(windows.end()),
  };
}

function soundUnit({ t, durationSeconds, channels }: SoundWindow, { sampleRateHz }: PcmFormat): Unit {
  const bytes = channels.reduce((sum, samples) => sum + samples.byteLength, 0);
  return { t, durationSeconds, given: { kind: 'audio', sampleRateHz, channels }, bytes };
}

function filePieces(read: (bytes: Uint8Array, name: string) => MediaSource | Value, name: string): Units {
  let last = Number.NEGATIVE_INFINITY;
  let count = 0;
  return {
    push: (bytes, t, arrivedSeconds) => {
      const at = t ?? Math.max(last, arrivedSeconds);
      requireOrder(at, last);
      last = at;
      return [{ t: at, given: read(bytes, `${name}[${count++}]`), bytes: bytes.length }];
    },
    end: () => [],
  };
}

/** Several files that are one sequence: the pipeline sees item i at the time i. */
function fileWindows(name: string, length: number, hop: number): Units {
  let held: { readonly t: number; readonly file: MediaSource }[] = [];
  let skip = 0;
  let given = 0;
  const single = filePieces((bytes, file) => ({ kind: 'media', bytes, name: file }), name);
  const unit = (): Unit => ({
    t: held[0].t,
    durationSeconds: held[held.length - 1].t - held[0].t,
    given: { kind: 'media', name, files: held.map(({ file }) => file) },
    bytes: held.reduce((sum, { file }) => sum + (file.bytes?.length ?? 0), 0),
  });
  return {
    push: (bytes, t, arrivedSeconds) => {
      const [one] = single.push(bytes, t, arrivedSeconds);
      if (skip > 0) {
        skip--;
        return [];
      }
      if (one.given.kind === 'media') held.push({ t: one.t, file: one.given });
      if (held.length < length) return [];
      const window = unit();
      given++;
      held = held.slice(hop);
      skip = Math.max(0, hop - length);
      return [window];
    },
    end: () => {
      const overlap = given > 0 ? Math.max(0, length - hop) : 0;
      return held.length > overlap ? [unit()] : [];
    },
  };
}

/** Clocks of callers jitter; what goes back further than this is a mistake. */
const jitterSeconds = 0.05;

function requireOrder(t: number, least: number): void {
  if (t >= least - jitterSeconds) return;
  throw new Problem('sequence-order', {
    message: `A piece is at ${t} s, and those before it go up to ${least} s.`,
    fix: 'Send pieces in the order of time.',
    where: { timeSeconds: t },
  });
}
