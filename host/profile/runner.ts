import { setImmediate as breathe } from 'node:timers/promises';
import type { Plan } from '../../core/plan/plan.ts';
import { Problem, problemFrom, toProblemData } from '../../core/problems/problem.ts';
import type { BenchTarget, SampleInputs } from '../../core/profile/bench.ts';
import type { RunHost } from '../../core/run/host.ts';
import type { Keeper } from '../../core/run/keeper.ts';
import type { RunResult } from '../../core/run/result.ts';
import { runPlan } from '../../core/run/run.ts';
import type { Tracer } from '../../core/run/tracer.ts';
import type { Prepared } from './bed.ts';

export interface RunAs {
  readonly tracer?: Tracer;
  readonly keeper?: Keeper;
  /** In place of the prepared ones. */
  readonly plan?: Plan;
  readonly host?: RunHost;
}
export interface OneRun {
  readonly result: RunResult;
  readonly ms: number;
}

/** Runs a prepared document on samples, over and over. Results of earlier runs are never used and never kept. */
export class Runner {
  readonly prepared: Prepared;
  readonly samples: readonly SampleInputs[];
  readonly signal: AbortSignal;
  readonly #underWay = new Set<AbortController>();

  constructor(prepared: Prepared, samples: readonly SampleInputs[], signal: AbortSignal) {
    this.prepared = prepared;
    this.samples = samples;
    this.signal = signal;
    signal.addEventListener('abort', () => {
      for (const stop of this.#underWay) stop.abort(signal.reason);
    });
  }

  /** One run, timed from outside. Rejects with a Problem, `cancelled` too. */
  async run(sample: number, { tracer, keeper, plan, host }: RunAs = {}): Promise<OneRun> {
    this.signal.throwIfAborted();
    // A signal of its own for each run: what hears a signal that lives on is not let go of before its end.
    const stop = new AbortController();
    const { limits } = this.prepared.host.node;
    const deadline = limits.runMs > 0 ? setTimeout(() => stop.abort(passed(limits.runMs)), limits.runMs) : null;
    this.#underWay.add(stop);
    try {
      const { inputs } = this.samples[sample];
      const before = performance.now();
      const result = await runPlan(plan ?? this.prepared.plan, host ?? this.prepared.host, {
        inputs,
        signal: stop.signal,
        tracer,
        keeper,
      });
      return { result, ms: performance.now() - before };
    } finally {
      this.#underWay.delete(stop);
      if (deadline !== null) clearTimeout(deadline);
    }
  }
}

/** The samples to run on; the document's own media where none are named. */
export function samplesOf(target: BenchTarget): readonly SampleInputs[] {
  return target.samples.length > 0 ? target.samples : [{ name: 'sample media', inputs: {} }];
}

/** Lets messages and timers have their turn, between what is timed. */
export async function betweenRuns(): Promise<void> {
  await breathe();
}

export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : problemFrom(toProblemData(error, 'internal'));
}

export function cancelledProblem(reason: unknown): Problem {
  if (reason instanceof Problem) return reason;
  return new Problem('cancelled', {
    message: 'The measuring was cancelled.',
    fix: 'Start it again when you want the result.',
    cause: reason,
  });
}

function passed(ms: number): Problem {
  return new Problem('deadline', {
    message: `The run took longer than its deadline of ${ms} ms.`,
    fix: 'Give it more time (limit runMs).',
  });
}
