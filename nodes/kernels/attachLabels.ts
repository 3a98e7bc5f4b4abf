import type { Dim } from '../../core/kinds/type.ts';
import { Problem, type ProblemInit } from '../../core/problems/problem.ts';
import type { ProblemCode } from '../../core/problems/table.ts';

/** The labels of a file for `count` classes, null when there is no file. Throws `value-shape` when their numbers differ. */
export function labelsFor(labels: readonly string[] | undefined, count: number): readonly string[] | null {
  if (labels === undefined) return null;
  if (labels.length !== count) throw new Problem('value-shape', countsDiffer(labels.length, count));
  return labels;
}

/** Reports a label file whose count is known not to fit. */
export function checkLabelCount(
  labels: readonly string[] | undefined,
  classes: Dim,
  report: (code: ProblemCode, problem: ProblemInit) => void,
): void {
  if (labels !== undefined && typeof classes === 'number' && labels.length !== classes)
    report('asset-invalid', countsDiffer(labels.length, classes));
}

function countsDiffer(labels: number, classes: number): ProblemInit {
  return {
    message: `The label file has ${labels} labels, but there are ${classes} classes.`,
    fix: 'Use the label file of this model: one line per class, in class order.',
    where: { param: 'labels' },
  };
}

/** The labels, or the numbers of the classes as text where there are none. */
export function namesOf(labels: readonly string[] | null, count: number): readonly string[] {
  return labels ?? Array.from({ length: count }, (_, i) => String(i));
}
