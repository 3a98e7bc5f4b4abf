import type { ProblemData } from '../../core/problems/problem.ts';
import { SeverityIcon } from '../inspector/Fault.tsx';
import { FixButtons } from './FixButtons.tsx';

/** A problem where it stands: what is wrong, how to mend it, and the buttons that do. */
export function ProblemNote({ problem }: { readonly problem: ProblemData }) {
  return (
    <div className={`problem-note ${problem.severity}`}>
      <p>
        <SeverityIcon severity={problem.severity} />
        <span>{problem.message}</span>
      </p>
      <p className="quiet">{problem.fix}</p>
      <FixButtons problem={problem} />
    </div>
  );
}
