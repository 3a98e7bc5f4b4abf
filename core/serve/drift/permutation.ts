/** How a window differs from the reference, and how often chance alone would make it differ as much. */
export interface DriftTest {
  /** Largest distance of the two distribution functions, or half the sum of differences of shares: 0 (same) to 1. */
  readonly distance: number;
  readonly p: number;
}

/** A test under way; it pauses now and then, so that whoever runs it can do other things in between. */
export type Testing = Generator<void, DriftTest, void>;

/** Shuffles that a p-value stands on at the most, unless more are asked for: none is under 1 in 10,000. */
export const shuffles = 9999;
/** Shuffles between two pauses. */
const roundsAtOnce = 500;
/** Where so many shuffles are as far apart, no more are needed (Besag and Clifford, 1991). */
const enough = 20;

/**
 * Two samples of numbers by the Kolmogorov-Smirnov distance, its p-value by permutation: exact in its error rate for any
 * sizes and any ties, which the tables for the distance are not (Good, Permutation Tests, 2000; the `+ 1` is Phipson and
 * Smyth, 2010). `random` gives numbers from 0 to 1.
 */
export function* testingNumbers(
  reference: readonly number[],
  window: readonly number[],
  random: () => number,
  most = shuffles,
): Testing {
  const all = [...reference, ...window].sort((a, b) => a - b);
  const groups = tieGroups(all);
  const inWindow = marked(all, window);
  return yield* permuted(inWindow, window.length, random, most, (marks) => farthest(marks, groups, window.length));
}

/** Two samples of words by the total variation distance of their shares, its p-value by permutation. */
export function* testingWords(
  reference: readonly string[],
  window: readonly string[],
  random: () => number,
  most = shuffles,
): Testing {
  const words = [...new Set([...reference, ...window])].sort();
  const indexOf = new Map(words.map((word, at) => [word, at]));
  const codes = Uint32Array.from([...reference, ...window], (word) => indexOf.get(word) ?? 0);
  const marks = new Uint8Array(codes.length).fill(1, reference.length);
  const distanceOf = (inWindow: Uint8Array): number => variation(inWindow, codes, words.length, window.length);
  return yield* permuted(marks, window.length, random, most, distanceOf);
}

/** The whole of a test at once. */
export function ended(testing: Testing): DriftTest {
  for (;;) {
    const step = testing.next();
    if (step.done) return step.value;
  }
}

function* permuted(
  marks: Uint8Array,
  count: number,
  random: () => number,
  most: number,
  distanceOf: (marks: Uint8Array) => number,
): Testing {
  const distance = distanceOf(marks);
  if (count === 0 || count === marks.length) return { distance: 0, p: 1 };
  const order = Uint32Array.from(marks.keys());
  const drawn = new Uint8Array(marks.length);
  let asFar = 0;
  for (let round = 0; round < most; round++) {
    if (round % roundsAtOnce === roundsAtOnce - 1) yield;
    // The window's places are drawn anew: the first steps of Fisher and Yates.
    drawn.fill(0);
    for (let i = 0; i < count; i++) {
      const j = i + Math.floor(random() * (order.length - i));
      [order[i], order[j]] = [order[j], order[i]];
      drawn[order[i]] = 1;
    }
    // Sums in another order may differ in the last digit.
    if (distanceOf(drawn) >= distance - 1e-12) asFar++;
    if (asFar === enough) return { distance, p: enough / (round + 1) };
  }
  return { distance, p: (asFar + 1) / (most + 1) };
}

/** For sorted values, where each run of equal ones ends. */
function tieGroups(sorted: readonly number[]): Uint8Array {
  return Uint8Array.from(sorted, (x, i) => (i === sorted.length - 1 || sorted[i + 1] !== x ? 1 : 0));
}

/** Which of the sorted values are the window's. Of equal ones the first count as its own: the distance is the same. */
function marked(sorted: readonly number[], window: readonly number[]): Uint8Array {
  const own = [...window].sort((a, b) => a - b);
  let next = 0;
  return Uint8Array.from(sorted, (x) => {
    if (next >= own.length || own[next] !== x) return 0;
    next++;
    return 1;
  });
}

function farthest(marks: Uint8Array, ends: Uint8Array, count: number): number {
  const others = marks.length - count;
  let [own, other, most] = [0, 0, 0];
  for (let i = 0; i < marks.length; i++) {
    if (marks[i] === 1) own++;
    else other++;
    if (ends[i] === 1) most = Math.max(most, Math.abs(own / count - other / others));
  }
  return most;
}

function variation(marks: Uint8Array, codes: Uint32Array, words: number, count: number): number {
  const difference = new Float64Array(words);
  const others = marks.length - count;
  for (let i = 0; i < marks.length; i++) difference[codes[i]] += marks[i] === 1 ? 1 / count : -1 / others;
  return difference.reduce((sum, x) => sum + Math.abs(x), 0) / 2;
}
