import { medianInterval } from './interval.ts';
import type { Loop } from './measure.ts';
import type { Overhead } from './profile.ts';
import { shuffled } from './random.ts';
import { percentile } from './stats.ts';

export interface OverheadSettings {
  /** By `Loop.now`. */
  readonly untilMs: number;
  readonly maxPairs: number;
  /** Done once the interval is this narrow on either side, in percent of a run. */
  readonly intervalPercent: number;
  /** Standard deviation of single runs, in percent: what the interval is made of while there are too few pairs for one. */
  readonly deviationPercent: number;
}

const leastPairs = 8;
/** Below so many independent pairs their order says nothing with 95 %. */
const leastIndependent = 6;
const none: Overhead = { msPerRun: 0, percent: 0, lowPercent: 0, highPercent: 0, pairs: 0 };

/**
 * What measuring costs: pairs of runs on the same sample, one with and one without it, the order drawn by lot, so that
 * what drifts slowly falls out within a pair. The median of the differences; in percent, each of the median run of its
 * sample without. A sample that fails is left out from then on.
 */
export async function measureOverhead(
  loop: Loop,
  runPlain: (sample: number) => Promise<number>,
  { untilMs, maxPairs, intervalPercent, deviationPercent }: OverheadSettings,
): Promise<Overhead> {
  const { now, random, signal } = loop;
  const pairs: Pair[] = [];
  const failed = new Set<number>();
  let round: number[] = [];
  while (pairs.length < maxPairs && now() < untilMs && !signal.aborted) {
    if (round.length === 0) round = shuffled(loop.samples.left(), random).filter((sample) => !failed.has(sample));
    const sample = round.pop();
    if (sample === undefined) break;
    const tracedFirst = random() < 0.5;
    try {
      const first = await (tracedFirst ? loop.runOnce : runPlain)(sample);
      const second = await (tracedFirst ? runPlain : loop.runOnce)(sample);
      const plain = tracedFirst ? second : first;
      pairs.push({ sample, plain, difference: tracedFirst ? first - second : second - first });
    } catch {
      failed.add(sample);
      continue;
    }
    if (pairs.length < leastPairs || pairs.length % leastPairs > 0) continue;
    const found = overheadOf(pairs, deviationPercent);
    if ((found.highPercent - found.lowPercent) / 2 <= intervalPercent) return found;
  }
  return overheadOf(pairs, deviationPercent);
}

interface Pair {
  readonly sample: number;
  readonly plain: number;
  readonly difference: number;
}

function overheadOf(pairs: readonly Pair[], deviationPercent: number): Overhead {
  if (pairs.length === 0) return none;
  const plainOf = new Map<number, number[]>();
  for (const { sample, plain } of pairs) plainOf.set(sample, [...(plainOf.get(sample) ?? []), plain]);
  const usual = new Map([...plainOf].map(([sample, times]) => [sample, median(times)]));
  const percents = pairs.map(({ sample, difference }) => (100 * difference) / Math.max(usual.get(sample) ?? 0, 1e-6));
  const percent = median(percents);
  const { low, high, effective } = medianInterval(percents);
  // Of two runs that vary by chance, 95 % differ by no more than this.
  const chance = effective >= leastIndependent ? 0 : (1.96 * Math.SQRT2 * deviationPercent) / Math.sqrt(pairs.length);
  return {
    msPerRun: median(pairs.map(({ difference }) => difference)),
    percent,
    lowPercent: Math.min(low, percent - chance),
    highPercent: Math.max(high, percent + chance),
    pairs: pairs.length,
  };
}

function median(values: readonly number[]): number {
  return percentile(Float64Array.from(values).sort(), 0.5);
}
