import type { ScoresPreview } from '../../core/studio/preview.ts';

export type Score = ScoresPreview['best'][number];

/** What the numbers are, in a word or two. */
export function formTitle(form: string): string {
  if (form === 'probabilities') return 'probabilities';
  if (form === 'logits') return 'logits';
  if (form === 'independent') return 'per class';
  return 'scores';
}

/** A sentence for who wonders whether the numbers add up to one. */
export function formNote(form: string): string {
  if (form === 'probabilities') return 'Probabilities: all classes together add up to 1.';
  if (form === 'logits') return 'Logits: larger is likelier, but they are no probabilities; a softmax makes them so.';
  if (form === 'independent') return 'One probability per class, each by itself: they need not add up to 1.';
  return 'Scores: only their order can be compared.';
}

/** Part of the full width that a bar takes: of one for probabilities, else of the largest there is; below zero none. */
export function barShare(value: number, best: readonly Score[], form: string): number {
  const whole =
    form === 'probabilities' || form === 'independent'
      ? 1
      : best.reduce((most, score) => Math.max(most, Math.abs(score.value)), 0);
  return whole > 0 && value > 0 ? Math.min(1, value / whole) : 0;
}

export interface ScoreDelta {
  readonly label: string;
  readonly left: number | null;
  readonly right: number | null;
}

/** Classes of two answers side by side, those that moved farthest first. A class that one side did not send is null there. */
export function scoreDeltas(left: readonly Score[], right: readonly Score[]): readonly ScoreDelta[] {
  const rows = new Map<string, { label: string; left: number | null; right: number | null }>();
  for (const { label, value } of left) rows.set(label, { label, left: value, right: null });
  for (const { label, value } of right) {
    const row = rows.get(label);
    if (row === undefined) rows.set(label, { label, left: null, right: value });
    else row.right = value;
  }
  return [...rows.values()].sort((a, b) => moved(b) - moved(a) || largest(b) - largest(a));
}

function moved({ left, right }: ScoreDelta): number {
  return left === null || right === null ? 0 : Math.abs(right - left);
}
function largest({ left, right }: ScoreDelta): number {
  return Math.max(left ?? Number.NEGATIVE_INFINITY, right ?? Number.NEGATIVE_INFINITY);
}
