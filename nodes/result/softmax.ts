import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { checkLabelCount, labelsFor } from '../kernels/attachLabels.ts';
import { activated, loweredRow } from '../kernels/loweredRow.ts';
import { checkRow, finiteRow } from '../kernels/scoreRow.ts';
import { softmax as softmaxOf } from '../kernels/softmax.ts';

export const softmax = defineNode({
  type: 'result.softmax',
  version: 1,
  title: 'Softmax',
  summary: "Turns a classifier's logits into probabilities that sum to 1, with labels from a file.",
  keywords: ['classifier', 'probabilities', 'logits', 'labels', 'temperature', 'scores'],
  details:
    'p_i = exp(x_i / T) / sum_j exp(x_j / T), computed in double precision. For one class out of many; where several can hold at once, use result.sigmoid.',
  inputs: {
    logits: port.oneOf(['tensor', 'scores'], {
      doc: 'Logits: a tensor of shape [classes] or [1, classes], or scores.',
    }),
  },
  outputs: { scores: port.scores({ doc: 'One probability per class.' }) },
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
  mend: (from, to) => (from.kind === 'tensor' && to.kinds.includes('scores') ? {} : null),
  infer: ({ inputs, files, report }) => {
    const row = checkRow(inputs.logits, 'logits', report);
    const labels = files.labels?.labels;
    checkLabelCount(labels, row.classes, report);
    const classes = labels?.length ?? row.classes;
    return { scores: { ...anyType.scores, classes, labels: labels ?? row.labels, form: 'probabilities' } };
  },
  run: ({ inputs, params, files }) => {
    const row = finiteRow(inputs.logits, 'logits');
    const labels = labelsFor(files.labels?.labels, row.data.length) ?? row.labels;
    const data = softmaxOf(row.data, params.temperature);
    return { scores: { kind: 'scores', data, labels, form: 'probabilities' } };
  },
  lower: ({ onnx, inputs: { logits }, params, files }) => {
    const row = loweredRow(onnx, logits);
    const scores = activated(onnx, row.scores, 'softmax', params.temperature);
    return { scores: { kind: 'scores', scores, labels: files.labels?.labels ?? row.labels, form: 'probabilities' } };
  },
  // exp differs in the last bit of a double, which may show in that of a float32.
  lowerTolerance: 1e-7,
  examples: [
    {
      title: 'Three logits',
      inputs: { logits: { kind: 'tensor', dtype: 'float32', shape: [1, 3], data: Float32Array.of(1, 2, 3) } },
      outputs: {
        scores: {
          kind: 'scores',
          data: Float32Array.of(0.09003057, 0.24472848, 0.66524094),
          labels: null,
          form: 'probabilities',
        },
      },
      tolerance: 1e-7,
    },
  ],
});
