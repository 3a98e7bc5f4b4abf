import { Problem } from '../../core/problems/problem.ts';

/** Throws `value-shape` when a class number has no label. */
export function requireLabels(labels: readonly string[], classes: ArrayLike<number>): void {
  let top = -1;
  for (let i = 0; i < classes.length; i++) if (classes[i] > top) top = classes[i];
  if (top < labels.length) return;
  throw new Problem('value-shape', {
    message: `Class ${top} was found, but the label file has only ${labels.length} labels (0 to ${labels.length - 1}).`,
    fix: 'Use the label file of this model: one line per class, in class order.',
    where: { param: 'labels' },
  });
}
