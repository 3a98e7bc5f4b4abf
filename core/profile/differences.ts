import type { BoxesValue, Item, Kind, ScoresValue, Value } from '../kinds/value.ts';
import type { PublishedOutput } from '../run/result.ts';
import type { AnswersEffect } from './advice.ts';
import { numbersOf, sameBits } from './valueNumbers.ts';

export type SampleOutputs = Readonly<Record<string, PublishedOutput>>;

/** What is found out about one pair of answers after the other. */
interface Found {
  identical: boolean;
  /** Numbers stand at equal places everywhere. */
  comparable: boolean;
  maxDifference: number;
  /** Numbers were compared at all. */
  numbers: boolean;
  /** Least cosine of two embeddings. */
  cosine: number | null;
  /** Pixels of masks that kept their class. */
  readonly pixels: { same: number; of: number };
  /** Best answers compared, by what they are. */
  readonly best: Set<string>;
  readonly remarks: Map<string, Set<number>>;
}

const sameBoxOverlap = 0.5;
/** What is called the best answer of a kind. */
const bestNames: Readonly<Partial<Record<Kind, string>>> = {
  scores: 'top-1',
  boxes: 'top box',
  text: 'text',
  json: 'content',
};

/**
 * How the answers of one variant differ from those of the first, sample by sample: all public outputs, all items. Numbers
 * are compared at equal places: those of pictures as shares of white, those of boxes as shares of the longer side.
 */
export function answersEffect(first: readonly SampleOutputs[], other: readonly SampleOutputs[]): AnswersEffect {
  const comparison = new AnswersComparison();
  const samples = Math.max(first.length, other.length);
  for (let sample = 0; sample < samples; sample++) comparison.add(first[sample] ?? {}, other[sample] ?? {});
  return comparison.effect();
}

/** The same a sample at a time: nothing of what was compared is kept. */
export class AnswersComparison {
  readonly #found: Found = {
    identical: true,
    comparable: true,
    maxDifference: 0,
    numbers: false,
    cosine: null,
    pixels: { same: 0, of: 0 },
    best: new Set(),
    remarks: new Map(),
  };
  readonly #best = { same: 0, of: 0 };
  #samples = 0;

  add(first: SampleOutputs, other: SampleOutputs): void {
    const kept = compareSample(first, other, this.#samples++, this.#found);
    if (kept === null) return;
    this.#best.of++;
    if (kept) this.#best.same++;
  }

  effect(): AnswersEffect {
    const found = this.#found;
    const maxDifference = found.comparable && found.numbers ? found.maxDifference : null;
    const bestSame = this.#best.of === 0 ? null : { ...this.#best };
    return { identical: found.identical, maxDifference, bestSame, words: wordsOf(found, maxDifference, bestSame) };
  }
}

/** Whether every best answer of the sample stayed; null when it has none. */
function compareSample(a: SampleOutputs, b: SampleOutputs, sample: number, found: Found): boolean | null {
  let kept: boolean | null = null;
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const pair = compareOutput(name, a[name], b[name], sample, found);
    if (pair !== null) kept = (kept ?? true) && pair;
  }
  return kept;
}

function compareOutput(
  name: string,
  a: PublishedOutput | undefined,
  b: PublishedOutput | undefined,
  sample: number,
  found: Found,
): boolean | null {
  const remark = (text: string, comparable = false): void => {
    found.identical = false;
    if (!comparable) found.comparable = false;
    const samples = found.remarks.get(text) ?? new Set();
    found.remarks.set(text, samples.add(sample));
  };
  const [hasA, hasB] = [a?.status === 'present', b?.status === 'present'];
  if (a?.status !== 'present' || b?.status !== 'present') {
    if (hasA === hasB) return null;
    const kind = a?.status === 'present' ? a.kind : b?.status === 'present' ? b.kind : undefined;
    found.best.add((kind === undefined ? undefined : bestNames[kind]) ?? 'best answer');
    remark(hasA ? `${name} is missing` : `${name} is there, which it was not`);
    return false;
  }
  if (a.kind !== b.kind) {
    found.best.add('best answer');
    remark(`${name} is ${b.kind} instead of ${a.kind}`);
    return false;
  }
  if (a.items.length !== b.items.length) remark(`${name} has another number of items`);
  let kept: boolean | null = null;
  const most = Math.max(a.items.length, b.items.length);
  for (let i = 0; i < most; i++) {
    const [x, y] = [a.items[i] as Item | undefined, b.items[i] as Item | undefined];
    if (x === undefined || y === undefined) {
      kept = false;
      break;
    }
    if (x.t !== y.t || x.durationSeconds !== y.durationSeconds) remark(`${name} has other times`, true);
    const pair = compareValues(x.value, y.value, name, remark, found);
    if (pair !== null) kept = (kept ?? true) && pair;
  }
  return kept;
}

