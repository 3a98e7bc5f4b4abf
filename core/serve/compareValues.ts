import type { Value } from '../kinds/value.ts';
import { numbersOf } from '../profile/valueNumbers.ts';
import type { GoldenTerms, Precision } from './manifest.ts';
import { numberOf, type ValuePrint } from './portPrint.ts';

/** What one comparison of two values found. */
export interface Comparison {
  readonly within: boolean;
  /** Largest difference of numbers at equal places; null where they cannot be held against each other. */
  readonly maxDifference: number | null;
  /** What it may be; null where there are no numbers to it. */
  readonly limit: number | null;
  readonly words: string;
}

/** How numbers are held against recorded ones. Each figure stands in `bundle.json` and can be read there. */
export const defaultTerms: Omit<GoldenTerms, 'samples' | 'precision'> = {
  tolerances: {
    single: {
      relative: 1e-4,
      absolute: 1e-6,
      words: 'float32: other processors add the same numbers in another order',
    },
    half: { relative: 4e-3, absolute: 1e-4, words: 'after a float16 or bfloat16 model: 11 bits of mantissa' },
    int8: {
      relative: 5e-2,
      absolute: 1e-3,
      words: 'after an 8-bit model: processors with and without VNNI round and saturate differently',
    },
  },
  pixelLevels: 2,
  maskShare: 1e-3,
};

/** A device that adds in another precision (TF32) than the one that recorded. */
const otherDeviceFactor = 10;

/** The terms for numbers that a node gave. */
export interface Allowed {
  readonly relative: number;
  readonly absolute: number;
  readonly pixelLevels: number;
  readonly maskShare: number;
}

/** `sameDevice`: models ran on the devices that they were recorded with. */
export function allowedAt(terms: GoldenTerms, node: string, sameDevice: boolean): Allowed {
  const precision: Precision = Object.hasOwn(terms.precision, node) ? terms.precision[node] : 'single';
  const { relative, absolute } = terms.tolerances[precision];
  const factor = sameDevice ? 1 : otherDeviceFactor;
  const { pixelLevels, maskShare } = terms;
  return { relative: relative * factor, absolute: absolute * factor, pixelLevels, maskShare };
}

/** Holds a whole value against the recorded one. Names, texts and whole numbers must be equal; JSON's numbers may differ each by its own size. */
export function compareValue(recorded: Value, found: Value, allowed: Allowed): Comparison {
  if (recorded.kind !== found.kind) return unlike(`${recorded.kind} was recorded, and ${found.kind} came`);
  if (recorded.kind === 'mask' && found.kind === 'mask') return compareMasks(recorded, found, allowed);
  const [x, y] = [numbersOf(recorded), numbersOf(found)];
  if (x.shape !== y.shape || x.length !== y.length)
    return unlike(`${shown(x.shape)} was recorded, and ${shown(y.shape)} came`);
  const differing = textDifference(recorded, found);
  if (differing !== null) return unlike(differing);
  const terms = termsOf(recorded.kind, x.shape, allowed);
  return compareNumbers(x.length, x.at, y.at, terms, Number.NaN);
}

/** Holds fingerprints against each other, by the same terms. */
export function comparePrint(recorded: ValuePrint, found: ValuePrint, allowed: Allowed): Comparison {
  if (recorded.kind !== found.kind) return unlike(`${recorded.kind} was recorded, and ${found.kind} came`);
  if (recorded.shape !== found.shape || recorded.length !== found.length)
    return unlike(`${shown(recorded.shape)} was recorded, and ${shown(found.shape)} came`);
  if (recorded.text !== found.text)
    return unlike(`${shown(recorded.text)} was recorded, and ${shown(found.text)} came`);
  const { picked } = recorded;
  if (recorded.kind === 'mask') {
    const share = picked.filter((x, i) => x !== found.picked[i]).length / Math.max(1, picked.length);
    // One of the places that were picked says little about all.
    const limit = Math.max(allowed.maskShare, 1 / Math.max(1, picked.length));
    return shareComparison(share, limit);
  }
  const terms = termsOf(recorded.kind, recorded.shape, allowed);
  const statistics = ['min', 'max', 'mean', 'rootMeanSquare'] as const;
  const figures = (print: ValuePrint) => [...print.picked, ...statistics.map((name) => print[name])].map(numberOf);
  const [x, y] = [figures(recorded), figures(found)];
  const scale = Math.max(Math.abs(numberOf(recorded.min)), Math.abs(numberOf(recorded.max)));
  const comparison = compareNumbers(
    x.length,
    (i) => x[i],
    (i) => y[i] ?? Number.NaN,
    terms,
    scale,
  );
  if (!comparison.within || recorded.nonFinite === found.nonFinite) return comparison;
  return unlike(
    `${recorded.nonFinite} numbers were NaN or infinite where it was recorded, and ${found.nonFinite} are now`,
  );
}

interface Terms {
  readonly relative: number;
  readonly absolute: number;
  /** Relative to each number of its own, no less than 1, rather than to the largest. */
  readonly each: boolean;
}

