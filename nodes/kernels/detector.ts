import type { Dim, WireType } from '../../core/kinds/type.ts';
import type { BoxesValue, ImageValue, TensorValue } from '../../core/kinds/value.ts';
import { Problem, type ProblemInit } from '../../core/problems/problem.ts';
import type { ProblemCode } from '../../core/problems/table.ts';
import { decodeNormalised, decodeYolov5, decodeYolov8, type ProposalRule, type Proposals } from './boxDecode.ts';
import { countNonFinite } from './finite.ts';
import { requireLabels } from './labelRange.ts';
import { boxesInOriginal } from './mapBoxes.ts';
import { nonMaximumSuppression } from './nms.ts';
import { descendingOrder } from './softmax.ts';
import { numbersOf } from './tensor.ts';

export type DetectorFormat = 'yolov5' | 'yolov8' | 'ssd' | 'detr';

interface DetectorRule extends Omit<ProposalRule, 'background'> {
  readonly format: DetectorFormat;
  readonly corners: 'xyxy' | 'yxyx' | 'cxcywh';
  readonly activation: 'format' | 'none' | 'sigmoid' | 'softmax';
  readonly background: number;
  readonly maxCandidates: number;
}

/** Tensors of each format: port, shape in words, and the axis that counts classes with what must be taken off it. */
export const detectorTensors = {
  yolov5: [{ port: 'predictions', shape: '[1, boxes, 5 + classes]', classAxis: 2, extra: 5 }],
  yolov8: [{ port: 'predictions', shape: '[1, 4 + classes, boxes]', classAxis: 1, extra: 4 }],
  ssd: [
    { port: 'boxes', shape: '[1, boxes, 4]', classAxis: null, extra: 0 },
    { port: 'scores', shape: '[1, boxes, classes]', classAxis: 2, extra: 0 },
  ],
  detr: [
    { port: 'boxes', shape: '[1, boxes, 4]', classAxis: null, extra: 0 },
    { port: 'logits', shape: '[1, boxes, classes + 1]', classAxis: 2, extra: 0 },
  ],
} as const;

export interface DetectionRule extends DetectorRule {
  readonly suppress: 'class' | 'all' | 'none';
  readonly iouThreshold: number;
  readonly maxBoxes: number;
}

/** From raw tensors to boxes in the original picture: threshold, suppression, mapping, clipping. Throws as `readProposals`. */
export function detectBoxes(
  rule: DetectionRule,
  inputs: Readonly<Record<string, TensorValue | ImageValue>>,
  image: ImageValue,
  labels: readonly string[] | null,
): BoxesValue {
  const proposals = readProposals(rule, inputs, image);
  if (labels !== null) requireLabels(labels, proposals.classes);
  const { coordinates, scores } = proposals;
  const classes = rule.suppress === 'class' ? proposals.classes : null;
  const overlap = rule.suppress === 'none' ? Number.POSITIVE_INFINITY : rule.iouThreshold;
  const kept = nonMaximumSuppression(coordinates, scores, classes, overlap, rule.maxBoxes);
  return boxesInOriginal(proposals, kept, image.geometry, labels);
}

/** Reads the raw tensors of a detector. Throws `value-shape`, `value-invalid` and `value-nonfinite`. */
export function readProposals(
  rule: DetectorRule,
  inputs: Readonly<Record<string, TensorValue | ImageValue>>,
  image: ImageValue,
): Proposals {
  const [first, second] = detectorTensors[rule.format].map((spec) => tensorAt(inputs, spec));
  const plain: ProposalRule = { threshold: rule.threshold, classesPerBox: rule.classesPerBox, background: -1 };
  if (rule.format === 'yolov5') {
    const [, count, width] = first.shape;
    return best(decodeYolov5(first.data, count, width - 5, plain), rule.maxCandidates);
  }
  if (rule.format === 'yolov8') {
    const [, height, count] = first.shape;
    return best(decodeYolov8(first.data, count, height - 4, plain), rule.maxCandidates);
  }
  if (first.shape[1] !== second.shape[1]) {
    throw new Problem('value-shape', {
      message: `There are ${first.shape[1]} boxes, but scores of ${second.shape[1]}.`,
      fix: 'Wire the boxes and the scores of one model.',
      where: { port: 'boxes' },
    });
  }
  const classes = second.shape[2];
  const detr = rule.format === 'detr';
  const activation = rule.activation !== 'format' ? rule.activation : detr ? 'softmax' : 'none';
  // With a sigmoid (Deformable DETR, RT-DETR) there is no class for "no object".
  const background = detr ? (activation === 'sigmoid' ? -1 : classes - 1) : rule.background;
  const input = {
    boxes: first.data,
    layout: detr ? ('cxcywh' as const) : rule.corners,
    scores: second.data,
    classes,
    activation,
    width: image.width,
    height: image.height,
  };
  return best(decodeNormalised(input, { ...plain, background }), rule.maxCandidates);
}

