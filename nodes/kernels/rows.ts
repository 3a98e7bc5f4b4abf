import { isFloat } from '../../core/kinds/dtype.ts';
import type { Dim, EmbeddingType, TensorType } from '../../core/kinds/type.ts';
import type { EmbeddingValue, TensorValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { fault, type ShapeResult, shapeText } from './shapes.ts';
import { numbersOf } from './tensor.ts';

/** The type's shape as rows of vectors: a single vector is one row. Null while the rank is unknown. */
export function rowDims(type: TensorType | EmbeddingType): readonly Dim[] | null {
  if (type.kind === 'embedding') return [1, type.length];
  return type.shape?.length === 1 ? [1, type.shape[0]] : type.shape;
}

export interface Rows {
  readonly numbers: ArrayLike<number>;
  readonly rows: number;
  readonly length: number;
}

/** The value as rows of vectors. Throws `value-shape` for more axes than two, `value-invalid` for no float dtype. */
export function rowsOf(value: TensorValue | EmbeddingValue, port: string): Rows {
  if (value.kind === 'embedding') return { numbers: value.data, rows: 1, length: value.data.length };
  const { shape, dtype } = value;
  if (!isFloat(dtype))
    throw new Problem('value-invalid', {
      message: `"${port}" is ${dtype}; vectors must be floats.`,
      fix: 'Cast to float32 first with tensor.cast.',
      where: { port },
    });
  if (shape.length === 1) return { numbers: numbersOf(value), rows: 1, length: shape[0] };
  if (shape.length === 2) return { numbers: numbersOf(value), rows: shape[0], length: shape[1] };
  throw new Problem('value-shape', {
    message: `"${port}" has shape ${shapeText(shape)}, which is neither a vector [n] nor rows of vectors [rows, n].`,
    fix: 'Bring it to one or two axes with tensor.squeeze or tensor.reshape.',
    where: { port },
  });
}

/** The length of the one vector that a shape such as [n], [1, n] or [1, 1, n] holds. */
export function vectorDims(shape: readonly Dim[] | null): ShapeResult {
  if (shape === null) return { shape: [null] };
  const lead = shape.slice(0, -1);
  if (shape.length === 0 || lead.some((dim) => typeof dim === 'number' && dim !== 1))
    return fault(
      `Shape ${shapeText(shape)} is not one vector: [n] or [1, n] is wanted.`,
      'Fold other axes first with tensor.reduce (mean over time), or pick one position with tensor.gather.',
    );
  return { shape: [shape[shape.length - 1]] };
}
