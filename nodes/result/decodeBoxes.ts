import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { type PortSpec, port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { checkDetector, detectBoxes, detectorTensors } from '../kernels/detector.ts';
import { examplePicture } from '../kernels/examplePicture.ts';
import { loweredDetector } from '../kernels/loweredDetector.ts';

const picture = port.image({ doc: 'The picture that the model was given: its geometry leads back to the original.' });

const halved = { originalWidth: 16, originalHeight: 16, toOriginal: [2, 0, 0, 0, 2, 0] } as const;

export const decodeBoxes = defineNode({
  type: 'result.decodeBoxes',
  version: 1,
  title: 'Decode boxes',
  summary: "Turns a detector's raw tensors into labelled boxes in pixels of the original picture.",
  keywords: ['detector', 'yolo', 'ssd', 'detr', 'boxes', 'nms', 'objects'],
  details:
    'Formats: yolov5 [1, A, 5+C] with objectness; yolov8 [1, 4+C, A]; both with centre x, y, width, height in pixels. ssd: boxes [1, N, 4] as fractions, scores [1, N, C]. detr: logits [1, N, C+1] (softmax, the last class is "no object") and boxes [1, N, 4] as centre and size in fractions; set suppress to "none" for it. Boxes are thresholded, suppressed, mapped through resize, letterbox and crop to the original, and clipped to it.',
  inputs: (params): Readonly<Record<string, PortSpec<'tensor' | 'image', false>>> & { image: typeof picture } => ({
    ...Object.fromEntries(
      detectorTensors[params.format].map((spec) => [
        spec.port,
        port.tensor({ doc: `What the model gives: ${spec.shape}.` }),
      ]),
    ),
    image: picture,
  }),
  outputs: {
    boxes: port.boxes({ doc: 'Found things, best first, in pixels of the original picture; none is a value.' }),
  },
  params: {
    format: p.choice(['yolov5', 'yolov8', 'ssd', 'detr'], {
      default: 'yolov8',
      doc: 'How the model writes its boxes.',
    }),
    labels: p.file({ role: 'labels', optional: true, doc: 'One label per line, in class order.' }),
    threshold: p.number({ default: 0.25, min: 0, max: 1, doc: 'Boxes count whose score is above this.' }),
    suppress: p.choice(['class', 'all', 'none'], {
      default: 'class',
      doc: 'Which overlapping boxes drop each other: those of one class, all, or none (for DETR).',
    }),
    iouThreshold: p.number({
      default: 0.45,
      min: 0,
      max: 1,
      doc: 'Largest overlap (IoU) of two boxes that are both kept.',
    }),
    maxBoxes: p.int({ default: 300, min: 1, max: 100_000, unit: 'boxes', doc: 'Most boxes that are kept.' }),
    classesPerBox: p.choice(['best', 'all'], {
      default: 'best',
      doc: 'Whether a box counts for its best class only, or for every class above the threshold.',
      advanced: true,
    }),
    corners: p.choice(['xyxy', 'yxyx', 'cxcywh'], {
      default: 'xyxy',
      doc: 'For ssd: what the four numbers of a box are.',
      advanced: true,
    }),
    activation: p.choice(['format', 'none', 'sigmoid', 'softmax'], {
      default: 'format',
      doc: 'For ssd and detr: what is applied to class scores first; "format": none for ssd, softmax for detr.',
      advanced: true,
    }),
    background: p.int({
      default: 0,
      min: -1,
      max: 100_000,
      doc: 'For ssd: the class that is no object; -1 for none.',
      advanced: true,
    }),
    maxCandidates: p.int({
      default: 30_000,
      min: 1,
      max: 1_000_000,
      unit: 'boxes',
      doc: 'Most boxes above the threshold that are compared with each other; the best of them.',
      advanced: true,
    }),
  },
  infer: ({ inputs, params, files, report }) => {
    const labels = files.labels?.labels ?? null;
    checkDetector(params.format, inputs, labels, report);
    return { boxes: { ...anyType.boxes, labels } };
  },
  run: ({ inputs, params, files }) => ({
    boxes: detectBoxes(params, inputs, inputs.image, files.labels?.labels ?? null),
  }),
  lower: ({ onnx, inputs, params, files }) => ({
    boxes: loweredDetector(onnx, params, inputs, inputs.image, files.labels?.labels ?? null),
  }),
  lowerTolerance: 1e-6, // Of scores that a softmax or sigmoid made; the rest is the same.
  examples: [
    {
      title: 'One box of yolov8 form on a picture that was halved',
      inputs: {
        predictions: {
          kind: 'tensor',
          dtype: 'float32',
          shape: [1, 6, 1],
          data: Float32Array.of(4, 4, 4, 2, 0.125, 0.75),
        },
        image: examplePicture(8, 8, 'grey', new Array(64).fill(0), halved),
      },
      outputs: {
        boxes: {
          kind: 'boxes',
          imageWidth: 16,
          imageHeight: 16,
          coordinates: Float32Array.of(4, 6, 12, 10),
          scores: Float32Array.of(0.75),
          classes: Int32Array.of(1),
          labels: null,
        },
      },
    },
  ],
});
