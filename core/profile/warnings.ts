import type { Environment } from './environment.ts';
import type { Measured, ProfileSettings } from './profile.ts';
import { percentile } from './stats.ts';

export interface Circumstances {
  readonly environment: Environment;
  readonly settings: ProfileSettings;
  /** What the system told of its power after measuring. */
  readonly powerAfter: Readonly<Record<string, string>>;
  /** Runs of others that began in the same process meanwhile. */
  readonly otherRuns: number;
  /** Spans that the trace had no room for. */
  readonly dropped: number;
  /** Of what could not be looked at; one line each. */
  readonly problems: readonly string[];
}

const busyPerCore = 0.3;
const fewRuns = 10;
const drift = 0.05;

/** What to know before one trusts the figures, in sentences, gravest first. */
export function warningsOf(measured: Omit<Measured, 'warnings'>, around: Circumstances): readonly string[] {
  const { environment, settings, powerAfter } = around;
  const { runs, warmUp, intervalPercent, overhead, series, samples, models } = measured;
  const found: string[] = [];
  const failed = samples.filter((sample) => sample.problem !== undefined);
  if (failed.length > 0) {
    const [{ name, problem }] = failed;
    const others = failed.length > 1 ? ` and ${failed.length - 1} more` : '';
    found.push(`"${name}"${others} of ${samples.length} samples could not be run: ${problem}`);
  }
  if (runs < fewRuns) found.push(`Only ${count(runs)} fitted into the budget: percentiles say little.`);
  else if (measured.stoppedBy !== 'interval' && intervalPercent > settings.intervalPercent)
    found.push(
      `The median is known to ± ${figure(intervalPercent)} % only, not to the ${figure(settings.intervalPercent)} % asked for: ${stopped[measured.stoppedBy]}.`,
    );
  if (warmUp.endedBy === 'budget') found.push(`Times had not settled after ${count(warmUp.runs)} of warm-up.`);
  const drifted = driftOf(series.wallMs, series.sample);
  if (Math.abs(drifted) > drift)
    found.push(
      `Runs became ${figure(100 * Math.abs(drifted))} % ${drifted > 0 ? 'slower' : 'faster'} while they were measured.`,
    );
  if (environment.loadBefore !== null && environment.loadBefore > busyPerCore)
    found.push(
      `The machine was busy before: a load of ${figure(environment.loadBefore)} for each core. Other programs take time from what is measured.`,
    );
  if (around.otherRuns > 0) found.push(`${count(around.otherRuns)} of other pipelines began in the engine meanwhile.`);
  const { power } = environment;
  if (power['source']?.startsWith('battery')) found.push(`The machine runs on ${power['source']}: it may save power.`);
  if (power['governor']?.includes('powersave') && power['boost'] !== 'on')
    found.push('The frequency governor is "powersave": the processor may be held at a low clock.');
  const [before, after] = [throttled(power), throttled(powerAfter)];
  if (before !== null && after !== null && after > before)
    found.push(`The processor was slowed down by heat ${after - before} times while it was measured.`);
  const limit = Number.parseInt(powerAfter['speedLimit'] ?? '100', 10);
  if (limit < 100) found.push(`Heat holds the processor at ${limit} % of its speed.`);
  if (overhead.lowPercent > 2) found.push(`Measuring takes ${figure(overhead.percent)} % of each run.`);
  for (const { node, device, kernelMs, profiledRunMs } of models) {
    if (device !== 'cpu' && kernelMs < profiledRunMs / 2)
      found.push(
        `The operators of "${node}" account for ${figure(kernelMs)} of ${figure(profiledRunMs)} ms: on ${device} the runtime counts the time to start a kernel, and the rest is spent waiting for the device.`,
      );
  }
  if (around.dropped > 0)
    found.push(
      `The trace holds ${settings.traceSpans} spans and was full: ${around.dropped} more are in the figures only.`,
    );
  return [...found, ...around.problems];
}

const stopped = {
  interval: 'it was known before',
  budget: 'the budget was spent',
  count: 'the most runs were made',
  cancelled: 'it was stopped',
} as const;

/** By what share the last third of the runs is slower than the first, each run held against the median of its sample. */
export function driftOf(wallMs: readonly number[], sample: readonly number[]): number {
  const third = Math.floor(wallMs.length / 3);
  if (third < 10) return 0;
  const own = new Map<number, number[]>();
  wallMs.forEach((ms, run) => {
    const list = own.get(sample[run]);
    if (list === undefined) own.set(sample[run], [ms]);
    else list.push(ms);
  });
  const usual = new Map([...own].map(([index, times]) => [index, median(times)]));
  const relative = wallMs.map((ms, run) => ms / (usual.get(sample[run]) || 1));
  return median(relative.slice(-third)) / median(relative.slice(0, third)) - 1;
}

function throttled(power: Readonly<Record<string, string>>): number | null {
  const times = Number.parseInt(power['throttled'] ?? '', 10);
  return Number.isNaN(times) ? null : times;
}

function median(values: readonly number[]): number {
  return percentile(Float64Array.from(values).sort(), 0.5);
}

function count(runs: number): string {
  return runs === 1 ? '1 run' : `${runs} runs`;
}

function figure(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
}
