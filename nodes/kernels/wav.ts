import type { Limits } from '../../core/define/limits.ts';
import type { AudioValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { emptySound, requireFiniteSound, requireSoundRoom } from './soundLimits.ts';

/**
 * RIFF WAVE files (Microsoft and IBM, Multimedia Programming Interface 1.0; WAVEFORMATEXTENSIBLE of Windows) with plain
 * samples: unsigned 8 bits, signed 16, 24 and 32, float of 32 and 64. Full scale of whole numbers is 2^(bits - 1), as
 * libsndfile and ffmpeg read them.
 */
export interface WavLayout {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly encoding: 'int' | 'float';
  /** Bytes that one sample of one channel takes. */
  readonly sampleBytes: number;
  /** Where samples start in the file, and how many bytes of whole frames follow. */
  readonly dataStart: number;
  readonly dataBytes: number;
}

/** `plain`: samples that are read here; `coded`: compressed, for another decoder; `more`: the header goes on past `head`. */
export type WavHeader =
  | { readonly form: 'plain'; readonly layout: WavLayout }
  | { readonly form: 'coded'; readonly tag: number }
  | { readonly form: 'more' };

const guidTail = '\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71';

/** Reads the chunks up to the samples. `head` is the file's beginning, `fileBytes` its whole length. */
export function readWavHeader(head: Uint8Array, fileBytes: number, name: string): WavHeader {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const riff = chars(head, 0, 4);
  if (riff === 'RF64' || riff === 'BW64' || riff === 'RIFX') {
    throw new Problem('media-format', {
      message: `"${name}" is a ${riff} file (${riff === 'RIFX' ? 'big-endian WAV' : 'WAV of 64-bit size'}), which is not read.`,
      fix: 'Convert it to plain WAV or FLAC.',
      where: { file: name },
    });
  }
  if (head.length < 12 || riff !== 'RIFF' || chars(head, 8, 4) !== 'WAVE')
    throw corrupt(name, 'it does not start as RIFF ... WAVE');
  let format: Omit<WavLayout, 'dataStart' | 'dataBytes'> | number | null = null;
  // What programs write that could not go back to the header: samples then run to the end.
  const unfinished = view.getUint32(4, true) === 0 || view.getUint32(4, true) === 0xffffffff;
  let at = 12;
  while (at + 8 <= head.length) {
    const id = chars(head, at, 4);
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    if (id === 'data') {
      if (format === null) throw corrupt(name, 'its samples come before their format');
      if (typeof format === 'number') return { form: 'coded', tag: format };
      const there = Math.max(0, fileBytes - start);
      const bytes = size === 0xffffffff || (size === 0 && unfinished) ? there : Math.min(size, there);
      const frame = format.channels * format.sampleBytes;
      return { form: 'plain', layout: { ...format, dataStart: start, dataBytes: bytes - (bytes % frame) } };
    }
    if (id === 'fmt ') {
      if (size < 16) throw corrupt(name, `its format chunk has ${size} bytes, not 16 or more`);
      if (start + Math.min(size, 40) > head.length) break;
      format = readFormat(view, start, size, name);
    }
    at = start + size;
    // Chunks are padded to even lengths; some writers forget.
    if (size % 2 === 1 && (head[at] === 0 || !isChunkName(head, at))) at++;
  }
  if (at + 8 > fileBytes) {
    if (format === null) throw corrupt(name, 'it has no format chunk');
    throw emptySound(name);
  }
  return { form: 'more' };
}

function readFormat(
  view: DataView,
  start: number,
  size: number,
  name: string,
): Omit<WavLayout, 'dataStart' | 'dataBytes'> | number {
  const channels = view.getUint16(start + 2, true);
  const sampleRateHz = view.getUint32(start + 4, true);
  const frameBytes = view.getUint16(start + 12, true);
  let tag = view.getUint16(start, true);
  if (tag === 0xfffe && size >= 40) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    if (chars(bytes, start + 26, 14) === guidTail) tag = view.getUint16(start + 24, true);
  }
  if (tag !== 1 && tag !== 3) return tag;
  if (channels === 0 || sampleRateHz === 0) {
    throw corrupt(name, `its header says ${channels} channels at ${sampleRateHz} Hz`);
  }
  const sampleBytes = frameBytes / channels;
  const known = tag === 1 ? [1, 2, 3, 4] : [4, 8];
  if (!known.includes(sampleBytes)) {
    throw corrupt(name, `its header says ${sampleBytes} bytes a sample for ${tag === 1 ? 'whole numbers' : 'floats'}`);
  }
  return { sampleRateHz, channels, encoding: tag === 1 ? 'int' : 'float', sampleBytes };
}

