import type { LoweredBoxes, LoweredScores, OnnxGraph } from '../../core/define/lower.ts';
import { boxesAt, placesOf } from './loweredBoxes.ts';
import { singleAtLeast } from './singles.ts';

/** The k best classes of each item, best first, equal ones in class order. */
export function bestScores(onnx: OnnxGraph, value: LoweredScores, k: number): LoweredScores {
  const classes = value.scores.shape?.[1];
  const count =
    typeof classes === 'number'
      ? onnx.integers([Math.min(classes, k)])
      : onnx.op('Min', [onnx.dim(value.scores, 1), onnx.integers([k])]);
  const [scores, chosen] = onnx.ops('TopK', [value.scores, count], 2, { axis: 1, largest: 1, sorted: 1 });
  return { ...value, scores, chosen };
}

/** Classes whose score is at least `threshold`, in their order; how many is each item's own. */
export function scoresFrom(onnx: OnnxGraph, value: LoweredScores, threshold: number): LoweredScores {
  onnx.oneItem('scores were chosen by a threshold, each item has its own number of them');
  const enough = onnx.op('GreaterOrEqual', [value.scores, onnx.float(singleAtLeast(threshold))]);
  const places = placesOf(onnx, onnx.op('Squeeze', [enough, onnx.integers([0])]));
  const scores = onnx.op('Gather', [value.scores, places], { axis: 1 });
  return { ...value, scores, chosen: onnx.op('Unsqueeze', [places, onnx.integers([0])]) };
}

/** Boxes whose score is at least `threshold`, in their order. */
export function boxesFrom(onnx: OnnxGraph, boxes: LoweredBoxes, threshold: number): LoweredBoxes {
  const enough = onnx.op('GreaterOrEqual', [boxes.scores, onnx.float(singleAtLeast(threshold))]);
  return boxesAt(onnx, boxes, placesOf(onnx, enough));
}
