import type { LoweredBoxes, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { doubles } from './loweredChannels.ts';
import { singleAtMost } from './singles.ts';

/** Boxes as they stand in a graph before they are in pixels of the original: any number of them. */
export interface LoweredProposals {
  /** float32 [P, 4]. */
  readonly coordinates: OnnxValue;
  /** float32 [P]. */
  readonly scores: OnnxValue;
  /** int64 [P]. */
  readonly classes: OnnxValue;
}

/** Below every score. */
const lowest = -3.4028234663852886e38;

/** int64 [1]: the smaller one of a length and a number. */
function atMost(onnx: OnnxGraph, values: OnnxValue, most: number): OnnxValue {
  return onnx.op('Min', [onnx.dim(values, 0), onnx.integers([most])]);
}

/** Places of the best scores of [P], best first, equal ones in their own order (as TopK has it); at most `most`. */
export function bestFirst(onnx: OnnxGraph, scores: OnnxValue, most = 2 ** 31): OnnxValue {
  return onnx.ops('TopK', [scores, atMost(onnx, scores, most)], 2, { axis: 0, largest: 1, sorted: 1 })[1];
}

/** Rows at some places along the first axis. */
export function at(onnx: OnnxGraph, values: OnnxValue, places: OnnxValue): OnnxValue {
  return onnx.op('Gather', [values, places], { axis: 0 });
}

/** Places where a bool [P] is true, int64. */
export function placesOf(onnx: OnnxGraph, test: OnnxValue): OnnxValue {
  return onnx.op('Squeeze', [onnx.op('NonZero', [test]), onnx.integers([0])]);
}

/**
 * `nonMaximumSuppression` for boxes that stand best first: ranks of those that are kept, ascending. The operator computes
 * overlaps in float32 in the same steps. Boxes whose corners are the wrong way round overlap with nothing there,
 * and get no area here.
 */
export function keptRanks(
  onnx: OnnxGraph,
  { coordinates, scores, classes }: LoweredProposals,
  perClass: boolean,
  iouThreshold: number,
  most: number,
): OnnxValue {
  const [low, high] = onnx.ops('Split', [coordinates], 2, { axis: 1, num_outputs: 2 });
  const corners = onnx.op('Concat', [low, onnx.op('Max', [low, high])], { axis: 1 });
  const groups = perClass ? scoresByClass(onnx, scores, classes) : onnx.op('Unsqueeze', [scores, onnx.integers([0])]);
  const front = onnx.integers([0]);
  const selected = onnx.op(
    'NonMaxSuppression',
    [
      onnx.op('Unsqueeze', [corners, front]),
      onnx.op('Unsqueeze', [groups, front]),
      onnx.integers([most]),
      onnx.floats([singleAtMost(iouThreshold)]),
      onnx.floats([lowest]),
    ],
    {},
    'selected',
  );
  const ranks = onnx.op('Gather', [selected, onnx.integer(2)], { axis: 1 });
  return onnx.ops('TopK', [ranks, atMost(onnx, ranks, most)], 2, { axis: 0, largest: 0, sorted: 1 })[0];
}

/** float32 [classes that occur, P]: the score of a box in the row of its class, nothing elsewhere. */
function scoresByClass(onnx: OnnxGraph, scores: OnnxValue, classes: OnnxValue): OnnxValue {
  const [found, , group] = onnx.ops('Unique', [classes], 3, { sorted: 1 });
  const count = onnx.op('Squeeze', [onnx.dim(found, 0)]);
  const rows = onnx.op('Range', [onnx.integer(0), count, onnx.integer(1)]);
  const own = onnx.op('Equal', [onnx.op('Unsqueeze', [rows, onnx.integers([1])]), group]);
  return onnx.op('Where', [own, scores, onnx.float(lowest)]);
}

/** What `boxesInOriginal` is for values: mapped in float64, clipped, and left out where nothing remains. */
export function loweredInOriginal(
  onnx: OnnxGraph,
  { coordinates, scores, classes }: LoweredProposals,
  geometry: OnnxValue,
  labels: readonly string[] | null,
): LoweredBoxes {
  const { add, mul, min, max, above } = doubles(onnx);
  const row = geometryRow(onnx, geometry);
  const [width, height, a, b, c, d, e, f] = row;
  const corners = onnx.ops('Split', [onnx.cast(coordinates, 'float64')], 4, { axis: 1, num_outputs: 4 });
  const [x1, y1, x2, y2] = corners;
  const mapped = (p: OnnxValue, q: OnnxValue, r: OnnxValue): readonly OnnxValue[] =>
    [
      [x1, y1],
      [x2, y1],
      [x1, y2],
      [x2, y2],
    ].map(([x, y]) => add(add(mul(p, x), mul(q, y)), r));
  const clipped = (type: 'Min' | 'Max', places: readonly OnnxValue[], limit: OnnxValue): OnnxValue =>
    min(max(onnx.op(type, places), 0), limit);
  const [xs, ys] = [mapped(a, b, c), mapped(d, e, f)];
  const [left, right] = [clipped('Min', xs, width), clipped('Max', xs, width)];
  const [top, bottom] = [clipped('Min', ys, height), clipped('Max', ys, height)];
  const remains = onnx.op('And', [above(right, left), above(bottom, top)]);
  const kept = placesOf(onnx, onnx.op('Squeeze', [remains, onnx.integers([1])]));
  const all = onnx.cast(onnx.op('Concat', [left, top, right, bottom], { axis: 1 }), 'float32');
  return {
    kind: 'boxes',
    coordinates: at(onnx, all, kept),
    scores: at(onnx, scores, kept),
    classes: onnx.cast(at(onnx, classes, kept), 'int32'),
    imageSize: onnx.cast(onnx.op('Concat', [width, height], { axis: 0 }), 'float32'),
    labels,
  };
}

/** The geometry of the one item there is: eight times float64 [1]. */
export function geometryRow(onnx: OnnxGraph, geometry: OnnxValue): readonly OnnxValue[] {
  const row = onnx.op('Reshape', [geometry, onnx.integers([8])]);
  return onnx.ops('Split', [row], 8, { axis: 0, num_outputs: 8 });
}

/** The boxes at some places. */
export function boxesAt(onnx: OnnxGraph, boxes: LoweredBoxes, places: OnnxValue): LoweredBoxes {
  return {
    ...boxes,
    coordinates: at(onnx, boxes.coordinates, places),
    scores: at(onnx, boxes.scores, places),
    classes: at(onnx, boxes.classes, places),
  };
}

/** What result.nms does. */
export function suppressedBoxes(
  onnx: OnnxGraph,
  boxes: LoweredBoxes,
  perClass: boolean,
  iouThreshold: number,
  most: number,
): LoweredBoxes {
  const sorted = boxesAt(onnx, boxes, bestFirst(onnx, boxes.scores));
  const classes = onnx.cast(sorted.classes, 'int64');
  return boxesAt(onnx, sorted, keptRanks(onnx, { ...sorted, classes }, perClass, iouThreshold, most));
}
