import type { PipelineDocument } from '../../core/graph/document.ts';
import type {
  Bench,
  BenchListeners,
  BenchTarget,
  ProfileAnswer,
  TrialOutcome,
  TrialSettings,
  Variant,
} from '../../core/profile/bench.ts';
import type { LoadResult, LoadSettings } from '../../core/profile/load.ts';
import type { ProfileSettings } from '../../core/profile/profile.ts';
import { makeGate } from '../process/gate.ts';
import type { Bed } from './bed.ts';
import { loadOf } from './loadRun.ts';
import { profileDocument } from './profileRun.ts';
import { cancelledProblem } from './runner.ts';
import { trialOf } from './trialRun.ts';

export interface JobListeners extends BenchListeners {
  /** It was cancelled, but has something to show: that comes soon. */
  readonly onSummingUp?: () => void;
}

/** The bench of the process that it is called in. */
export interface BenchHere extends Bench {
  profile(
    target: BenchTarget,
    document: PipelineDocument,
    settings: ProfileSettings,
    listeners?: JobListeners,
  ): Promise<ProfileAnswer>;
  trial(
    target: BenchTarget,
    variants: readonly Variant[],
    settings: TrialSettings,
    listeners?: JobListeners,
  ): Promise<readonly TrialOutcome[]>;
  load(
    target: BenchTarget,
    document: PipelineDocument,
    settings: LoadSettings,
    listeners?: JobListeners,
  ): Promise<LoadResult>;
}

/** One job at a time: two that measure at once would measure each other. The others wait in order. */
export function benchIn(bed: Bed): BenchHere {
  const gate = makeGate(1);
  function inTurn<T>({ signal }: JobListeners, act: () => Promise<T>): Promise<T> {
    return gate(async () => {
      // The caller of one that waits for its turn has been answered already.
      if (signal?.aborted) throw cancelledProblem(signal.reason);
      return act();
    });
  }
  return {
    profile: (target, document, settings, listeners = {}) =>
      inTurn(listeners, () => profileDocument(bed, target, document, settings, listeners)),
    trial: (target, variants, settings, listeners = {}) =>
      inTurn(listeners, () => trialOf(bed, target, variants, settings, listeners)),
    load: (target, document, settings, listeners = {}) =>
      inTurn(listeners, () => loadOf(bed, target, document, settings, listeners)),
  };
}