/** The best `count` proposals, when there are more. */
function best(all: Proposals, count: number): Proposals {
  if (all.scores.length <= count) return all;
  const kept = descendingOrder(all.scores).subarray(0, count).sort();
  const coordinates = new Float32Array(count * 4);
  for (let k = 0; k < count; k++) coordinates.set(all.coordinates.subarray(kept[k] * 4, kept[k] * 4 + 4), k * 4);
  return {
    coordinates,
    scores: Float32Array.from(kept, (at) => all.scores[at]),
    classes: Int32Array.from(kept, (at) => all.classes[at]),
  };
}

type TensorSpec = (typeof detectorTensors)[DetectorFormat][number];

function tensorAt(
  inputs: Readonly<Record<string, TensorValue | ImageValue>>,
  spec: TensorSpec,
): { readonly shape: readonly number[]; readonly data: ArrayLike<number> } {
  const value = inputs[spec.port];
  if (value?.kind !== 'tensor' || value.dtype === 'string') {
    throw new Problem('value-invalid', {
      message: `"${spec.port}" expects a tensor of numbers ${spec.shape}, but got ${value?.kind === 'tensor' ? 'strings' : (value?.kind ?? 'nothing')}.`,
      fix: "Wire the detector's output to it.",
      where: { port: spec.port },
    });
  }
  const fault = shapeFault(spec, value.shape);
  if (fault !== null) throw new Problem('value-shape', fault);
  const data = numbersOf(value);
  const bad = countNonFinite(data);
  if (bad > 0) {
    throw new Problem('value-nonfinite', {
      message: `"${spec.port}" holds ${bad} NaN or infinite numbers of ${data.length}.`,
      fix: 'Look for the cause in the model or its input: often a wrong normalisation, or float16 overflow.',
      where: { port: spec.port },
    });
  }
  return { shape: value.shape, data };
}

/** What is wrong with the shape of one of a detector's tensors; null when nothing is known to be. */
function shapeFault(spec: TensorSpec, shape: readonly Dim[]): ProblemInit | null {
  const classes = spec.classAxis === null ? null : shape[spec.classAxis];
  const fits =
    shape.length === 3 &&
    !(typeof shape[0] === 'number' && shape[0] !== 1) &&
    !(typeof classes === 'number' && classes < spec.extra + 1) &&
    !(spec.classAxis === null && typeof shape[2] === 'number' && shape[2] !== 4);
  if (fits) return null;
  return {
    message: `"${spec.port}" expects a tensor of shape ${spec.shape}, but got [${shape.join(', ')}].`,
    fix: 'Set `format` to what the model writes; tensor.transpose and tensor.reshape bring other layouts to it.',
    where: { port: spec.port },
  };
}

/** Reports shapes and label counts that cannot be. */
export function checkDetector(
  format: DetectorFormat,
  inputs: Readonly<Record<string, WireType | undefined>>,
  labels: readonly string[] | null,
  report: (code: ProblemCode, problem: ProblemInit) => void,
): void {
  for (const spec of detectorTensors[format]) {
    const type = inputs[spec.port];
    if (type?.kind !== 'tensor' || type.shape === null) continue;
    const fault = shapeFault(spec, type.shape);
    if (fault !== null) report('wire-shape', fault);
    const size = spec.classAxis === null ? null : type.shape[spec.classAxis];
    if (fault !== null || labels === null || typeof size !== 'number') continue;
    const classes = size - spec.extra;
    // The label file of a DETR may leave out its last class, "no object".
    if (labels.length === classes || (format === 'detr' && labels.length === classes - 1)) continue;
    report('asset-invalid', {
      message: `The label file has ${labels.length} labels, but a ${format} tensor of shape [${type.shape.join(', ')}] has ${classes} classes.`,
      fix: 'Use the label file of this model, or set `format` to what the model writes.',
      where: { param: 'labels' },
    });
  }
}
