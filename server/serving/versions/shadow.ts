import { answersEffect } from '../../../core/profile/differences.ts';
import type { RunResult } from '../../../core/run/result.ts';
import type { VersionTally } from '../../../core/serve/rollout.ts';
import type { PredictAsk } from '../contract.ts';
import type { Runtime } from '../runtime.ts';

/** Copies that run at once in a version that is shadowed; a copy that finds them all busy is dropped. */
const mostCopies = 2;
/** Numbers that differ by less than this are the same answer. */
const sameWithin = 1e-4;

export interface Shadow {
  /** Sends a copy of what was answered, unless too many are under way. Never throws, and nobody waits for it. */
  copy(ask: PredictAsk, answered: RunResult): void;
}

/**
 * Runs copies of requests in another version and holds its answers against those that were given. What was asked is
 * held in memory until the copy has run, nothing of it after.
 */
export function makeShadow(
  runtime: Runtime,
  tally: VersionTally,
  onCopy: (ask: PredictAsk, result: RunResult | null, error: unknown, runMs: number) => void,
  now: () => number,
): Shadow {
  let copies = 0;
  return {
    copy: (ask, answered) => {
      if (copies >= mostCopies) {
        tally.dropped++;
        return;
      }
      copies++;
      const startMs = now();
      const signal = AbortSignal.timeout(Math.max(1, Math.round(ask.deadlineMs - ask.arrivedMs)));
      runtime
        .probe(ask.inputs, signal)
        .then(
          (result) => {
            tally.tellAnswered(now() - startMs);
            const wanted = Object.fromEntries(
              Object.entries(result.outputs).filter(([name]) => Object.hasOwn(answered.outputs, name)),
            );
            const { identical, maxDifference } = answersEffect([answered.outputs], [wanted]);
            tally.tellCompared(!identical && (maxDifference ?? Number.POSITIVE_INFINITY) > sameWithin, maxDifference);
            onCopy(ask, result, null, now() - startMs);
          },
          (error: unknown) => {
            tally.tellFailed();
            onCopy(ask, null, error, now() - startMs);
          },
        )
        .finally(() => {
          copies--;
        });
    },
  };
}
