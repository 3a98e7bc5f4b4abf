import { Check } from 'lucide-react';
import type { Change } from '../../../core/graph/edit.ts';
import { isInEffect } from '../../../core/profile/rebase.ts';
import { useStudio } from '../../state/state.ts';
import { applyAdvice } from '../applying.ts';
import { useProfile } from '../profileState.ts';
import { isOfCompiled } from '../stale.ts';

/** Does to the document what was tried, by one press; says so when the document is like that already. */
export function ApplyButton({
  id,
  changes,
  about,
  words = 'Apply',
  primary = false,
}: {
  readonly id: string;
  /** What it changes; null when only the back end knows. */
  readonly changes: readonly Change[] | null;
  readonly about: string;
  readonly words?: string;
  readonly primary?: boolean;
}) {
  const document = useStudio((s) => s.document);
  const readOnly = useStudio((s) => s.session?.readOnly === true);
  const applying = useProfile((s) => s.applying);
  const compiled = useProfile((s) => s.current !== null && isOfCompiled(s.current, document));
  const applied = changes !== null && isInEffect(document, changes);
  return (
    <button
      type="button"
      className={primary && !applied ? 'button primary' : 'button'}
      disabled={applied || applying !== null || readOnly || compiled}
      title={
        compiled
          ? 'It was found on the compiled form: profile node by node first'
          : readOnly
            ? 'Open for reading only'
            : applied
              ? 'The pipeline is like that'
              : undefined
      }
      aria-label={`${applied ? 'Applied' : words}: ${about}`}
      onClick={() => void applyAdvice(id)}
    >
      {applied && <Check size={12} aria-hidden="true" />}
      {applied ? 'Applied' : applying === id ? 'Applying…' : words}
    </button>
  );
}
