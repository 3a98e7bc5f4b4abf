import type { Dim } from '../../core/kinds/type.ts';
import { Problem } from '../../core/problems/problem.ts';
import { axisFault, axisOf, fault, type ShapeResult, shapeText } from './shapes.ts';

/** Shape of ONNX Gather: data[:axis] + indices + data[axis + 1:]. `known` positions are held to the axis's size. */
export function gatherDims(
  shape: readonly Dim[] | null,
  axis: number,
  indexShape: readonly Dim[] | null,
  known: readonly number[],
): ShapeResult {
  if (shape === null) return { shape: null };
  const at = axisOf(axis, shape.length);
  if (at === null) return axisFault(axis, shape);
  const size = shape[at];
  const outside = typeof size === 'number' ? known.find((index) => index < -size || index >= size) : undefined;
  if (outside !== undefined)
    return fault(
      `Position ${outside} is outside axis ${at} of shape ${shapeText(shape)}.`,
      `Use positions from -${size} to ${Number(size) - 1}.`,
    );
  if (indexShape === null) return { shape: null };
  return { shape: [...shape.slice(0, at), ...indexShape, ...shape.slice(at + 1)] };
}

/** Positions counted from 0. Throws `value-invalid` for one outside. */
export function positionsOf(indices: readonly number[], size: number): Int32Array {
  return Int32Array.from(indices, (index) => {
    if (index >= -size && index < size) return index < 0 ? index + size : index;
    throw new Problem('value-invalid', {
      message: `Position ${index} is outside an axis of size ${size}.`,
      fix: size === 0 ? 'The axis is empty.' : `Use positions from -${size} to ${size - 1}.`,
    });
  });
}
