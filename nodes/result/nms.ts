import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { suppressedBoxes } from '../kernels/loweredBoxes.ts';
import { selectBoxes } from '../kernels/mapBoxes.ts';
import { nonMaximumSuppression } from '../kernels/nms.ts';

export const nms = defineNode({
  type: 'result.nms',
  version: 1,
  title: 'Non-maximum suppression',
  summary: 'Drops boxes that overlap a better one too much, of the same class or of any.',
  keywords: ['nms', 'overlap', 'iou', 'boxes', 'detector', 'duplicates'],
  details:
    'Exactly torchvision.ops.batched_nms (class by class) and torchvision.ops.nms: float32 arithmetic, boxes are dropped whose IoU is above the threshold, equal scores keep their order.',
  inputs: { boxes: port.boxes({ doc: 'Boxes with scores.' }) },
  outputs: { boxes: port.boxes({ doc: 'The boxes that are kept, best first.' }) },
  params: {
    iouThreshold: p.number({
      default: 0.5,
      min: 0,
      max: 1,
      doc: 'Largest overlap, as intersection over union, that two kept boxes may have.',
    }),
    classAware: p.boolean({ default: true, doc: 'Only boxes of one class drop each other.' }),
    maxBoxes: p.int({ default: 300, min: 1, max: 100_000, unit: 'boxes', doc: 'Most boxes that are kept.' }),
  },
  infer: ({ inputs }) => ({ boxes: inputs.boxes }),
  run: ({ inputs: { boxes }, params }) => {
    const classes = params.classAware ? boxes.classes : null;
    const kept = nonMaximumSuppression(boxes.coordinates, boxes.scores, classes, params.iouThreshold, params.maxBoxes);
    return { boxes: selectBoxes(boxes, kept) };
  },
  lower: ({ onnx, inputs: { boxes }, params: { classAware, iouThreshold, maxBoxes } }) => ({
    boxes: suppressedBoxes(onnx, boxes, classAware, iouThreshold, maxBoxes),
  }),
  examples: [
    {
      title: 'Two boxes on one thing: the better stays (their IoU is 0.6)',
      inputs: {
        boxes: {
          kind: 'boxes',
          imageWidth: 20,
          imageHeight: 20,
          coordinates: Float32Array.of(0, 0, 8, 8, 2, 0, 10, 8, 12, 12, 20, 20),
          scores: Float32Array.of(0.75, 0.875, 0.5),
          classes: Int32Array.of(0, 0, 0),
          labels: ['face'],
        },
      },
      outputs: {
        boxes: {
          kind: 'boxes',
          imageWidth: 20,
          imageHeight: 20,
          coordinates: Float32Array.of(2, 0, 10, 8, 12, 12, 20, 20),
          scores: Float32Array.of(0.875, 0.5),
          classes: Int32Array.of(0, 0),
          labels: ['face'],
        },
      },
    },
  ],
});
