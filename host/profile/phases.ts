import { attributeRun } from '../../core/profile/attribute.ts';
import { liveBytes } from '../../core/profile/liveBytes.ts';
import { type MeasuredRuns, measureRuns, warmUp } from '../../core/profile/measure.ts';
import { Gathered } from '../../core/profile/measured.ts';
import { measureOverhead } from '../../core/profile/measureOverhead.ts';
import type { FusedShares } from '../../core/profile/pieces.ts';
import type { Overhead, WarmUp } from '../../core/profile/profile.ts';
import { Recorder } from '../../core/profile/recorder.ts';
import { workerTimes } from '../../core/profile/workers.ts';
import type { Capture } from './capture.ts';
import { loopOf, type ProfileJob, runTraced } from './job.ts';
import { asProblem, betweenRuns } from './runner.ts';

const overheadPairs = 400;
/** Narrow enough to tell 2 % from less. */
const overheadPercent = 0.5;

/** Warms up, and looks on while each sample runs for the first time. `untilMs`: by `performance.now`. */
export function warmUpPhase(job: ProfileJob, capture: Capture, untilMs: number): Promise<WarmUp> {
  const { settings, originMs, say, runner } = job;
  const scratch = new Recorder({ originMs, maxSpans: settings.traceSpans });
  const seen = new Set<number>();
  const loop = loopOf(job, async (sample) => {
    if (seen.has(sample)) {
      const { trace } = await runTraced(job, scratch, sample);
      return attributeRun(trace, 0, runner.prepared.plan).wallMs;
    }
    seen.add(sample);
    const { keeper, done } = capture.watch();
    const { ms } = await runTraced(job, scratch, sample, { keeper, plan: capture.plan, host: capture.host });
    done();
    return ms;
  });
  return warmUp(loop, untilMs, {
    toProblem: asProblem,
    onRun: (runs) => say('warmUp', 0.1, `warm-up run ${runs}`),
  });
}

export interface Phase {
  readonly fromMs: number;
  readonly untilMs: number;
}
export interface Warm {
  readonly gathered: Gathered;
  readonly runs: MeasuredRuns;
  /** Node → device that really ran its model. */
  readonly devices: ReadonlyMap<string, string>;
  /** The most in any run. */
  readonly liveBytes: number;
}

/** The runs that count: each is traced, and taken apart right after it has ended. */
export async function measurePhase(
  job: ProfileJob,
  recorder: Recorder,
  shares: FusedShares,
  { fromMs, untilMs }: Phase,
  onGathered: (gathered: Gathered) => void,
): Promise<Warm> {
  const { plan } = job.runner.prepared;
  const gathered = new Gathered(plan, shares);
  onGathered(gathered);
  const devices = new Map<string, string>();
  let alive = 0;
  const loop = loopOf(job, async (sample) => {
    const { trace, index, result } = await runTraced(job, recorder, sample);
    const parts = attributeRun(trace, 0, plan, shares);
    gathered.add(sample, index, trace.runs.startMs[0], parts, workerTimes(trace, 0, plan, shares));
    alive = Math.max(alive, liveBytes(trace, 0));
    for (const [id, { notes }] of Object.entries(result.nodes))
      if (typeof notes['device'] === 'string') devices.set(id, notes['device']);
    return parts.wallMs;
  });
  const { settings, say } = job;
  const runs = await measureRuns(
    loop,
    { ...settings, untilMs },
    {
      toProblem: asProblem,
      onRun: (count, known) => {
        const spent = (loop.now() - fromMs) / (untilMs - fromMs);
        const done = Math.min(1, Math.max(spent, count / settings.maxRuns));
        say('measure', 0.2 + 0.6 * done, wordsOf(count, known));
      },
    },
  );
  return { gathered, runs, devices, liveBytes: alive };
}

/** What measuring costs: runs as they were measured, and without any of it, in turns. */
export function overheadPhase(job: ProfileJob, deviationPercent: number, untilMs: number): Promise<Overhead> {
  const { settings, originMs, runner } = job;
  const scratch = new Recorder({ originMs, maxSpans: settings.traceSpans });
  const loop = loopOf(job, async (sample) => {
    const { trace, ms } = await runTraced(job, scratch, sample);
    // What it leaves behind for the collector is part of what measuring costs.
    attributeRun(trace, 0, runner.prepared.plan);
    return ms;
  });
  const runPlain = async (sample: number): Promise<number> => {
    await betweenRuns();
    return (await runner.run(sample)).ms;
  };
  return measureOverhead(loop, runPlain, {
    untilMs,
    maxPairs: overheadPairs,
    intervalPercent: overheadPercent,
    deviationPercent,
  });
}

function wordsOf(runs: number, { ms, percent }: { readonly ms: number; readonly percent: number }): string {
  if (ms === 0) return `run ${runs}`;
  return `run ${runs}, median ${ms.toPrecision(3)} ms ± ${percent.toPrecision(2)} %`;
}
