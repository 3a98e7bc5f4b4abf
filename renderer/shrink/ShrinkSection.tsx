import { Shrink } from 'lucide-react';
import type { DocumentNode } from '../../core/graph/document.ts';
import { Section } from '../inspector/Section.tsx';
import { useProfile } from '../profile/profileState.ts';
import { JobProgress } from '../profile/side/JobState.tsx';
import { changeText } from '../profile/words.ts';
import { useStudio } from '../state/state.ts';
import { modelFileOf } from './modelNodes.ts';
import { speedText } from './reportWords.ts';
import { openShrink } from './shrinking.ts';
import { type ShrinkResult, useShrink } from './shrinkState.ts';

/** On a node with a model: what can be done for its size and speed, and what was found last. */
export function ShrinkSection({ node }: { readonly node: DocumentNode }) {
  const spec = useStudio((s) => s.specs.get(node.type));
  const session = useStudio((s) => s.session?.id);
  const atWork = useProfile((s) => s.job?.kind === 'shrink');
  const result = useShrink((s) => (s.session === session ? s.result : null));
  if (modelFileOf(node, spec) === null) return null;
  const mine = result?.report.models.some(({ nodes }) => nodes.includes(node.id)) === true ? result : null;
  return (
    <Section title="Make it smaller or faster">
      {atWork ? (
        <JobProgress kind="shrink" />
      ) : mine?.standing === 'waiting' ? (
        <>
          <p>{summaryOf(mine)}</p>
          <div className="choices">
            <button type="button" className="button small" onClick={() => openShrink()}>
              Look at it and decide
            </button>
          </div>
        </>
      ) : (
        <>
          <p className="quiet">
            float16, int8, int4, pruning, or optimised for a device: tried here, held against what it answers now.
          </p>
          <div className="choices">
            <button type="button" className="button small" onClick={() => openShrink([node.id])}>
              <Shrink size={12} aria-hidden="true" />
              Shrink this model…
            </button>
          </div>
        </>
      )}
    </Section>
  );
}

/** `int8: −72 % in size, 1.31× as fast, top-1 same on 8 of 8`. */
function summaryOf({ report }: ShrinkResult): string {
  const { to, bytesBefore, bytesAfter, latency, answers } = report;
  const speed = latency === null || latency.verdict === 'unsure' ? [] : [`${speedText(latency.ratio)} as fast`];
  return `${to}: ${changeText(bytesAfter / bytesBefore)} in size, ${[...speed, answers.words].join(', ')}`;
}
