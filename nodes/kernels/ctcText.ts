import type { TensorValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { numbersOf } from './tensor.ts';

/** Rows of frame logits from a tensor [1, frames, classes] (or [frames, classes]). Minus infinity is a log probability; NaN is not. */
export function frameLogits(tensor: TensorValue): {
  readonly data: ArrayLike<number>;
  readonly frames: number;
  readonly classes: number;
} {
  const { shape } = tensor;
  if (shape.length !== 3 || shape[0] !== 1 || shape[2] === 0 || tensor.dtype === 'string') {
    throw new Problem('value-shape', {
      message: `"logits" expects numbers of shape [1, frames, classes], but got ${tensor.dtype}[${shape.join(', ')}].`,
      fix: 'Put tensor.transpose or tensor.unsqueeze before it.',
      where: { port: 'logits' },
    });
  }
  const data = numbersOf(tensor);
  let bad = 0;
  for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i])) bad++;
  if (bad > 0) {
    throw new Problem('value-nonfinite', {
      message: `"logits" holds ${bad} NaN of ${countText(data.length)}.`,
      fix: 'Look for the cause in the model or its input.',
      where: { port: 'logits' },
    });
  }
  return { data, frames: shape[1], classes: shape[2] };
}

function countText(count: number): string {
  return `${count} ${count === 1 ? 'number' : 'numbers'}`;
}

/** The token of each class; a list that is one short leaves the blank out. Throws `value-shape` for any other length. */
export function vocabularyFor(labels: readonly string[], classes: number, blank: number): readonly string[] {
  if (labels.length === classes) return labels;
  if (labels.length === classes - 1) return [...labels.slice(0, blank), '', ...labels.slice(blank)];
  throw new Problem('value-shape', {
    message: `The label file has ${labels.length} tokens, but there are ${classes} classes.`,
    fix: `Use the vocabulary of this model: ${classes} lines, or ${classes - 1} without the blank.`,
    where: { param: 'labels' },
  });
}
