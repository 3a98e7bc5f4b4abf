import type { ProblemData } from '../problems/problem.ts';
import type { TrialOutcome } from './bench.ts';
import type { SearchLimit, SearchPoint, SearchSettings } from './search.ts';
import type { Config } from './searchSpace.ts';
import { type Stats, statsOf } from './stats.ts';

/** One number of clients, and what came of it. */
export interface Operating {
  readonly concurrency: number;
  readonly throughput: number;
  readonly latency: Stats;
}

/** What was measured of one setting, the last and longest time. */
export interface SettingMeasure {
  readonly id: number;
  readonly config: Config;
  readonly problem: ProblemData | null;
  /** From one client up. */
  readonly at: readonly Operating[];
  readonly memoryBytes: number;
  readonly answersDifference: number | null;
  readonly answersFit: boolean;
  /** Relative standard error of its figures. */
  readonly error: number;
  /** How long it was measured, in units of a first look; 0: not to be counted. */
  readonly effort: number;
}

/** Differences below this are nothing, however sure. */
export const leastError = 0.01;

export function measureOf(
  id: number,
  config: Config,
  outcome: TrialOutcome,
  settings: SearchSettings,
  effort: number,
): SettingMeasure {
  const wall = statsOf(outcome.wallMs);
  const alone: readonly Operating[] =
    wall.count === 0 ? [] : [{ concurrency: 1, throughput: 1000 / Math.max(1e-6, wall.mean), latency: wall }];
  const loaded = outcome.loads
    .filter((load) => load.throughput > 0 && !load.saturated && load.failed === 0)
    .map((load): Operating => ({ concurrency: load.level, throughput: load.throughput, latency: load.latency }));
  const at = perLevel([...alone, ...loaded]).sort(
    (a, b) => a.concurrency - b.concurrency || a.throughput - b.throughput,
  );
  const { identical, maxDifference } = outcome.answers;
  return {
    id,
    config,
    problem: outcome.problem,
    at,
    memoryBytes: outcome.memoryBytes,
    answersDifference: identical ? 0 : maxDifference,
    answersFit: settings.maxDifference === null || identical || (maxDifference ?? Infinity) <= settings.maxDifference,
    error: Math.max(leastError, ...at.map(errorOf)),
    effort,
  };
}

/** Rounds with the same number of clients as one: the mean of each figure, over as many values as all had. */
function perLevel(rounds: readonly Operating[]): Operating[] {
  const levels = new Map<number, Operating[]>();
  for (const one of rounds) levels.set(one.concurrency, [...(levels.get(one.concurrency) ?? []), one]);
  return [...levels].map(([concurrency, same]) => {
    const mean = (of: (one: Operating) => number): number => same.reduce((sum, one) => sum + of(one), 0) / same.length;
    const figure = (name: keyof Stats): number => mean(({ latency }) => latency[name]);
    const latency: Stats = {
      count: same.length * figure('count'),
      mean: figure('mean'),
      deviation: figure('deviation'),
      min: Math.min(...same.map((one) => one.latency.min)),
      p50: figure('p50'),
      p90: figure('p90'),
      p95: figure('p95'),
      p99: figure('p99'),
      max: Math.max(...same.map((one) => one.latency.max)),
    };
    return { concurrency, throughput: mean(({ throughput }) => throughput), latency };
  });
}

/** Of the mean of so many times; a p95 is a little less sure, and neighbours in time are alike. */
function errorOf({ latency: { count, mean, deviation } }: Operating): number {
  return count < 2 || mean <= 0 ? 1 : Math.min(1, (1.5 * deviation) / mean / Math.sqrt(count));
}

/** The limit's quantity where it is served by so many clients. */
export function metricAt({ latency }: Operating, { metric }: SearchLimit): number {
  return latency[metric];
}

/**
 * Relative standard error of a high percentile of so many values: sqrt(p (1 - p) / n) over the density there, which the
 * distance from p90 to p99 tells (Serfling 1980).
 */
function metricError({ latency: { count, p90, p95, p99 } }: Operating): number {
  return count < 2 || p95 <= 0 ? 1 : (Math.sqrt((0.95 * 0.05) / count) * (p99 - p90)) / 0.09 / p95;
}

/** Where it gives most under the limit; without any, where it is nearest to the limit. Null when nothing was measured. */
export function operatingAt(measure: SettingMeasure, limit: SearchLimit): Operating | null {
  const inside = measure.at.filter((one) => metricAt(one, limit) <= limit.underMs);
  // One that holds it by more than its own noise, if there is one.
  const sure = inside.filter((one) => metricAt(one, limit) * (1 + metricError(one)) <= limit.underMs);
  const holding = sure.length > 0 ? sure : inside;
  const [first, ...others] = holding.length > 0 ? holding : measure.at;
  if (first === undefined) return null;
  if (holding.length === 0 || limit.goal === 'latency')
    return others.reduce((best, one) => (metricAt(one, limit) < metricAt(best, limit) ? one : best), first);
  const most = others.reduce((best, one) => Math.max(best, one.throughput), first.throughput);
  // Fewer clients that get as much wait less for it.
  return holding.find((one) => one.throughput >= 0.98 * most) ?? first;
}

