import type { LoweredImage, LoweredMask, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { Dim } from '../../core/kinds/type.ts';
import { sideOf } from './loweredAmount.ts';
import { placesInPlanes, slantedPlanes, straightPlanes } from './loweredPlanes.ts';
import { singleAtMost } from './singles.ts';

export interface MaskRule {
  readonly labels: readonly string[] | null;
  /** With one plane: the logit above which a pixel belongs to the thing. */
  readonly cut: number;
  readonly outside: number;
  /** Planes, as far as known. */
  readonly classes: Dim;
}

/** The best class of each pixel of logits [N, 1, classes, height, width]. */
export function maskOfLogits(onnx: OnnxGraph, logits: OnnxValue, rule: MaskRule): LoweredMask {
  const planes = planesOf(onnx, logits);
  const classes = bestPlane(onnx, [{ planes, count: rule.classes }], rule.cut);
  return { kind: 'mask', classes, labels: rule.labels };
}

/** float32 [N, classes, height, width]. */
function planesOf(onnx: OnnxGraph, logits: OnnxValue): OnnxValue {
  const planes = onnx.op('Squeeze', [onnx.cast(logits, 'float32'), onnx.integers([1])], {}, 'planes');
  return { ...planes, shape: logits.shape === null ? null : [logits.shape[0], ...logits.shape.slice(2)] };
}

/** Some of the classes, one behind the other. */
interface Part {
  /** float32 [N, classes, height, width]. */
  readonly planes: OnnxValue;
  readonly count: Dim;
}

/**
 * uint8 [N, height, width]: the first of the best classes, or with one plane whether it is above `cut`. Plane after plane
 * is held against the best so far, which takes a tenth of the time of ArgMax across planes.
 */
function bestPlane(onnx: OnnxGraph, parts: readonly Part[], cut: number): OnnxValue {
  const byte = (level: number): OnnxValue =>
    onnx.constant({ kind: 'tensor', dtype: 'uint8', shape: [], data: Uint8Array.of(level) });
  const [{ planes, count }] = parts;
  if (typeof count !== 'number') return onnx.cast(onnx.op('ArgMax', [planes], { axis: 1, keepdims: 0 }), 'uint8');
  const single = parts.flatMap((part) => split(onnx, part));
  const [first, ...others] = single;
  if (others.length === 0) return onnx.cast(onnx.op('Greater', [first, onnx.float(singleAtMost(cut))]), 'uint8');
  let best = first;
  let classes: OnnxValue = byte(0);
  for (const [at, plane] of others.entries()) {
    classes = onnx.op('Where', [onnx.op('Greater', [plane, best]), byte(at + 1), classes], {}, 'best');
    if (at + 1 < others.length) best = onnx.op('Max', [best, plane]);
  }
  return classes;
}

/** Each class as [N, height, width]. */
function split(onnx: OnnxGraph, { planes, count }: Part): readonly OnnxValue[] {
  const all = typeof count === 'number' ? count : 1;
  const parts = all === 1 ? [planes] : onnx.ops('Split', [planes], all, { axis: 1, num_outputs: all });
  return parts.map((plane) => onnx.op('Squeeze', [plane, onnx.integers([1])]));
}

/** Planes that are enlarged at a time: a mask of a large picture must not hold those of all classes at once. */
const planesAtOnce = 4;

/**
 * What result.segmentation does with the picture that the model saw: planes are enlarged bilinearly to the original's
 * pixels, then the best class is taken. For one picture. Places are computed in float64 as `segment` does it, logits are
 * mixed in float32: where two classes are the same to seven digits the other one may win (measured: 2 pixels of 2 million).
 */
export function maskOfOriginal(
  onnx: OnnxGraph,
  logits: OnnxValue,
  image: LoweredImage,
  { classes, cut, outside, labels }: MaskRule,
): LoweredMask {
  onnx.oneItem('a mask has the size of the original picture, which is each one its own');
  const planes = planesOf(onnx, logits);
  const size = { width: sideOf(onnx, planes, 3), height: sideOf(onnx, planes, 2) };
  const places = placesInPlanes(onnx, image, size);
  const enlarge = image.straight === true ? straightPlanes(onnx, places, size) : slantedPlanes(onnx, places, size);
  const parts: Part[] = [];
  if (typeof classes !== 'number') parts.push({ planes: enlarge(planes), count: classes });
  else
    for (let from = 0; from < classes; from += planesAtOnce) {
      const to = Math.min(classes, from + planesAtOnce);
      const some = onnx.op('Slice', [planes, onnx.integers([from]), onnx.integers([to]), onnx.integers([1])]);
      parts.push({ planes: enlarge(some), count: to - from });
    }
  const best = bestPlane(onnx, parts, cut);
  const other = onnx.constant({ kind: 'tensor', dtype: 'uint8', shape: [], data: Uint8Array.of(outside) });
  return { kind: 'mask', classes: onnx.op('Where', [places.outside, other, best], {}, 'mask'), labels };
}
