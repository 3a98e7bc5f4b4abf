import { type Geometry, originalGeometry } from '../../core/kinds/geometry.ts';
import type { Colour, ImageValue } from '../../core/kinds/value.ts';

/** A small picture for a node's examples; without `geometry` it is an original. */
export function examplePicture(
  width: number,
  height: number,
  colour: Colour,
  data: readonly number[],
  geometry?: Geometry,
): ImageValue {
  return {
    kind: 'image',
    width,
    height,
    colour,
    data: Uint8Array.from(data),
    geometry: geometry ?? originalGeometry(width, height),
  };
}