export function holdsLimit(measure: SettingMeasure, limit: SearchLimit): boolean {
  const operating = operatingAt(measure, limit);
  return measure.answersFit && operating !== null && metricAt(operating, limit) <= limit.underMs;
}

/**
 * How good a setting is, as a logarithm: more is better, and anything that holds the limit is better than all that does
 * not. Between two numbers of clients the throughput at the limit is interpolated, so that settings are not told apart by
 * which of the few that were tried happens to hold.
 */
export function worth(measure: SettingMeasure, limit: SearchLimit): number {
  const operating = operatingAt(measure, limit);
  if (operating === null || measure.problem !== null) return Number.NEGATIVE_INFINITY;
  if (!measure.answersFit) return -2000;
  const over = Math.log(metricAt(operating, limit) / limit.underMs);
  if (over > 0) return -1000 - over;
  if (limit.goal === 'latency') return -over;
  const throughput = Math.log(throughputAtLimit(measure, limit));
  if (limit.goal === 'throughput' || measure.memoryBytes <= 0) return throughput;
  return -Math.log(measure.memoryBytes) + 1e-3 * throughput;
}

/** What a setting over the limit loses: its throughput times the metric's ratio to the limit to the power of minus this. */
const strictness = 10;

/**
 * The same for finding a way: over the limit it falls steeply but without a step, so that noise near the limit does not
 * turn the best into the worst, and a setting that is still over it is led to those that are not.
 */
export function promise(measure: SettingMeasure, limit: SearchLimit): number {
  if (measure.problem !== null || measure.at.length === 0) return Number.NEGATIVE_INFINITY;
  if (!measure.answersFit) return -2000;
  // The median goes where the tail goes, and is known much sooner.
  if (limit.goal === 'latency') return -Math.log(Math.min(...measure.at.map(({ latency }) => latency.p50)));
  if (limit.goal === 'memory') return worth(measure, limit);
  const inside = throughputAtLimit(measure, limit);
  return measure.at.reduce(
    (best, one) => {
      const over = Math.max(0, Math.log(metricAt(one, limit) / limit.underMs));
      return Math.max(best, Math.log(Math.max(1e-9, one.throughput)) - strictness * over);
    },
    inside > 0 ? Math.log(inside) : Number.NEGATIVE_INFINITY,
  );
}

function throughputAtLimit({ at }: SettingMeasure, limit: SearchLimit): number {
  let best = 0;
  at.forEach((here, i) => {
    const metric = metricAt(here, limit);
    if (metric > limit.underMs) return;
    best = Math.max(best, here.throughput);
    const next = at[i + 1];
    if (next === undefined || metricAt(next, limit) <= limit.underMs || next.throughput <= here.throughput) return;
    const share = Math.log(limit.underMs / metric) / Math.log(metricAt(next, limit) / metric);
    best = Math.max(best, here.throughput + share * (next.throughput - here.throughput));
  });
  return best;
}

/** Clients at which the limit is just held, by interpolation; where none breaks it, twice the most that were tried, unless those got no more than fewer did. */
export function clientsAtLimit({ at }: SettingMeasure, limit: SearchLimit): number {
  const last = at.findLastIndex((one) => metricAt(one, limit) <= limit.underMs);
  if (last < 0) return 1;
  const next = at[last + 1];
  if (next === undefined) {
    // More clients that get no more between them only wait.
    const full = last > 0 && at[last].throughput < 1.05 * at[last - 1].throughput;
    return (full ? 1 : 2) * at[last].concurrency;
  }
  const share =
    Math.log(limit.underMs / metricAt(at[last], limit)) / Math.log(metricAt(next, limit) / metricAt(at[last], limit));
  return at[last].concurrency + share * (next.concurrency - at[last].concurrency);
}

/** Whether one is better than the other by more than so many standard errors. */
export function surelyBetter(a: SettingMeasure, b: SettingMeasure, limit: SearchLimit, errors: number): boolean {
  return promise(a, limit) - promise(b, limit) > Math.max(leastError, errors * Math.hypot(a.error, b.error));
}

export function pointOf(measure: SettingMeasure, settings: SearchPoint['settings'], limit: SearchLimit): SearchPoint {
  const operating = operatingAt(measure, limit);
  const { p50, p95, p99 } = operating?.latency ?? { p50: 0, p95: 0, p99: 0 };
  return {
    id: measure.id,
    settings,
    p50,
    p95,
    p99,
    throughput: operating?.throughput ?? 0,
    concurrency: operating?.concurrency ?? 0,
    memoryBytes: measure.memoryBytes,
    answersDifference: measure.answersDifference,
    holds: holdsLimit(measure, limit),
  };
}
