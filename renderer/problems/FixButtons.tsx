import { Wrench } from 'lucide-react';
import { useMemo } from 'react';
import type { ProblemData } from '../../core/problems/problem.ts';
import { useStudio } from '../state/state.ts';
import { fixesFor } from './fixes.ts';

/** One button for each thing that can be done about a problem. */
export function FixButtons({ problem }: { readonly problem: ProblemData }) {
  const files = useStudio((s) => s.document.files);
  const inputs = useStudio((s) => s.document.inputs);
  const outputs = useStudio((s) => s.document.outputs);
  const wires = useStudio((s) => s.document.wires);
  const readOnly = useStudio((s) => s.session?.readOnly ?? true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what fixes there are follows from these parts of the document.
  const fixes = useMemo(
    () => fixesFor(problem, useStudio.getState().document),
    [problem, files, inputs, outputs, wires],
  );
  if (fixes.length === 0 || readOnly) return null;
  return (
    <span className="fixes">
      {fixes.map((fix) => (
        <button key={fix.id} type="button" className="button small" onClick={() => void fix.run()}>
          {fix.sure && <Wrench size={12} aria-hidden="true" />}
          {fix.title}
        </button>
      ))}
    </span>
  );
}
