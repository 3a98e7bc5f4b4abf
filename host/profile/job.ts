import type { BenchProgress } from '../../core/profile/bench.ts';
import type { Loop, RunnableSamples } from '../../core/profile/measure.ts';
import type { ProfileSettings } from '../../core/profile/profile.ts';
import type { Recorder } from '../../core/profile/recorder.ts';
import type { Trace } from '../../core/profile/trace.ts';
import type { RunResult } from '../../core/run/result.ts';
import { betweenRuns, type RunAs, type Runner } from './runner.ts';

/** What the phases of measuring a document have in common. */
export interface ProfileJob {
  readonly runner: Runner;
  readonly settings: ProfileSettings;
  readonly samples: RunnableSamples;
  readonly random: () => number;
  /** By `performance.now`: the zero of all times in the profile. */
  readonly originMs: number;
  readonly say: Say;
}
export type Say = (phase: BenchProgress['phase'], done: number, words: string) => void;

export function loopOf({ runner, samples, random }: ProfileJob, runOnce: Loop['runOnce']): Loop {
  return { now: () => performance.now(), random, signal: runner.signal, samples, runOnce };
}

export interface TracedRun {
  /** Of this run alone. */
  readonly trace: Trace;
  /** Among the recorder's runs; -1 when it had no room. */
  readonly index: number;
  readonly result: RunResult;
  /** From outside, what recording takes included. */
  readonly ms: number;
}

export async function runTraced(
  { runner }: ProfileJob,
  recorder: Recorder,
  sample: number,
  as: Omit<RunAs, 'tracer'> = {},
): Promise<TracedRun> {
  await betweenRuns();
  const tracer = recorder.run(sample);
  const { result, ms } = await runner.run(sample, { ...as, tracer });
  return { trace: tracer.alone(), index: tracer.index, result, ms };
}

/** Shortest time between two lines of progress of one phase. */
const sayMs = 100;

export function speaker(onProgress: ((progress: BenchProgress) => void) | undefined): Say {
  let last: BenchProgress['phase'] | null = null;
  let saidMs = 0;
  return (phase, done, words) => {
    const atMs = performance.now();
    if (phase === last && atMs - saidMs < sayMs) return;
    last = phase;
    saidMs = atMs;
    onProgress?.({ phase, done, words });
  };
}