function compareValues(
  a: Value,
  b: Value,
  name: string,
  remark: (text: string, comparable?: boolean) => void,
  found: Found,
): boolean | null {
  const identical = sameBits(a, b);
  if (!identical) found.identical = false;
  const [x, y] = [numbersOf(a), numbersOf(b)];
  if (x.shape !== y.shape) remark(`${name} has ${a.kind === 'json' ? 'other content' : 'another shape'}`);
  else if (a.kind === 'tensor' && a.dtype === 'string' && !identical) remark(`${name} has other strings`, true);
  else if (x.length > 0) compareNumbers(x, y, name, remark, found);
  if (a.kind === 'embedding' && b.kind === 'embedding' && a.data.length === b.data.length)
    found.cosine = Math.min(found.cosine ?? 1, identical ? 1 : cosineOf(a.data, b.data));
  if (a.kind === 'mask' && b.kind === 'mask' && x.shape === y.shape) {
    found.pixels.of += a.data.length;
    for (let i = 0; i < a.data.length; i++) if (a.data[i] === b.data[i]) found.pixels.same++;
  }
  if (a.kind === 'video' && !identical) remark(`${name} is another video`, true);
  return bestKept(a, b, identical, found);
}

interface Numbers {
  readonly length: number;
  readonly at: (i: number) => number;
}
function compareNumbers(
  x: Numbers,
  y: Numbers,
  name: string,
  remark: (text: string, comparable?: boolean) => void,
  found: Found,
): void {
  found.numbers = true;
  for (let i = 0; i < x.length; i++) {
    const [u, v] = [x.at(i), y.at(i)];
    if (Object.is(u, v) || u === v) continue;
    const by = Math.abs(u - v);
    if (Number.isFinite(by)) found.maxDifference = Math.max(found.maxDifference, by);
    else {
      remark(`${name} has NaN or infinity at other places`);
      return;
    }
  }
}

/** Null for kinds that have no best answer. */
function bestKept(a: Value, b: Value, identical: boolean, found: Found): boolean | null {
  const what = bestNames[a.kind];
  if (what !== undefined) found.best.add(what);
  if (a.kind === 'scores' && b.kind === 'scores') {
    return topLabel(a) === topLabel(b);
  }
  if (a.kind === 'boxes' && b.kind === 'boxes') {
    return sameTopBox(a, b);
  }
  if (a.kind === 'text' && b.kind === 'text') {
    return a.text === b.text;
  }
  if (a.kind === 'json' && b.kind === 'json') {
    return identical || numbersOf(a).shape === numbersOf(b).shape;
  }
  return null;
}

/** Label of the highest score, or its class when there are no labels; of equal ones the first. */
function topLabel({ data, labels }: ScoresValue): string | number {
  let best = -1;
  for (let i = 0; i < data.length; i++) if (data[i] > (data[best] ?? Number.NEGATIVE_INFINITY)) best = i;
  return labels?.[best] ?? best;
}

function sameTopBox(a: BoxesValue, b: BoxesValue): boolean {
  if (a.scores.length === 0 || b.scores.length === 0) return a.scores.length === b.scores.length;
  const label = ({ labels, classes }: BoxesValue) => labels?.[classes[0]] ?? classes[0];
  return label(a) === label(b) && overlapOf(a.coordinates, b.coordinates) >= sameBoxOverlap;
}

/** Intersection over union of the first box of each. */
function overlapOf(a: Float32Array, b: Float32Array): number {
  const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const area = (box: Float32Array) => (box[2] - box[0]) * (box[3] - box[1]);
  const union = area(a) + area(b) - width * height;
  // Boxes without an area are the same when they lie at the same place.
  if (union <= 0) return a[0] === b[0] && a[1] === b[1] ? 1 : 0;
  return (width * height) / union;
}

function cosineOf(a: Float32Array, b: Float32Array): number {
  let [dot, x, y] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    x += a[i] * a[i];
    y += b[i] * b[i];
  }
  return x === 0 || y === 0 ? (x === y ? 1 : 0) : dot / Math.sqrt(x * y);
}

function wordsOf(found: Found, maxDifference: number | null, bestSame: AnswersEffect['bestSame']): string {
  if (found.identical) return 'answers identical';
  const parts: string[] = [];
  if (bestSame !== null) {
    const what = found.best.size === 1 ? [...found.best][0] : 'best answer';
    parts.push(`${what} same on ${bestSame.same} of ${bestSame.of}`);
  }
  if (maxDifference !== null) parts.push(`largest difference ${differenceText(maxDifference)}`);
  if (found.cosine !== null) parts.push(`cosine at least ${cosineText(found.cosine)}`);
  const { same, of } = found.pixels;
  if (same < of) parts.push(`${Math.floor((same / of) * 10_000) / 100} % of pixels have the same class`);
  for (const [text, samples] of found.remarks)
    parts.push(`${text} on ${samples.size === 1 ? '1 sample' : `${samples.size} samples`}`);
  return parts.length === 0 ? 'answers differ' : parts.join(', ');
}

/** One digit: `7e-4`, `0.02`, `3`. */
function differenceText(x: number): string {
  return x !== 0 && x < 1e-2 ? x.toExponential(0) : String(Number(x.toPrecision(2)));
}
/** As many nines as it takes to tell it from one. */
function cosineText(x: number): string {
  for (let digits = 3; digits < 9; digits++) if (Number(x.toFixed(digits)) < 1) return x.toFixed(digits);
  return '1';
}
