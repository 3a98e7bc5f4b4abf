import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { checkLabelCount, labelsFor } from '../kernels/attachLabels.ts';
import { activated, loweredRow } from '../kernels/loweredRow.ts';
import { checkRow, finiteRow } from '../kernels/scoreRow.ts';
import { sigmoid as sigmoidOf } from '../kernels/softmax.ts';

export const sigmoid = defineNode({
  type: 'result.sigmoid',
  version: 1,
  title: 'Sigmoid',
  summary: 'Turns the logits of a tagger into one independent probability per label.',
  keywords: ['multi-label', 'tagging', 'probabilities', 'logits', 'scores'],
  details:
    'p_i = 1 / (1 + exp(-x_i / T)), each class for itself: several can be likely at once. For one class out of many, use result.softmax.',
  inputs: {
    logits: port.oneOf(['tensor', 'scores'], {
      doc: 'Logits: a tensor of shape [classes] or [1, classes], or scores.',
    }),
  },
  outputs: { scores: port.scores({ doc: 'One probability per class; they need not sum to 1.' }) },
  params: {
    labels: p.file({
      role: 'labels',
      optional: true,
      doc: 'One label per line, in class order. Empty: labels of the input, if any.',
    }),
    temperature: p.number({
      default: 1,
      min: 0.001,
      max: 1000,
      doc: 'Divides the logits: above 1 softens, below 1 sharpens.',
    }),
  },
  infer: ({ inputs, files, report }) => {
    const row = checkRow(inputs.logits, 'logits', report);
    const labels = files.labels?.labels;
    checkLabelCount(labels, row.classes, report);
    const classes = labels?.length ?? row.classes;
    return { scores: { ...anyType.scores, classes, labels: labels ?? row.labels, form: 'independent' } };
  },
  run: ({ inputs, params, files }) => {
    const row = finiteRow(inputs.logits, 'logits');
    const labels = labelsFor(files.labels?.labels, row.data.length) ?? row.labels;
    const data = sigmoidOf(row.data, params.temperature);
    return { scores: { kind: 'scores', data, labels, form: 'independent' } };
  },
  lower: ({ onnx, inputs: { logits }, params, files }) => {
    const row = loweredRow(onnx, logits);
    const scores = activated(onnx, row.scores, 'sigmoid', params.temperature);
    return { scores: { kind: 'scores', scores, labels: files.labels?.labels ?? row.labels, form: 'independent' } };
  },
  // exp differs in the last bit of a double, which may show in that of a float32.
  lowerTolerance: 1e-7,
  examples: [
    {
      title: 'Two labels at once',
      inputs: { logits: { kind: 'tensor', dtype: 'float32', shape: [3], data: Float32Array.of(0, 2, -2) } },
      outputs: {
        scores: { kind: 'scores', data: Float32Array.of(0.5, 0.8807971, 0.1192029), labels: null, form: 'independent' },
      },
      tolerance: 1e-7,
    },
  ],
});
