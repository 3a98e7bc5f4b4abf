import { CircleAlert, Wrench } from 'lucide-react';
import type { ProblemData } from '../../core/problems/problem.ts';
import { applyMend, mendTitle } from './addNode.ts';
import { shownText } from './shownText.ts';

/** What is wrong with a node, in words under its card, with the button that mends it. */
export function CardMessage({
  problem,
  failure,
}: {
  readonly problem: ProblemData | null;
  readonly failure: string | null;
}) {
  const words = problem?.message ?? failure;
  if (words === null || words === undefined) return null;
  const mend = problem === null ? null : mendTitle(problem);
  return (
    <div
      className="card-message nodrag"
      title={problem === null ? undefined : shownText(`${words} ${problem.fix}`, 1000)}
    >
      <CircleAlert size={12} aria-hidden="true" />
      <p dir="auto">{shownText(words, 220)}</p>
      {problem !== null && mend !== null && (
        <button type="button" className="button small" onClick={() => applyMend(problem)}>
          <Wrench size={12} aria-hidden="true" />
          {mend}
        </button>
      )}
    </div>
  );
}
