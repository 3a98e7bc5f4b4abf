import type { Dim, ScoresType, TensorType } from '../../core/kinds/type.ts';
import type { ScoresValue, TensorValue } from '../../core/kinds/value.ts';
import { Problem, type ProblemInit } from '../../core/problems/problem.ts';
import type { ProblemCode } from '../../core/problems/table.ts';
import { countNonFinite } from './finite.ts';
import { rowLength, rowOf } from './fuseVectors.ts';

/** Class count and labels of a row of logits, as far as known; reports a tensor that is not one row of numbers. */
export function checkRow(
  type: TensorType | ScoresType,
  port: string,
  report: (code: ProblemCode, problem: ProblemInit) => void,
): { readonly classes: Dim; readonly labels: readonly string[] | null } {
  if (type.kind === 'scores') return { classes: type.classes, labels: type.labels };
  const length = rowLength(type);
  if (length === -1) {
    report('wire-shape', {
      message: `"${port}" expects one row, a tensor of shape [classes] or [1, classes], but got [${type.shape?.join(', ')}].`,
      fix: 'Put tensor.slice or tensor.reshape before it.',
      where: { port },
    });
  }
  if (type.dtype === 'string') {
    report('wire-dtype', {
      message: `"${port}" expects numbers, but got strings.`,
      fix: 'Wire the tensor that holds the logits.',
      where: { port },
    });
  }
  return { classes: length === -1 ? null : length, labels: null };
}

/** The numbers of a row of logits. Throws `value-nonfinite` when one is NaN or infinite, `value-shape` when there is none. */
export function finiteRow(
  value: TensorValue | ScoresValue,
  port: string,
): { readonly data: ArrayLike<number>; readonly labels: readonly string[] | null } {
  const data = rowOf(port, value);
  const bad = countNonFinite(data);
  if (bad > 0) {
    throw new Problem('value-nonfinite', {
      message: `"${port}" holds ${bad} NaN or infinite numbers of ${data.length}.`,
      fix: 'Look for the cause in the model or its input: often a wrong normalisation, or float16 overflow.',
      where: { port },
    });
  }
  if (data.length === 0) {
    throw new Problem('value-shape', {
      message: `"${port}" expects at least one class, but got none.`,
      fix: 'Wire the tensor that holds the logits.',
      where: { port },
    });
  }
  return { data, labels: value.kind === 'scores' ? value.labels : null };
}
