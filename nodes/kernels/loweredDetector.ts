import type { LoweredBoxes, LoweredImage, LoweredTensor, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { DetectionRule } from './detector.ts';
import { type Amount, amountValue } from './loweredAmount.ts';
import { at, bestFirst, keptRanks, type LoweredProposals, loweredInOriginal, placesOf } from './loweredBoxes.ts';
import { doubles } from './loweredChannels.ts';
import { sizeOf } from './loweredGeometry.ts';
import { activated } from './loweredRow.ts';
import { singleAtMost } from './singles.ts';

type Inputs = Readonly<Record<string, LoweredTensor | LoweredImage>>;
type Corners = 'xyxy' | 'yxyx' | 'cxcywh';

/** A detector's tensors as class scores and boxes, before anything is chosen. */
interface Raw {
  /** float32 [A, C]. */
  readonly scores: OnnxValue;
  /** [A, 4] as the model gives them. */
  readonly boxes: OnnxValue;
  readonly corners: Corners;
  /** What the numbers of a box are in: pixels (1) or the whole picture. */
  readonly unit: readonly [x: Amount, y: Amount];
}

/** What `detectBoxes` is for values, for one picture; numbers that are not finite are not refused. */
export function loweredDetector(
  onnx: OnnxGraph,
  rule: DetectionRule,
  inputs: Inputs,
  image: LoweredImage,
  labels: readonly string[] | null,
): LoweredBoxes {
  onnx.oneItem('boxes were decoded, of which each picture has its own number');
  const raw = rawOf(onnx, rule, inputs, image);
  const found = rule.classesPerBox === 'best' ? bestClasses(onnx, raw, rule) : everyClass(onnx, raw, rule);
  const order = bestFirst(onnx, found.scores, rule.maxCandidates);
  const boxes = at(onnx, raw.boxes, at(onnx, found.boxes, order));
  const sorted = {
    coordinates: cornersOf(onnx, boxes, raw),
    scores: at(onnx, found.scores, order),
    classes: at(onnx, found.classes, order),
  };
  return loweredInOriginal(onnx, suppressed(onnx, sorted, rule), image.geometry, labels);
}

function suppressed(onnx: OnnxGraph, sorted: LoweredProposals, rule: DetectionRule): LoweredProposals {
  const { suppress, iouThreshold, maxBoxes } = rule;
  const chosen = (values: OnnxValue): OnnxValue => {
    if (suppress === 'none')
      return onnx.op('Slice', [values, onnx.integers([0]), onnx.integers([maxBoxes]), onnx.integers([0])]);
    return at(onnx, values, ranks());
  };
  let kept: OnnxValue | null = null;
  const ranks = (): OnnxValue => {
    kept ??= keptRanks(onnx, sorted, suppress === 'class', iouThreshold, maxBoxes);
    return kept;
  };
  return {
    coordinates: chosen(sorted.coordinates),
    scores: chosen(sorted.scores),
    classes: chosen(sorted.classes),
  };
}

function rawOf(onnx: OnnxGraph, rule: DetectionRule, inputs: Inputs, image: LoweredImage): Raw {
  const { format } = rule;
  const part = (values: OnnxValue, from: number, to: number): OnnxValue =>
    onnx.op('Slice', [values, onnx.integers([from]), onnx.integers([to]), onnx.integers([1])]);
  if (format === 'yolov5' || format === 'yolov8') {
    const rows = matrixOf(onnx, inputs['predictions']);
    const all = format === 'yolov5' ? rows : onnx.op('Transpose', [rows], { perm: [1, 0] });
    const end = 2 ** 31;
    const scores = format === 'yolov5' ? onnx.op('Mul', [part(all, 4, 5), part(all, 5, end)]) : part(all, 4, end);
    return { scores: onnx.cast(scores, 'float32'), boxes: part(all, 0, 4), corners: 'cxcywh', unit: [1, 1] };
  }
  const size = sizeOf(onnx, image);
  const unit = [size.width, size.height] as const;
  const boxes = matrixOf(onnx, inputs['boxes']);
  const detr = format === 'detr';
  const activation = rule.activation !== 'format' ? rule.activation : detr ? 'softmax' : 'none';
  const logits = matrixOf(onnx, inputs[detr ? 'logits' : 'scores']);
  const scores = activated(onnx, onnx.cast(logits, 'float32'), activation);
  if (!detr) return { scores: withoutClass(onnx, scores, rule.background), boxes, corners: rule.corners, unit };
  // The last class is "no object", but with a sigmoid (Deformable DETR, RT-DETR) there is none.
  return { scores: activation === 'sigmoid' ? scores : part(scores, 0, -1), boxes, corners: 'cxcywh', unit };
}

/** The one matrix of a tensor [1, rows, columns] of one item, in float32, or in float64 if it is. */
function matrixOf(onnx: OnnxGraph, value: LoweredTensor | LoweredImage): OnnxValue {
  if (value.kind !== 'tensor') throw new TypeError('a detector reads tensors');
  const { tensor } = value;
  const floats = tensor.dtype === 'float64' ? tensor : onnx.cast(tensor, 'float32');
  return onnx.op('Squeeze', [floats, onnx.integers([0, 1])], {}, 'rows');
}

/** Scores of a class that is no object are put below every threshold. */
function withoutClass(onnx: OnnxGraph, scores: OnnxValue, background: number): OnnxValue {
  if (background < 0) return scores;
  const count = onnx.op('Squeeze', [onnx.dim(scores, 1)]);
  const numbers = onnx.op('Range', [onnx.integer(0), count, onnx.integer(1)]);
  return onnx.op('Where', [onnx.op('Equal', [numbers, onnx.integer(background)]), onnx.float(-1), scores]);
}

interface Found {
  /** Which box, int64 [P], and its class and score. */
  readonly boxes: OnnxValue;
  readonly classes: OnnxValue;
  readonly scores: OnnxValue;
}

function bestClasses(onnx: OnnxGraph, { scores }: Raw, { threshold }: DetectionRule): Found {
  const top = onnx.op('ReduceMax', [scores, onnx.integers([1])], { keepdims: 0 }, 'top');
  const best = onnx.op('ArgMax', [scores], { axis: 1, keepdims: 0 }, 'best');
  const boxes = placesOf(onnx, onnx.op('Greater', [top, onnx.float(singleAtMost(threshold))]));
  return { boxes, classes: at(onnx, best, boxes), scores: at(onnx, top, boxes) };
}

function everyClass(onnx: OnnxGraph, { scores }: Raw, { threshold }: DetectionRule): Found {
  const places = onnx.op('NonZero', [onnx.op('Greater', [scores, onnx.float(singleAtMost(threshold))])]);
  const [boxes, classes] = [0, 1].map((row) => onnx.op('Gather', [places, onnx.integer(row)], { axis: 0 }));
  const found = onnx.op('GatherND', [scores, onnx.op('Transpose', [places], { perm: [1, 0] })], {}, 'found');
  return { boxes, classes, scores: found };
}

/** x1, y1, x2, y2 in pixels of the picture that the model saw: float64, rounded to float32 at the end. */
function cornersOf(onnx: OnnxGraph, boxes: OnnxValue, { corners, unit }: Raw): OnnxValue {
  const { add, sub, mul, div } = doubles(onnx);
  const parts = onnx.ops('Split', [onnx.cast(boxes, 'float64')], 4, { axis: 1, num_outputs: 4 });
  const [p, q, r, s] = parts;
  const scaled = (value: OnnxValue, amount: Amount): OnnxValue =>
    amount === 1 ? value : mul(value, amountValue(onnx, amount));
  const [x, y] = unit;
  const ordered = (): readonly OnnxValue[] => {
    if (corners === 'xyxy') return [p, q, r, s];
    if (corners === 'yxyx') return [q, p, s, r];
    const [w, h] = [div(r, 2), div(s, 2)];
    return [sub(p, w), sub(q, h), add(p, w), add(q, h)];
  };
  const places = ordered().map((value, k) => scaled(value, k % 2 === 0 ? x : y));
  return onnx.cast(onnx.op('Concat', places, { axis: 1 }), 'float32');
}
