import type { Dim, EmbeddingType, WireType } from '../../core/kinds/type.ts';
import type { EmbeddingValue, TensorValue } from '../../core/kinds/value.ts';
import { Problem, type ProblemInit } from '../../core/problems/problem.ts';
import type { ProblemCode } from '../../core/problems/table.ts';
import type { StandIn } from './missingModality.ts';
import { numbersOf } from './tensor.ts';

type Report = (code: ProblemCode, problem: ProblemInit) => void;

/** The one length of all embeddings as far as known at check time; reports lengths that differ. */
export function sharedLength(inputs: Readonly<Record<string, EmbeddingType | undefined>>, report: Report): Dim {
  let first: { readonly name: string; readonly length: number } | null = null;
  for (const [name, type] of Object.entries(inputs)) {
    if (typeof type?.length !== 'number') continue;
    first ??= { name, length: type.length };
    if (type.length !== first.length) report('wire-shape', lengthsDiffer(first.name, first.length, name, type.length));
  }
  return first?.length ?? null;
}

/** Throws `value-shape` unless all embeddings are of one length. */
export function requireOneLength(rows: readonly { readonly modality: string; readonly value: EmbeddingValue }[]): void {
  const [first] = rows;
  for (const { modality, value } of rows) {
    if (value.data.length === first.value.data.length) continue;
    throw new Problem(
      'value-shape',
      lengthsDiffer(first.modality, first.value.data.length, modality, value.data.length),
    );
  }
}

function lengthsDiffer(a: string, lengthA: number, b: string, lengthB: number): ProblemInit {
  return {
    message: `The embedding of "${a}" has length ${lengthA}, but that of "${b}" has ${lengthB}.`,
    fix: 'Bring them to one length by a projection model, or use fusion.concatFeatures, which takes any lengths.',
    where: { port: b },
  };
}

/** Stands in for an embedding: the declared numbers, or zeros as long as the embeddings that are there. */
export function standInVector(
  _modality: string,
  numbers: readonly number[] | null,
  present: readonly EmbeddingValue[],
): StandIn<EmbeddingValue> {
  const data = numbers === null ? new Float32Array(present[0].data.length) : Float32Array.from(numbers);
  return {
    value: { kind: 'embedding', data, unit: false },
    replacedBy: numbers === null ? 'zero vector' : 'defaultValues',
  };
}

/** Length of the one row that an embedding, scores, or a tensor [n] or [1, n] holds; null when not known; -1 for another rank. */
export function rowLength(type: WireType): number | null {
  const dim = type.kind === 'embedding' ? type.length : type.kind === 'scores' ? type.classes : tensorRow(type);
  return typeof dim === 'number' ? dim : null;
}

function tensorRow(type: WireType): Dim {
  if (type.kind !== 'tensor' || type.shape === null) return null;
  const { shape } = type;
  if (shape.length === 1) return shape[0];
  return shape.length === 2 && (shape[0] === 1 || typeof shape[0] !== 'number') ? shape[1] : -1;
}

/** The numbers of an embedding, of scores, or of a tensor [n] or [1, n]. Throws `value-shape` for another tensor shape, `value-invalid` for strings. */
export function rowOf(
  port: string,
  value: EmbeddingValue | TensorValue | { readonly kind: 'scores'; readonly data: Float32Array },
): ArrayLike<number> {
  if (value.kind !== 'tensor') return value.data;
  const { shape } = value;
  if (shape.length !== 1 && !(shape.length === 2 && shape[0] === 1)) {
    throw new Problem('value-shape', {
      message: `"${port}" expects one row, a tensor of shape [n] or [1, n], but got [${shape.join(', ')}].`,
      fix: 'Put tensor.reshape or tensor.reduce before it; a sequence of rows comes as a sequence of items.',
      where: { port },
    });
  }
  if (value.dtype === 'string') {
    throw new Problem('value-invalid', {
      message: `"${port}" expects numbers, but got a tensor of strings.`,
      fix: 'Wire a tensor of numbers.',
      where: { port },
    });
  }
  return numbersOf(value);
}
