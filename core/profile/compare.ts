import type { Comparison, Difference, NodeDifference, Verdict } from './comparison.ts';
import { documentDifferences } from './documentDifferences.ts';
import { environmentDifferences, sampleDifferences } from './environmentDifferences.ts';
import type { Profile } from './profile.ts';
import { seededRandom } from './random.ts';
import {
  holm,
  type LogRatio,
  levelRatio,
  medianLevel,
  pairedRatio,
  quantileLevel,
  quantileRatioInTurns,
} from './significance.ts';
import { percentile } from './stats.ts';

/** How small a difference may be and still count. Shares: 0.02 is 2 %. */
export interface CompareSettings {
  readonly floor: number;
  /** p95 stands on few runs, and wanders more. */
  readonly p95Floor: number;
  /** Of one node: less than this many milliseconds is the grain of clocks and schedulers. */
  readonly grainMs: number;
  /**
   * Spread of what two processes differ by for no reason (where memory came to lie, which core they had): no number of runs
   * of one process shows it (Kalibera and Jones 2013). Nothing when both ran in turns in one process.
   */
  readonly session: number;
}
export const interleavedSettings: CompareSettings = { floor: 0.02, p95Floor: 0.05, grainMs: 0.02, session: 0 };
export const storedSettings: CompareSettings = { floor: 0.03, p95Floor: 0.06, grainMs: 0.02, session: 0.0125 };

const significance = 0.05;
/** An interval that leaves more room than this many floors cannot call two things the same. */
const roomInFloors = 3;
const leastRounds = 8;
/** A ratio further off says no more than that. */
export const widest = 100;

/**
 * Times of two variants that ran in turns: run i of the one beside run i of the other, on the same sample. What the
 * machine did to a round falls out of its ratio.
 */
export function compareRounds(
  before: readonly number[],
  after: readonly number[],
  settings: CompareSettings = interleavedSettings,
): { readonly p50: Difference; readonly p95: Difference } {
  const n = Math.min(before.length, after.length);
  const [a, b] = [before.slice(0, n), after.slice(0, n)];
  const enough = n >= leastRounds;
  const p50 = n === 0 ? nothing : pairedRatio(b.map((time, i) => Math.log(safe(time) / safe(a[i]))));
  const p95 = n === 0 ? nothing : tailRatio(a, b, null);
  return {
    p50: difference(medianOf(a), medianOf(b), p50, settings.floor, enough),
    p95: difference(quantileOf(a, 0.95), quantileOf(b, 0.95), p95, settings.p95Floor, enough),
  };
}

/** Times of two series that ran one after the other, perhaps on different days, each in its order of time. */
export function compareSeries(
  before: readonly number[],
  after: readonly number[],
  settings: CompareSettings = storedSettings,
): { readonly p50: Difference; readonly p95: Difference } {
  const p50 = levelRatio(medianLevel(before.map(safe)), medianLevel(after.map(safe)), settings.session);
  const p95 = tailRatio(before, after, settings.session);
  return {
    p50: difference(medianOf(before), medianOf(after), p50, settings.floor, true),
    p95: difference(quantileOf(before, 0.95), quantileOf(after, 0.95), p95, settings.p95Floor, true),
  };
}

/**
 * Two stored profiles, node by node. Only runs on samples that both have count, each against its sample's usual time, so
 * that samples of different cost do not widen anything.
 */
export function compareProfiles(
  before: Profile,
  after: Profile,
  settings: CompareSettings = storedSettings,
): Comparison {
  const [a, b] = sharedRuns(before, after);
  const pair = (x: readonly number[], y: readonly number[]) => {
    const usual = usualTimes(a, x, b, y);
    return {
      before: a.runs.map((run) => x[run]),
      after: b.runs.map((run) => y[run]),
      ratio: levelRatio(
        medianLevel(a.runs.map((run, i) => safe(x[run]) / (usual.get(a.samples[i]) ?? 1))),
        medianLevel(b.runs.map((run, i) => safe(y[run]) / (usual.get(b.samples[i]) ?? 1))),
        settings.session,
      ),
    };
  };
  const wall = pair(before.measured.series.wallMs, after.measured.series.wallMs);
  return {
    before: named(before),
    after: named(after),
    environment: [
      ...environmentDifferences(before.environment, after.environment),
      ...(before.device === after.device
        ? []
        : [{ what: 'device asked for', before: before.device, after: after.device, matters: false }]),
      ...sampleDifferences(before.samples, after.samples),
    ],
    document: documentDifferences(before.document, after.document),
    interleaved: false,
    answers: null,
    wall: difference(medianOf(wall.before), medianOf(wall.after), wall.ratio, settings.floor, true),
    p95: difference(
      quantileOf(wall.before, 0.95),
      quantileOf(wall.after, 0.95),
      tailRatio(wall.before, wall.after, settings.session),
      settings.p95Floor,
      true,
    ),
    nodes: nodeDifferences(before.measured.series.nodes, after.measured.series.nodes, pair, settings),
  };
}

type NodeTimes = Readonly<Record<string, readonly number[]>>;
type Pair = (
  x: readonly number[],
  y: readonly number[],
) => { readonly before: readonly number[]; readonly after: readonly number[]; readonly ratio: LogRatio };

