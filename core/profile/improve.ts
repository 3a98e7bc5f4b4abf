import { checkDocument } from '../check/check.ts';
import type { FactsLookup } from '../check/files.ts';
import type { Registry } from '../define/registry.ts';
import type { Advice, Candidate } from './advice.ts';
import { advise } from './advise.ts';
import type { Bench, BenchListeners, BenchTarget } from './bench.ts';
import { newErrors } from './candidates/subject.ts';
import type { Machine } from './knobs.ts';
import type { Profile } from './profile.ts';
import { tryAll } from './tryAdvice.ts';

/** What the profile's document is looked at with. */
export interface ImproveAsk {
  readonly profile: Profile;
  readonly registry: Registry;
  /** The facts of its files. */
  readonly facts: FactsLookup;
  readonly machine: Machine;
  readonly target: BenchTarget;
  readonly budgetMs: number;
  readonly now: () => number;
  readonly listeners?: BenchListeners;
  /** Puts files in place that a candidate needs. */
  readonly make?: (candidate: Candidate, signal?: AbortSignal) => Promise<void>;
}

/** How long all trials together may take unless somebody says otherwise. */
export const adviceBudgetMs = 60_000;

/** Looks for what might make a profile's document faster, and tries each in turns with it. */
export function improve(ask: ImproveAsk, bench: Bench): Promise<readonly Advice[]> {
  const { profile, registry, facts, machine } = ask;
  const checked = checkDocument(profile.document, registry, facts);
  const subject = { document: profile.document, checked, registry, facts };
  return tryAll(
    {
      document: profile.document,
      target: ask.target,
      candidates: advise({ profile, checked, registry, facts, machine }),
      budgetMs: ask.budgetMs,
      seed: 1,
      wallMs: profile.measured.wall.p50,
      clients: Math.max(2, machine.cores),
      fits: (candidate) => newErrors(subject, candidate).length === 0,
      now: ask.now,
      listeners: ask.listeners,
      make: ask.make,
    },
    bench,
  );
}
