import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { invertAffine, originalGeometry } from '../../core/kinds/geometry.ts';
import { anyType } from '../../core/kinds/type.ts';
import { labelsFor } from '../kernels/attachLabels.ts';
import { maskOfLogits, maskOfOriginal } from '../kernels/loweredMask.ts';
import { segment } from '../kernels/segment.ts';
import { classPlanes, requireMaskRoom } from '../kernels/segmentPlanes.ts';

export const segmentation = defineNode({
  type: 'result.segmentation',
  version: 1,
  title: 'Segmentation',
  summary: "Turns a segmentation model's logits into a mask: the best class of each pixel of the original picture.",
  keywords: ['mask', 'semantic', 'segment', 'pixels', 'argmax', 'background removal'],
  details:
    'Logits are enlarged bilinearly (as torch interpolates with align_corners=False) before the best class is taken, so edges are smooth. With the picture wired that the model was given, its geometry leads through resize, letterbox and crop back to the original; without it the mask has the size of the logits.',
  inputs: {
    logits: port.tensor({ shape: [1, null, null, null], doc: 'Logits of shape [1, classes, height, width].' }),
    image: port.image({ optional: true, doc: 'The picture that was given to the model.' }),
  },
  outputs: {
    mask: port.mask({ doc: 'One class per pixel; with one plane of logits, 1 for the thing and 0 for the rest.' }),
  },
  params: {
    labels: p.file({ role: 'labels', optional: true, doc: 'One label per line, in class order.' }),
    threshold: p.number({
      default: 0.5,
      min: 0.001,
      max: 0.999,
      doc: 'With one plane of logits: the probability from which on a pixel belongs to the thing.',
    }),
    outside: p.int({
      default: 0,
      min: 0,
      max: 255,
      doc: 'The class of pixels that the model never saw, e.g. cropped off.',
    }),
  },
  infer: ({ inputs, files, report }) => {
    const { shape } = inputs.logits;
    const planes = shape?.[1];
    if (typeof planes === 'number' && planes > 256) {
      report('wire-shape', {
        message: `There are ${planes} planes of logits, but a mask holds at most 256 classes.`,
        fix: 'Check that the logits are [1, classes, height, width]; tensor.transpose brings [1, height, width, classes] to it.',
        where: { port: 'logits' },
      });
    }
    const labels = files.labels?.labels;
    if (typeof planes === 'number' && labels !== undefined && labels.length !== Math.max(planes, 2)) {
      report('asset-invalid', {
        message: `The label file has ${labels.length} labels, but there are ${Math.max(planes, 2)} classes.`,
        fix: 'Use the label file of this model: one line per class.',
        where: { param: 'labels' },
      });
    }
    if (inputs.image !== undefined) return { mask: anyType.mask };
    return { mask: { ...anyType.mask, width: shape?.[3] ?? null, height: shape?.[2] ?? null } };
  },
  run: ({ inputs, params, files, host }) => {
    const planes = classPlanes(inputs.logits);
    const labels = labelsFor(files.labels?.labels, Math.max(planes.classes, 2));
    const { image } = inputs;
    const geometry = image?.geometry ?? originalGeometry(planes.width, planes.height);
    const { originalWidth: width, originalHeight: height } = geometry;
    requireMaskRoom(width, height, host.limits.imagePixels);
    const [a, b, c, d, e, f] = invertAffine(geometry.toOriginal);
    const sx = planes.width / (image?.width ?? planes.width);
    const sy = planes.height / (image?.height ?? planes.height);
    const cut = Math.log(params.threshold / (1 - params.threshold));
    const toPlanes = [a * sx, b * sx, c * sx, d * sy, e * sy, f * sy] as const;
    const data = segment(planes, width, height, toPlanes, params.outside, cut);
    return { mask: { kind: 'mask', width, height, data, labels } };
  },
  lower: ({ onnx, inputs: { logits, image }, params, files, types }) => {
    const { threshold, outside } = params;
    const cut = Math.log(threshold / (1 - threshold));
    const classes = types.logits.shape?.[1] ?? null;
    const rule = { labels: files.labels?.labels ?? null, cut, outside, classes };
    if (image === undefined) return { mask: maskOfLogits(onnx, logits.tensor, rule) };
    return { mask: maskOfOriginal(onnx, logits.tensor, image, rule) };
  },
  examples: [
    {
      title: 'Two classes on two by two pixels',
      inputs: {
        logits: {
          kind: 'tensor',
          dtype: 'float32',
          shape: [1, 2, 2, 2],
          data: Float32Array.of(1, 0, 0, 1, 0, 1, 1, 0),
        },
      },
      outputs: { mask: { kind: 'mask', width: 2, height: 2, data: Uint8Array.of(0, 1, 1, 0), labels: null } },
    },
  ],
});
