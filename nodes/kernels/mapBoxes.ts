import { type Affine, applyAffine, type Geometry } from '../../core/kinds/geometry.ts';
import type { BoxesValue } from '../../core/kinds/value.ts';
import type { Proposals } from './boxDecode.ts';

/** The box around the four corners of a box after an affine map: [x1, y1, x2, y2]. */
export function mapBox(map: Affine, x1: number, y1: number, x2: number, y2: number): [number, number, number, number] {
  const corners = [
    applyAffine(map, x1, y1),
    applyAffine(map, x2, y1),
    applyAffine(map, x1, y2),
    applyAffine(map, x2, y2),
  ];
  const xs = corners.map((c) => c[0]);
  const ys = corners.map((c) => c[1]);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/**
 * The proposals at `kept`, in that order, in pixels of the original picture and clipped to it. Boxes that lie wholly
 * outside of it (in the padding of a letterbox, say) are left out.
 */
export function boxesInOriginal(
  proposals: Proposals,
  kept: ArrayLike<number>,
  geometry: Geometry,
  labels: readonly string[] | null,
): BoxesValue {
  const { originalWidth: width, originalHeight: height } = geometry;
  const coordinates = new Float32Array(kept.length * 4);
  const scores = new Float32Array(kept.length);
  const classes = new Int32Array(kept.length);
  let count = 0;
  for (let k = 0; k < kept.length; k++) {
    const at = kept[k] * 4;
    const [a, b, c, d] = proposals.coordinates.subarray(at, at + 4);
    const mapped = mapBox(geometry.toOriginal, a, b, c, d);
    const x1 = Math.min(Math.max(mapped[0], 0), width);
    const y1 = Math.min(Math.max(mapped[1], 0), height);
    const x2 = Math.min(Math.max(mapped[2], 0), width);
    const y2 = Math.min(Math.max(mapped[3], 0), height);
    if (!(x2 > x1 && y2 > y1)) continue;
    coordinates.set([x1, y1, x2, y2], count * 4);
    scores[count] = proposals.scores[kept[k]];
    classes[count] = proposals.classes[kept[k]];
    count++;
  }
  return {
    kind: 'boxes',
    imageWidth: width,
    imageHeight: height,
    coordinates: coordinates.slice(0, count * 4),
    scores: scores.slice(0, count),
    classes: classes.slice(0, count),
    labels,
  };
}

/** The boxes at `kept`, in that order. */
export function selectBoxes(boxes: BoxesValue, kept: ArrayLike<number>): BoxesValue {
  const coordinates = new Float32Array(kept.length * 4);
  for (let k = 0; k < kept.length; k++)
    coordinates.set(boxes.coordinates.subarray(kept[k] * 4, kept[k] * 4 + 4), k * 4);
  return {
    ...boxes,
    coordinates,
    scores: Float32Array.from(kept, (at) => boxes.scores[at]),
    classes: Int32Array.from(kept, (at) => boxes.classes[at]),
  };
}
