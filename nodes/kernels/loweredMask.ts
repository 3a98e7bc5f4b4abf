import type { LoweredImage, LoweredMask, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { Dim } from '../../core/kinds/type.ts';
import { type Amount, amountValue, most, over, sideOf, times } from './loweredAmount.ts';
import { geometryRow } from './loweredBoxes.ts';
import { doubles } from './loweredChannels.ts';
import { sizeOf } from './loweredGeometry.ts';
import { counting } from './loweredInterpolate.ts';
import { singleAtMost } from './singles.ts';

interface MaskRule {
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
  return { kind: 'mask', classes: onnx.cast(bestPlane(onnx, planes, rule).classes, 'uint8'), labels: rule.labels };
}

/** float32 [N, classes, height, width]. */
function planesOf(onnx: OnnxGraph, logits: OnnxValue): OnnxValue {
  const planes = onnx.op('Squeeze', [onnx.cast(logits, 'float32'), onnx.integers([1])], {}, 'planes');
  return { ...planes, shape: logits.shape === null ? null : [logits.shape[0], ...logits.shape.slice(2)] };
}

interface Best {
  /** [N, height, width]: class as int64, its value as float32. */
  readonly classes: OnnxValue;
  readonly values: OnnxValue;
}

function bestPlane(onnx: OnnxGraph, planes: OnnxValue, { classes, cut }: Pick<MaskRule, 'classes' | 'cut'>): Best {
  const values = onnx.op('ReduceMax', [planes, onnx.integers([1])], { keepdims: 0 });
  if (classes !== 1) return { classes: onnx.op('ArgMax', [planes], { axis: 1, keepdims: 0 }), values };
  const thing = onnx.op('Greater', [values, onnx.float(singleAtMost(cut))]);
  return { classes: onnx.cast(thing, 'int64'), values };
}

/** Planes that are enlarged at a time: a mask of a large picture and many classes must not hold them all at once. */
const planesAtOnce = 8;

/**
 * What result.segmentation does with the picture that the model saw: planes are enlarged bilinearly to the original's
 * pixels (GridSample, in float32), then the best class is taken. For one picture.
 */
export function maskOfOriginal(onnx: OnnxGraph, logits: OnnxValue, image: LoweredImage, rule: MaskRule): LoweredMask {
  onnx.oneItem('a mask has the size of the original picture, which is each one its own');
  const planes = planesOf(onnx, logits);
  const [planeWidth, planeHeight] = [sideOf(onnx, planes, 3), sideOf(onnx, planes, 2)];
  const { grid, outside } = placesInPlanes(onnx, image, planeWidth, planeHeight);
  const sampled = (part: OnnxValue): OnnxValue =>
    onnx.op('GridSample', [part, grid], { mode: 'bilinear', padding_mode: 'border', align_corners: 0 }, 'enlarged');
  const best = bestOfAll(onnx, planes, sampled, rule);
  const other = onnx.constant({ kind: 'tensor', dtype: 'uint8', shape: [], data: Uint8Array.of(rule.outside) });
  const classes = onnx.op('Where', [outside, other, onnx.cast(best, 'uint8')], {}, 'mask');
  return { kind: 'mask', classes, labels: rule.labels };
}

function bestOfAll(
  onnx: OnnxGraph,
  planes: OnnxValue,
  sampled: (part: OnnxValue) => OnnxValue,
  rule: MaskRule,
): OnnxValue {
  const { classes } = rule;
  if (typeof classes !== 'number' || classes <= planesAtOnce) return bestPlane(onnx, sampled(planes), rule).classes;
  let best: Best | null = null;
  for (let from = 0; from < classes; from += planesAtOnce) {
    const part = onnx.op('Slice', [
      planes,
      onnx.integers([from]),
      onnx.integers([from + planesAtOnce]),
      onnx.integers([1]),
    ]);
    const here = bestPlane(onnx, sampled(part), rule);
    const numbers = onnx.op('Add', [here.classes, onnx.integer(from)]);
    if (best === null) {
      best = { ...here, classes: numbers };
      continue;
    }
    // Of equal values the first class stays.
    const better = onnx.op('Greater', [here.values, best.values]);
    best = {
      classes: onnx.op('Where', [better, numbers, best.classes]),
      values: onnx.op('Where', [better, here.values, best.values]),
    };
  }
  return best === null ? planes : best.classes;
}

interface Places {
  /** float32 [1, height, width, 2], -1 to 1 over the planes. */
  readonly grid: OnnxValue;
  /** bool [1, height, width]: pixels that the model never saw. */
  readonly outside: OnnxValue;
}

/** Where each pixel of the original lies in the planes, in float64 as `segment` has it. */
function placesInPlanes(onnx: OnnxGraph, image: LoweredImage, planeWidth: Amount, planeHeight: Amount): Places {
  const { add, sub, mul, div, above } = doubles(onnx);
  const [width, height, a, b, c, d, e, f] = geometryRow(onnx, image.geometry);
  const size = sizeOf(onnx, image);
  const sx = amountValue(onnx, over(onnx, planeWidth, size.width));
  const sy = amountValue(onnx, over(onnx, planeHeight, size.height));
  // invertAffine
  const det = sub(mul(a, e), mul(b, d));
  const [ia, ib] = [div(e, det), div(sub(0, b), det)];
  const [id, ie] = [div(sub(0, d), det), div(a, det)];
  const ic = sub(0, add(mul(ia, c), mul(ib, f)));
  const jf = sub(0, add(mul(id, c), mul(ie, f)));
  const x = add(onnx.cast(counting(onnx, width), 'float64'), 0.5);
  const y = onnx.op('Unsqueeze', [add(onnx.cast(counting(onnx, height), 'float64'), 0.5), onnx.integers([1])]);
  const place = (p: OnnxValue, q: OnnxValue, r: OnnxValue, s: OnnxValue): OnnxValue =>
    add(add(mul(mul(p, s), x), mul(mul(q, s), y)), mul(r, s));
  const [u, v] = [place(ia, ib, ic, sx), place(id, ie, jf, sy)];
  // A pixel's middle may leave the planes by rounding alone.
  const slack = times(onnx, 1e-6, most(onnx, planeWidth, planeHeight));
  const beyond = (at: OnnxValue, length: Amount): OnnxValue => {
    const low = above(sub(0, amountValue(onnx, slack)), at);
    return onnx.op('Or', [low, above(at, add(amountValue(onnx, length), amountValue(onnx, slack)))]);
  };
  const outside = onnx.op('Or', [beyond(u, planeWidth), beyond(v, planeHeight)]);
  const normal = (at: OnnxValue, length: Amount): OnnxValue =>
    onnx.op('Unsqueeze', [sub(div(mul(at, 2), amountValue(onnx, length)), 1), onnx.integers([0, 3])]);
  const grid = onnx.op('Concat', [normal(u, planeWidth), normal(v, planeHeight)], { axis: 3 });
  return { grid: onnx.cast(grid, 'float32'), outside: onnx.op('Unsqueeze', [outside, onnx.integers([0])]) };
}
