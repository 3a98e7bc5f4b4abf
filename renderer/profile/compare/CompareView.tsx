import type { Comparison } from '../../../core/profile/comparison.ts';

export interface CompareViewProps {
  readonly comparison: Comparison;
  readonly titleOf: (node: string) => string;
  /** What is known of the answers of both, in words (`AnswersEffect.words`); null: they were not compared. */
  readonly answers: string | null;
  /** Changes the two sides; absent: the button is not shown. */
  readonly onSwap?: () => void;
  readonly selected?: string | null;
  readonly onSelect?: (node: string) => void;
}

/** Two profiles held against each other: what they were measured on, what was changed, what it did. */
export function CompareView({ comparison }: CompareViewProps) {
  return (
    <section className="profile-compare" aria-label="Comparison">
      <h3>{`${comparison.before.label} and ${comparison.after.label}`}</h3>
    </section>
  );
}