function termsOf(kind: string, shape: string, allowed: Allowed): Terms {
  const { relative, absolute, pixelLevels } = allowed;
  if (kind === 'image') return { relative: 0, absolute: (pixelLevels + 1e-6) / 255, each: false };
  if (kind === 'json') return { relative, absolute: 0, each: true };
  const dtype = /^tensor (\w+)/.exec(shape)?.[1];
  if (dtype === 'uint8' || dtype === 'int8') return { relative: 0, absolute: pixelLevels, each: false };
  if (dtype !== undefined && !dtype.startsWith('float')) return { relative: 0, absolute: 0, each: false };
  return { relative, absolute, each: false };
}

/** `scale`: the largest magnitude recorded; NaN where it is to be found among the numbers. */
function compareNumbers(
  length: number,
  recorded: (i: number) => number,
  found: (i: number) => number,
  { relative, absolute, each }: Terms,
  scale: number,
): Comparison {
  let largest = Number.isNaN(scale) ? 0 : scale;
  if (Number.isNaN(scale) && !each)
    for (let i = 0; i < length; i++) {
      const size = Math.abs(recorded(i));
      if (size > largest && size !== Number.POSITIVE_INFINITY) largest = size;
    }
  let [most, limitThere, at, excess] = [0, absolute + relative * largest, -1, 0];
  for (let i = 0; i < length; i++) {
    const [x, y] = [recorded(i), found(i)];
    if (Object.is(x, y) || x === y) continue;
    if (!Number.isFinite(x) || !Number.isFinite(y))
      return {
        within: false,
        maxDifference: null,
        limit: null,
        words: `${x} was recorded at place ${i}, and ${y} came`,
      };
    const difference = Math.abs(x - y);
    const limit = each ? absolute + relative * Math.max(1, Math.abs(x)) : limitThere;
    if (difference > most) most = difference;
    if (difference - limit > excess) {
      excess = difference - limit;
      at = i;
      if (each) limitThere = limit;
    }
  }
  const words =
    at < 0
      ? `largest difference ${figure(most)}, allowed ${figure(limitThere)}`
      : `differs by up to ${figure(most)}, allowed ${figure(limitThere)} (at place ${at}: ${figure(recorded(at))} was recorded, ${figure(found(at))} came)`;
  return { within: at < 0, maxDifference: most, limit: limitThere, words };
}

function compareMasks(
  recorded: Extract<Value, { kind: 'mask' }>,
  found: Extract<Value, { kind: 'mask' }>,
  allowed: Allowed,
): Comparison {
  const { width, height, data } = recorded;
  if (found.width !== width || found.height !== height)
    return unlike(`a mask of ${width} x ${height} was recorded, and one of ${found.width} x ${found.height} came`);
  let differing = 0;
  for (let i = 0; i < data.length; i++) if (data[i] !== found.data[i]) differing++;
  return shareComparison(differing / Math.max(1, data.length), allowed.maskShare);
}

function shareComparison(share: number, limit: number): Comparison {
  const words = `${figure(share * 100)} % of its pixels differ, allowed ${figure(limit * 100)} %`;
  return { within: share <= limit, maxDifference: share, limit, words };
}

/** What must be equal to the letter. */
function textDifference(recorded: Value, found: Value): string | null {
  if (recorded.kind === 'text' && found.kind === 'text' && recorded.text !== found.text)
    return `${shown(recorded.text)} was recorded, and ${shown(found.text)} came`;
  if (recorded.kind === 'boxes' && found.kind === 'boxes' && String(recorded.labels) !== String(found.labels))
    return 'its labels are others than those recorded';
  if (recorded.kind === 'video' && found.kind === 'video') {
    const facts = (video: typeof recorded) =>
      `${video.width} x ${video.height}, ${video.frameRateHz} Hz, ${video.durationSeconds} s`;
    if (facts(recorded) !== facts(found)) return `${facts(recorded)} was recorded, and ${facts(found)} came`;
  }
  if (recorded.kind === 'tensor' && found.kind === 'tensor' && wholeLarge.has(recorded.dtype)) {
    // As numbers, those past 2^53 would not be told apart, and texts are none.
    const at = Array.from<unknown>(recorded.data).findIndex((x, i) => x !== found.data[i]);
    if (at >= 0)
      return `${shown(String(recorded.data[at]))} was recorded at place ${at}, and ${shown(String(found.data[at]))} came`;
  }
  return null;
}

const wholeLarge: ReadonlySet<string> = new Set(['int64', 'uint64', 'string']);

function unlike(words: string): Comparison {
  return { within: false, maxDifference: null, limit: null, words };
}

function shown(text: string): string {
  return JSON.stringify(text.length <= 120 ? text : `${text.slice(0, 117)}...`);
}

/** Three digits, however large or small. */
function figure(x: number): string {
  if (x === 0 || !Number.isFinite(x)) return String(x);
  const size = Math.abs(x);
  return size >= 1e-3 && size < 1e6 ? String(Number(x.toPrecision(4))) : x.toExponential(1);
}
