import path from 'node:path';
import type { ImageHost } from '../../core/define/host.ts';
import { exactJson, numberJson } from '../../core/kinds/exactJson.ts';
import { originalGeometry } from '../../core/kinds/geometry.ts';
import type { ImageValue, Kind, MaskValue, Value } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { replaceFile } from './documentFile.ts';
import { encodeNpy } from './npy.ts';
import { encodeWav, type WavEncoding } from './wav.ts';

/** File endings that each kind can be written as; the first is the one of choice. */
export const outputEndings: { readonly [K in Kind]: readonly string[] } = {
  image: ['png', 'jpg', 'jpeg', 'webp', 'npy'],
  mask: ['png', 'npy', 'json'],
  audio: ['wav', 'npy'],
  video: ['json'],
  text: ['txt', 'json'],
  tensor: ['npy', 'json'],
  embedding: ['npy', 'json'],
  scores: ['json', 'csv', 'npy'],
  boxes: ['csv', 'json'],
  json: ['json'],
};

/** How an output node wants its files. */
export interface OutputStyle {
  readonly encoding?: WavEncoding;
  /** Spaces; 0 for one line. */
  readonly indent?: number;
  readonly newline?: boolean;
}

/**
 * Writes one value to a file whose ending says the format, making folders as needed. Throws `usage` for an ending that
 * the kind has not, and `output-unwritable`.
 */
export async function writeOutput(
  file: string,
  value: Value,
  tools: { readonly image: Pick<ImageHost, 'encode'>; readonly signal: AbortSignal },
  style: OutputStyle = {},
): Promise<void> {
  const ending = path.extname(file).slice(1).toLowerCase();
  if (!outputEndings[value.kind].includes(ending)) {
    throw new Problem('usage', {
      message: `"${path.basename(file)}": a value of kind ${value.kind} cannot be written as .${ending || '(no ending)'}.`,
      fix: `Use one of ${outputEndings[value.kind].map((e) => `.${e}`).join(', ')}.`,
    });
  }
  const data = await encode(value, ending, tools, style);
  await replaceFile(file, data);
}

async function encode(
  value: Value,
  ending: string,
  { image, signal }: { readonly image: Pick<ImageHost, 'encode'>; readonly signal: AbortSignal },
  style: OutputStyle,
): Promise<Uint8Array> {
  if (ending === 'json') return utf8(`${JSON.stringify(jsonOf(value), null, style.indent ?? 2)}\n`);
  if (ending === 'npy') return encodeNpy(tensorOf(value));
  if (ending === 'csv') return utf8(csvOf(value));
  switch (value.kind) {
    case 'image':
      return image.encode(value, ending === 'webp' ? 'webp' : ending === 'png' ? 'png' : 'jpeg', signal);
    case 'mask':
      return image.encode(greyOf(value), 'png', signal);
    case 'audio':
      return encodeWav(value, style.encoding);
    case 'text':
      return utf8((style.newline ?? true) && !value.text.endsWith('\n') ? `${value.text}\n` : value.text);
    default:
      throw new RangeError(`no encoder for ${value.kind} as ${ending}`);
  }
}

function jsonOf(value: Value): unknown {
  return value.kind === 'json' ? value.json : exactJson(value, Number.POSITIVE_INFINITY);
}

function tensorOf(value: Value): Parameters<typeof encodeNpy>[0] {
  switch (value.kind) {
    case 'tensor':
      return value;
    case 'embedding':
    case 'scores':
      return { kind: 'tensor', dtype: 'float32', shape: [value.data.length], data: value.data };
    case 'mask':
      return { kind: 'tensor', dtype: 'uint8', shape: [value.height, value.width], data: value.data };
    case 'image': {
      const channels = value.data.length / (value.width * value.height);
      return { kind: 'tensor', dtype: 'uint8', shape: [value.height, value.width, channels], data: value.data };
    }
    case 'audio': {
      const samples = value.channels[0]?.length ?? 0;
      const data = new Float32Array(samples * value.channels.length);
      value.channels.forEach((channel, c) => {
        data.set(channel, c * samples);
      });
      return { kind: 'tensor', dtype: 'float32', shape: [value.channels.length, samples], data };
    }
    default:
      throw new RangeError(`${value.kind} is no array`);
  }
}

function csvOf(value: Value): string {
  if (value.kind === 'scores') {
    const rows = Array.from(value.data, (score, i) => [i, value.labels?.[i] ?? '', numberJson(score)]);
    return csvText([['class', 'label', 'score'], ...rows]);
  }
  if (value.kind !== 'boxes') throw new RangeError(`${value.kind} has no rows`);
  const rows = Array.from(value.scores, (score, i) => [
    value.classes[i],
    value.labels?.[value.classes[i]] ?? '',
    numberJson(score),
    ...Array.from(value.coordinates.subarray(4 * i, 4 * i + 4), numberJson),
  ]);
  return csvText([['class', 'label', 'score', 'x1', 'y1', 'x2', 'y2'], ...rows]);
}

/** RFC 4180, except that lines end in a plain newline. A cell that a spreadsheet would run as a formula gets a quote mark before it. */
function csvText(rows: readonly (readonly unknown[])[]): string {
  const cell = (x: unknown): string => {
    const text = typeof x === 'string' && /^[=+\-@\t\r]/.test(x) ? `'${x}` : String(x);
    return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return `${rows.map((row) => row.map(cell).join(',')).join('\n')}\n`;
}

function greyOf(mask: MaskValue): ImageValue {
  const { width, height, data } = mask;
  return { kind: 'image', width, height, colour: 'grey', data, geometry: originalGeometry(width, height) };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