/**
 * The samples of a plain WAV, one Float32Array a channel. `data` is what stands at `dataStart`; bytes that are missing at
 * its end are not made up. Throws `media-empty`, `media-too-large` (before anything is allocated) or `media-nonfinite`.
 */
export function readWavSamples(layout: WavLayout, data: Uint8Array, name: string, limits: Limits): AudioValue {
  const { channels: count, sampleBytes, sampleRateHz } = layout;
  const frames = Math.floor(Math.min(layout.dataBytes, data.length) / (count * sampleBytes));
  if (frames === 0) throw emptySound(name);
  requireSoundRoom(name, frames, count, sampleRateHz, limits);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const channels = Array.from({ length: count }, () => new Float32Array(frames));
  for (const [channel, out] of channels.entries()) {
    readChannel(view, data, out, channel * sampleBytes, count * sampleBytes, layout);
  }
  if (layout.encoding === 'float') requireFiniteSound(name, channels, sampleRateHz);
  return { kind: 'audio', sampleRateHz, channels };
}

function readChannel(
  view: DataView,
  data: Uint8Array,
  out: Float32Array,
  first: number,
  step: number,
  layout: WavLayout,
): void {
  const frames = out.length;
  switch (`${layout.encoding}${layout.sampleBytes * 8}`) {
    case 'int8':
      for (let i = 0, at = first; i < frames; i++, at += step) out[i] = (data[at] - 128) / 128;
      break;
    case 'int16':
      for (let i = 0, at = first; i < frames; i++, at += step) out[i] = view.getInt16(at, true) / 32768;
      break;
    case 'int24':
      for (let i = 0, at = first; i < frames; i++, at += step) {
        out[i] = (data[at] | (data[at + 1] << 8) | ((data[at + 2] << 24) >> 8)) / 8388608;
      }
      break;
    case 'int32':
      for (let i = 0, at = first; i < frames; i++, at += step) out[i] = view.getInt32(at, true) / 2147483648;
      break;
    case 'float32':
      for (let i = 0, at = first; i < frames; i++, at += step) out[i] = view.getFloat32(at, true);
      break;
    default:
      for (let i = 0, at = first; i < frames; i++, at += step) out[i] = view.getFloat64(at, true);
  }
}

/** A whole file in memory. Throws as the two steps do, and `media-format` for compressed samples. */
export function parseWav(bytes: Uint8Array, name: string, limits: Limits): AudioValue {
  const header = readWavHeader(bytes, bytes.length, name);
  if (header.form !== 'plain') {
    throw new Problem('media-format', {
      message: `"${name}" is a WAV file whose samples are compressed${header.form === 'coded' ? ` (format ${header.tag})` : ''}.`,
      fix: 'Convert it to WAV with plain samples.',
      where: { file: name },
    });
  }
  const { dataStart, dataBytes } = header.layout;
  return readWavSamples(header.layout, bytes.subarray(dataStart, dataStart + dataBytes), name, limits);
}

function isChunkName(bytes: Uint8Array, at: number): boolean {
  return at + 4 <= bytes.length && /^[ -~]{4}$/.test(chars(bytes, at, 4));
}

function chars(bytes: Uint8Array, at: number, count: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + count));
}

function corrupt(name: string, why: string): Problem {
  return new Problem('media-corrupt', {
    message: `"${name}" is not a WAV file that can be read: ${why}.`,
    fix: 'Check the file with another program, or write it again.',
    where: { file: name },
  });
}
