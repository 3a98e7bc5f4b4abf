import type { PipelineDocument } from '../graph/document.ts';
import { applyChanges, type Change } from '../graph/edit.ts';
import { Problem } from '../problems/problem.ts';
import type { Advice, Candidate } from './advice.ts';
import { gainOf } from './judgeAdvice.ts';
import { rebaseChanges } from './rebase.ts';

/**
 * Those that helped, as one change: the best first, leaving out what does not go with those before it. Null with fewer
 * than two. `fits` says whether a document made so may be tried.
 */
export function together(
  document: PipelineDocument,
  ranked: readonly Advice[],
  fits: (candidate: Pick<Candidate, 'changes' | 'makes'>) => boolean,
): Candidate | null {
  const taken: Advice[] = [];
  let changes: readonly Change[] = [];
  let makes: NonNullable<Candidate['makes']> = [];
  for (const advice of ranked.filter(({ verdict }) => verdict === 'helps')) {
    const more = added(applyChanges(document, changes), advice.changes);
    if (more.length === 0) continue;
    const next = { changes: [...changes, ...more], makes: [...makes, ...(advice.makes ?? [])] };
    if (!fits(next)) continue;
    taken.push(advice);
    ({ changes, makes } = next);
  }
  if (taken.length < 2) return null;
  const gains = taken.map((advice) => `${(100 * gainOf(advice)).toFixed(0)} %`);
  return {
    id: `together:${taken.map(({ id }) => id).join('|')}`,
    kind: 'together',
    title: `All of these together: ${taken.map(({ title }) => title).join('; ')}`,
    why: `Each helped alone (${gains.join(', ')}); gains do not simply add, so all ${taken.length} were tried at once.`,
    nodes: [...new Set(taken.flatMap(({ nodes }) => nodes))],
    changes,
    ...(makes.length === 0 ? {} : { makes }),
    aims: taken.every(({ aims }) => aims === 'throughput') ? 'throughput' : 'latency',
  };
}

/** The changes as they are for a document that others were applied to; none when they do not go with those. */
function added(document: PipelineDocument, changes: readonly Change[]): readonly Change[] {
  try {
    return rebaseChanges(document, changes);
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}
