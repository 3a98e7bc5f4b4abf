import { z } from 'zod';
import type { MaskValue, Value } from '../kinds/value.ts';
import { numbersOf, type ValueNumbers } from '../profile/valueNumbers.ts';
import { singleJson } from './jsonTensor.ts';

/** Numbers of one item that are kept exactly, evenly spaced. */
export const printedNumbers = 256;
/** Items of a sequence that are kept, the earliest. */
export const printedItems = 16;
const mostShape = 1000;
const mostText = 4096;

const figure = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);

export const valuePrintSchema = z.strictObject({
  t: z.number(),
  kind: z.string(),
  /** All that is no number: sizes, dtype, names, the structure of JSON; a long one in short, with a hash of the whole. */
  shape: z.string(),
  length: z.number().int().min(0),
  /** Over every finite number. */
  min: figure,
  max: figure,
  mean: figure,
  rootMeanSquare: figure,
  nonFinite: z.number().int().min(0),
  /** Numbers at the places 0, 1, ..., or evenly spaced. */
  picked: z.array(figure),
  /** What has to be the same to the letter; of what has none, empty. */
  text: z.string(),
});
export const portPrintSchema = z.strictObject({
  /** Items that passed. */
  passed: z.number().int().min(0),
  items: z.array(valuePrintSchema),
  missing: z.string().nullable(),
});
/** So much of a value that two can be held against each other, in a few kilobytes. */
export type ValuePrint = Readonly<z.infer<typeof valuePrintSchema>>;
/** What passed a port. */
export type PortPrint = Readonly<z.infer<typeof portPrintSchema>>;
type Figure = z.infer<typeof figure>;

export function printValue(value: Value, t: number): ValuePrint {
  const { shape, length, at } = value.kind === 'mask' ? maskNumbers(value) : numbersOf(value);
  let [min, max, sum, squares, finite] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  for (let i = 0; i < length; i++) {
    const x = at(i);
    if (!Number.isFinite(x)) continue;
    if (x < min) min = x;
    if (x > max) max = x;
    sum += x;
    squares += x * x;
    finite++;
  }
  const none = finite === 0;
  return {
    t,
    kind: value.kind,
    shape: shortened(shape, mostShape),
    length,
    min: none ? 0 : figureOf(min),
    max: none ? 0 : figureOf(max),
    mean: none ? 0 : sum / finite,
    rootMeanSquare: none ? 0 : Math.sqrt(squares / finite),
    nonFinite: length - finite,
    picked: placesIn(length).map((i) => figureOf(at(i))),
    text: shortened(exactText(value), mostText),
  };
}

/** Evenly spaced places, the first and the last among them. */
export function placesIn(length: number): readonly number[] {
  const count = Math.min(length, printedNumbers);
  if (count <= 1) return count === 1 ? [0] : [];
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - 1)) / (count - 1)));
}

/** A figure of a print as a number. */
export function numberOf(figure: Figure): number {
  return Number(figure);
}

function figureOf(x: number): Figure {
  if (Number.isFinite(x)) return Math.fround(x) === x ? Number(singleJson(x)) : x;
  return Number.isNaN(x) ? 'NaN' : x > 0 ? 'Infinity' : '-Infinity';
}

/** What has no numbers, or must be the same beside them. */
function exactText(value: Value): string {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'mask':
      return value.labels?.join('\n') ?? '';
    case 'video':
      return `${value.width} x ${value.height}, ${value.frameRateHz} Hz, ${value.durationSeconds} s`;
    case 'tensor':
      return value.dtype === 'string' ? value.data.join('\u0000') : '';
    case 'boxes':
      return value.labels?.join('\n') ?? '';
    default:
      return '';
  }
}

/** Class indices; they name things, so they are compared by how many differ. */
function maskNumbers({ width, height, data }: MaskValue): ValueNumbers {
  return { shape: `mask ${width} x ${height}`, length: data.length, at: (i) => data[i] };
}

/** The text itself, or its beginning with length and hash of the whole. */
function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most / 2)}… (${text.length} characters, ${hashOf(text)})`;
}

/** FNV-1a, 64 bits (Fowler, Noll and Vo), over UTF-16 code units: tells texts apart, protects nothing. */
function hashOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}
