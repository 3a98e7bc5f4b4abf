import type { LoweredImage, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { channelsOf } from '../../core/kinds/value.ts';
import { type Amount, dimOf, listOf, over, sideOf } from './loweredAmount.ts';

/** A step from new to old coordinates, as `Affine`. */
export type LoweredStep = readonly [a: Amount, b: Amount, c: Amount, d: Amount, e: Amount, f: Amount];

/** The sizes of a lowered picture. */
export function sizeOf(onnx: OnnxGraph, image: LoweredImage): { readonly width: Amount; readonly height: Amount } {
  return { width: sideOf(onnx, image.pixels, 2), height: sideOf(onnx, image.pixels, 1) };
}

/** A picture of `width` x `height` whose pixels moved by `step`; what `moved` is for values. */
export function movedImage(
  onnx: OnnxGraph,
  image: LoweredImage,
  pixels: OnnxValue,
  width: Amount,
  height: Amount,
  step: LoweredStep,
): LoweredImage {
  const straight = image.straight === true && step[1] === 0 && step[3] === 0;
  const geometry = composed(onnx, image.geometry, step);
  return { ...image, ...withPixels(image, pixels, width, height), geometry, straight };
}

/** Pixels with what is known of their shape. */
export function withPixels(
  { pixels: before, colour }: LoweredImage,
  pixels: OnnxValue,
  width: Amount,
  height: Amount,
): Pick<LoweredImage, 'pixels'> {
  const shape = [before.shape?.[0] ?? null, dimOf(height), dimOf(width), channelsOf(colour)];
  return { pixels: { ...pixels, shape } };
}

/** The step of a resize, see `resizeAffine`. */
export function resizeStep(
  onnx: OnnxGraph,
  oldWidth: Amount,
  oldHeight: Amount,
  width: Amount,
  height: Amount,
): LoweredStep {
  return [over(onnx, oldWidth, width), 0, 0, 0, over(onnx, oldHeight, height), 0];
}

/**
 * `composeGeometry` for every item at once. The new map is linear in the old, so it is one product with a matrix of
 * the step's numbers: rows and columns are width, height, a to f.
 */
function composed(onnx: OnnxGraph, geometry: OnnxValue, [g, h, i, j, k, l]: LoweredStep): OnnxValue {
  const rows: readonly (readonly Amount[])[] = [
    [1, 0, 0, 0, 0, 0, 0, 0],
    [0, 1, 0, 0, 0, 0, 0, 0],
    [0, 0, g, h, i, 0, 0, 0],
    [0, 0, j, k, l, 0, 0, 0],
    [0, 0, 0, 0, 1, 0, 0, 0],
    [0, 0, 0, 0, 0, g, h, i],
    [0, 0, 0, 0, 0, j, k, l],
    [0, 0, 0, 0, 0, 0, 0, 1],
  ];
  const matrix = onnx.op('Reshape', [listOf(onnx, rows.flat()), onnx.integers([8, 8])]);
  return { ...onnx.op('MatMul', [geometry, matrix], {}, 'geometry'), shape: geometry.shape };
}

/** Geometry of pictures that were made from no other: float64 [N, 8], their own size and the identity. */
export function ownGeometry(onnx: OnnxGraph, pixels: OnnxValue): OnnxValue {
  const one = listOf(onnx, [sideOf(onnx, pixels, 2), sideOf(onnx, pixels, 1), 1, 0, 0, 0, 1, 0]);
  const shape = onnx.op('Concat', [onnx.dim(pixels, 0), onnx.integers([8])], { axis: 0 });
  return onnx.op('Expand', [onnx.op('Unsqueeze', [one, onnx.integers([0])]), shape], {}, 'geometry');
}
