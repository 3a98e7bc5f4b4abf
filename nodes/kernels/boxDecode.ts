import { sigmoid, softmax } from './softmax.ts';

/** Boxes that a detector proposes: x1, y1, x2, y2 per box in pixels of the picture that the model saw. */
export interface Proposals {
  readonly coordinates: Float32Array;
  readonly scores: Float32Array;
  readonly classes: Int32Array;
}

export interface ProposalRule {
  /** A class of a box counts when its score is above this (as the reference implementations have it, not equal). */
  readonly threshold: number;
  /** `best`: one class per box; `all`: a box for each class above the threshold. */
  readonly classesPerBox: 'best' | 'all';
  /** Class that is no object, -1 for none. */
  readonly background: number;
}

/** Reads the class scores of box `box` into `row`. */
type ScoreReader = (box: number, row: Float32Array) => void;
/** Writes x1, y1, x2, y2 of box `box` to `out`. */
type BoxReader = (box: number, out: Float64Array) => void;

function collect(
  count: number,
  classes: number,
  rule: ProposalRule,
  scoresOf: ScoreReader,
  boxOf: BoxReader,
): Proposals {
  const coordinates: number[] = [];
  const scores: number[] = [];
  const found: number[] = [];
  const row = new Float32Array(classes);
  const box = new Float64Array(4);
  const take = (c: number) => {
    coordinates.push(box[0], box[1], box[2], box[3]);
    scores.push(row[c]);
    found.push(c);
  };
  for (let b = 0; b < count; b++) {
    scoresOf(b, row);
    let best = -1;
    for (let c = 0; c < classes; c++) {
      if (c !== rule.background && row[c] > rule.threshold && (best < 0 || row[c] > row[best])) best = c;
    }
    if (best < 0) continue;
    boxOf(b, box);
    if (rule.classesPerBox === 'best') take(best);
    else for (let c = 0; c < classes; c++) if (c !== rule.background && row[c] > rule.threshold) take(c);
  }
  return {
    coordinates: Float32Array.from(coordinates),
    scores: Float32Array.from(scores),
    classes: Int32Array.from(found),
  };
}

/** [A, 5 + C] row by row: centre x, y, width, height in pixels, objectness, then class scores; score = objectness * class. */
export function decodeYolov5(data: ArrayLike<number>, boxes: number, classes: number, rule: ProposalRule): Proposals {
  const width = 5 + classes;
  return collect(
    boxes,
    classes,
    rule,
    (b, row) => {
      const at = b * width;
      for (let c = 0; c < classes; c++) row[c] = data[at + 4] * data[at + 5 + c];
    },
    (b, out) => centreToCorners(data, b * width, 1, 1, 1, out),
  );
}

/** [4 + C, A] column by column: centre x, y, width, height in pixels, then class scores. */
export function decodeYolov8(data: ArrayLike<number>, boxes: number, classes: number, rule: ProposalRule): Proposals {
  return collect(
    boxes,
    classes,
    rule,
    (b, row) => {
      for (let c = 0; c < classes; c++) row[c] = data[(4 + c) * boxes + b];
    },
    (b, out) => centreToCorners(data, b, boxes, 1, 1, out),
  );
}

export interface NormalisedBoxes {
  /** [N, 4], as fractions of the picture. */
  readonly boxes: ArrayLike<number>;
  readonly layout: 'xyxy' | 'yxyx' | 'cxcywh';
  /** [N, C] */
  readonly scores: ArrayLike<number>;
  readonly classes: number;
  readonly activation: 'none' | 'sigmoid' | 'softmax';
  /** Of the picture that the model saw. */
  readonly width: number;
  readonly height: number;
}

/** SSD- and DETR-style: boxes and class scores in two tensors, boxes as fractions of the picture. */
export function decodeNormalised(input: NormalisedBoxes, rule: ProposalRule): Proposals {
  const { boxes, scores, classes, width, height } = input;
  const raw = new Float32Array(classes);
  return collect(
    boxes.length / 4,
    classes,
    rule,
    (b, row) => {
      for (let c = 0; c < classes; c++) raw[c] = scores[b * classes + c];
      row.set(input.activation === 'softmax' ? softmax(raw) : input.activation === 'sigmoid' ? sigmoid(raw) : raw);
    },
    (b, out) => {
      const at = b * 4;
      if (input.layout === 'cxcywh') {
        centreToCorners(boxes, at, 1, width, height, out);
        return;
      }
      const swap = input.layout === 'yxyx' ? 1 : 0;
      out[0] = boxes[at + swap] * width;
      out[1] = boxes[at + 1 - swap] * height;
      out[2] = boxes[at + 2 + swap] * width;
      out[3] = boxes[at + 3 - swap] * height;
    },
  );
}

/** Centre and size to corners (torchvision.ops.box_convert cxcywh to xyxy), scaled. */
function centreToCorners(
  data: ArrayLike<number>,
  at: number,
  step: number,
  scaleX: number,
  scaleY: number,
  out: Float64Array,
): void {
  const halfWidth = data[at + 2 * step] / 2;
  const halfHeight = data[at + 3 * step] / 2;
  out[0] = (data[at] - halfWidth) * scaleX;
  out[1] = (data[at + step] - halfHeight) * scaleY;
  out[2] = (data[at] + halfWidth) * scaleX;
  out[3] = (data[at + step] + halfHeight) * scaleY;
}
