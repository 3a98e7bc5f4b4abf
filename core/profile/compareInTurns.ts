import { Problem, problemFrom } from '../problems/problem.ts';
import type { TrialOutcome, TrialSettings } from './bench.ts';
import { compareRounds, compareNodesInTurns as nodesInTurns } from './compare.ts';
import type { Comparison } from './comparison.ts';
import { documentDifferences } from './documentDifferences.ts';
import type { Profile } from './profile.ts';

/** How long two documents are run in turns. */
export const inTurnsSettings: TrialSettings = {
  minRuns: 30,
  maxRuns: 2000,
  budgetMs: 30_000,
  concurrency: [],
  seed: 1,
  nodes: true,
};

type Side = Pick<Profile, 'id' | 'label' | 'createdAt' | 'document'>;

/**
 * Two documents that were run in turns in one session: machine and mood of it are the same for both, node by node
 * where the trial traced its runs. Throws the problem of the side that could not be run.
 */
export function compareInTurns(before: Side, after: Side, outcomes: readonly TrialOutcome[]): Comparison {
  const [first, second] = outcomes;
  if (first === undefined || second === undefined) {
    throw new Problem('internal', {
      message: `A trial of two documents gave ${outcomes.length} outcomes.`,
      fix: 'Report this.',
    });
  }
  for (const { problem } of [first, second]) if (problem !== null) throw problemFrom(problem);
  const { p50, p95 } = compareRounds(first.wallMs, second.wallMs);
  return {
    before: named(before),
    after: named(after),
    environment: [],
    document: documentDifferences(before.document, after.document),
    interleaved: true,
    answers: second.answers.words,
    wall: p50,
    p95,
    nodes: nodesInTurns(first.nodeMs ?? {}, second.nodeMs ?? {}),
  };
}

function named({ id, label, createdAt }: Side): Comparison['before'] {
  return { id, label, createdAt };
}