/** Nodes of two variants that ran in turns, by their times in each round. */
export function compareNodesInTurns(
  before: NodeTimes,
  after: NodeTimes,
  settings: CompareSettings = interleavedSettings,
): readonly NodeDifference[] {
  const pair: Pair = (x, y) => {
    const n = Math.min(x.length, y.length);
    const [a, b] = [x.slice(0, n), y.slice(0, n)];
    const ratio = n < leastRounds ? nothing : pairedRatio(b.map((time, i) => Math.log(safe(time) / safe(a[i]))));
    return { before: a, after: b, ratio };
  };
  return nodeDifferences(before, after, pair, settings);
}

function nodeDifferences(x: NodeTimes, y: NodeTimes, pair: Pair, settings: CompareSettings): readonly NodeDifference[] {
  const both = Object.keys(x).filter((node) => Object.hasOwn(y, node));
  const pairs = both.map((node) => pair(x[node], y[node]));
  const corrected = holm(pairs.map(({ ratio }) => ratio.p));
  const rows: NodeDifference[] = both.map((node, i) => {
    const { before: a, after: b, ratio } = pairs[i];
    const row = difference(medianOf(a), medianOf(b), { ...ratio, p: corrected[i] }, settings.floor, true);
    const grain = a.length > 0 && b.length > 0 && Math.abs(row.after - row.before) < settings.grainMs;
    return { node, ...row, verdict: grain ? 'same' : row.verdict, only: null };
  });
  const single = (node: string, side: 'before' | 'after', values: readonly number[]): NodeDifference => ({
    node,
    before: side === 'before' ? medianOf(values) : 0,
    after: side === 'after' ? medianOf(values) : 0,
    ratio: 1,
    low: 1 / widest,
    high: widest,
    p: 1,
    verdict: 'unsure',
    only: side,
  });
  return [
    ...rows,
    ...Object.keys(x).flatMap((node) => (Object.hasOwn(y, node) ? [] : [single(node, 'before', x[node])])),
    ...Object.keys(y).flatMap((node) => (Object.hasOwn(x, node) ? [] : [single(node, 'after', y[node])])),
  ];
}

/** Runs to compare, and the sample of each by name. */
interface SharedRuns {
  readonly runs: readonly number[];
  readonly samples: readonly string[];
}

/** Runs on samples that both have; all runs when they have none in common. */
function sharedRuns(before: Profile, after: Profile): readonly [SharedRuns, SharedRuns] {
  const nameOf = (profile: Profile, run: number) => profile.samples[profile.measured.series.sample[run]]?.name ?? '';
  const names = (profile: Profile) => profile.measured.series.wallMs.map((_, run) => nameOf(profile, run));
  const [a, b] = [names(before), names(after)];
  const [inA, inB] = [new Set(a), new Set(b)];
  const any = a.some((name) => inB.has(name));
  const pick = (all: readonly string[], other: ReadonlySet<string>): SharedRuns => {
    const runs = [...all.keys()].filter((run) => !any || other.has(all[run]));
    return { runs, samples: runs.map((run) => (any ? all[run] : '')) };
  };
  return [pick(a, inB), pick(b, inA)];
}

/** Sample → what it usually takes, both profiles counting alike. */
function usualTimes(
  a: SharedRuns,
  x: readonly number[],
  b: SharedRuns,
  y: readonly number[],
): ReadonlyMap<string, number> {
  const mid = ({ runs, samples }: SharedRuns, times: readonly number[], name: string) =>
    safe(medianOf(runs.flatMap((run, i) => (samples[i] === name ? [times[run]] : []))));
  return new Map([...new Set(a.samples)].map((name) => [name, Math.sqrt(mid(a, x, name) * mid(b, y, name))]));
}

/** Of p95. `session` null: in turns. */
function tailRatio(before: readonly number[], after: readonly number[], session: number | null): LogRatio {
  // Fewer runs than this have no p95 to speak of, only a slowest.
  if (Math.min(before.length, after.length) < 40) return nothing;
  const random = seededRandom(before.length * 31 + after.length);
  const [a, b] = [before.map(safe), after.map(safe)];
  return session === null
    ? quantileRatioInTurns(a, b, 0.95, random)
    : levelRatio(quantileLevel(a, 0.95, random), quantileLevel(b, 0.95, random), session);
}

const nothing: LogRatio = { estimate: 0, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, p: 1 };

/** Puts a verdict on a ratio. `before` and `after` stand as they are. */
export function difference(before: number, after: number, ratio: LogRatio, floor: number, enough: boolean): Difference {
  const bounded = (log: number) => Math.min(widest, Math.max(1 / widest, Math.exp(log)));
  return {
    before,
    after,
    ratio: bounded(ratio.estimate),
    low: bounded(ratio.low),
    high: bounded(ratio.high),
    p: ratio.p,
    verdict: enough ? verdictOf(ratio, Math.log1p(floor)) : 'unsure',
  };
}

function verdictOf({ estimate, low, high, p }: LogRatio, floor: number): Verdict {
  const told = p < significance;
  if (told && Math.abs(estimate) > floor) return estimate > 0 ? 'slower' : 'faster';
  const room = roomInFloors * floor;
  return told || (low > -room && high < room) ? 'same' : 'unsure';
}

/** A clock that has not moved has no logarithm. */
function safe(time: number): number {
  return Math.max(time, 1e-4);
}

function medianOf(values: readonly number[]): number {
  return quantileOf(values, 0.5);
}

function quantileOf(values: readonly number[], p: number): number {
  return values.length === 0 ? 0 : percentile(Float64Array.from(values).sort(), p);
}

function named({ id, label, createdAt }: Profile): Comparison['before'] {
  return { id, label, createdAt };
}
