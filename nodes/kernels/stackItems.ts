import type { EmbeddingValue, Item, ScoresValue, TensorValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { stackTensors } from './layout.ts';
import { emptyTensor } from './tensor.ts';

type Stackable = TensorValue | EmbeddingValue | ScoresValue;

/**
 * Values of a sequence as one tensor with a new first axis: tensors of shape S give [n, ...S], embeddings and scores
 * float32 [n, length]. `padTo` adds zeros (empty strings) up to that many. Throws `value-shape` when shapes differ.
 */
export function stackItems(items: readonly Item<Stackable>[], padTo = 0): TensorValue {
  const [first] = items;
  const like = asTensor(first.value);
  const parts = items.map((item) => {
    const tensor = asTensor(item.value);
    if (tensor.dtype === like.dtype && tensor.shape.join() === like.shape.join()) return tensor;
    throw new Problem('value-shape', {
      message: `Items of one shape can be stacked, but ${like.dtype}[${like.shape.join(', ')}] at ${first.t} s is followed by ${tensor.dtype}[${tensor.shape.join(', ')}] at ${item.t} s.`,
      fix: 'Bring the items to one shape first, e.g. with tensor.pad or tensor.reduce.',
      where: { port: 'value', timeSeconds: item.t },
    });
  });
  while (parts.length < padTo) parts.push(emptyTensor(like.dtype, like.shape));
  return stackTensors(parts, 0, [parts.length, ...like.shape]);
}

function asTensor(value: Stackable): TensorValue {
  if (value.kind === 'tensor') return value;
  return { kind: 'tensor', dtype: 'float32', shape: [value.data.length], data: value.data };
}
