/**
 * Where a picture's pixels lie in the picture it was made from. `toOriginal` is the affine map
 * [a b c; d e f] from continuous pixel coordinates here (0,0 = upper left corner of the upper left
 * pixel) to those of the original: x0 = a*x + b*y + c, y0 = d*x + e*y + f. Every node that moves
 * pixels composes it, so boxes found on a letterboxed picture come back in the original's pixels.
 */
export interface Geometry {
  readonly originalWidth: number;
  readonly originalHeight: number;
  readonly toOriginal: Affine;
}
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export const identityAffine: Affine = [1, 0, 0, 0, 1, 0];

export function originalGeometry(width: number, height: number): Geometry {
  return { originalWidth: width, originalHeight: height, toOriginal: identityAffine };
}

/** The geometry after a step whose own map from new to old coordinates is `step`. */
export function composeGeometry(before: Geometry, step: Affine): Geometry {
  const [a, b, c, d, e, f] = before.toOriginal;
  const [g, h, i, j, k, l] = step;
  return {
    ...before,
    toOriginal: [a * g + b * j, a * h + b * k, a * i + b * l + c, d * g + e * j, d * h + e * k, d * i + e * l + f],
  };
}

export function applyAffine(map: Affine, x: number, y: number): readonly [number, number] {
  return [map[0] * x + map[1] * y + map[2], map[3] * x + map[4] * y + map[5]];
}

/** The inverse map; throws RangeError when it is singular. */
export function invertAffine(map: Affine): Affine {
  const [a, b, c, d, e, f] = map;
  const det = a * e - b * d;
  if (det === 0 || !Number.isFinite(det)) throw new RangeError('affine map has no inverse');
  const ia = e / det;
  const ib = -b / det;
  const id = -d / det;
  const ie = a / det;
  return [ia, ib, -(ia * c + ib * f), id, ie, -(id * c + ie * f)];
}

/** The step of a resize: new to old continuous coordinates. Sizes in pixels. */
export function resizeAffine(oldWidth: number, oldHeight: number, width: number, height: number): Affine {
  return [oldWidth / width, 0, 0, 0, oldHeight / height, 0];
}

/** The step of a cut (or, with negative offsets, of a border) whose upper left corner lies at `left`, `top` of the old picture. */
export function cutAffine(left: number, top: number): Affine {
  return [1, 0, left, 0, 1, top];
}

/** Width and height once the shorter side is `size` px: the other follows, rounded down as torchvision does, at least 1. */
export function shorterSideSize(
  width: number,
  height: number,
  size: number,
): { readonly width: number; readonly height: number } {
  if (width <= height) return { width: size, height: Math.max(1, Math.floor((size * height) / width)) };
  return { width: Math.max(1, Math.floor((size * width) / height)), height: size };
}

/** Where a centred cut of `inner` px starts in `outer` px: halves go to the even neighbour, as torchvision (Python's round) does. */
export function centreOffset(outer: number, inner: number): number {
  const half = (outer - inner) / 2;
  const floor = Math.floor(half);
  if (half - floor !== 0.5) return Math.round(half);
  return floor % 2 === 0 ? floor : floor + 1;
}
