import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { namesOf } from '../kernels/attachLabels.ts';
import { bestScores } from '../kernels/loweredChoice.ts';
import { descendingOrder } from '../kernels/softmax.ts';

export const topK = defineNode({
  type: 'result.topK',
  version: 1,
  title: 'Top k',
  summary: 'Keeps the k best classes of scores, best first.',
  keywords: ['best', 'rank', 'sort', 'scores', 'classifier'],
  details:
    'Equal scores stay in class order. Classes without labels are called by their number. With fewer than k classes, all are kept.',
  inputs: { scores: port.scores({ doc: 'Scores of all classes.' }) },
  outputs: { scores: port.scores({ doc: 'The best classes, best first, with their scores as they were.' }) },
  params: { k: p.int({ default: 5, min: 1, max: 10_000, unit: 'classes', doc: 'How many classes to keep.' }) },
  infer: ({ inputs, params }) => {
    const { classes, form } = inputs.scores;
    const kept = typeof classes === 'number' ? Math.min(classes, params.k) : null;
    return { scores: { ...anyType.scores, classes: kept, form } };
  },
  run: ({ inputs, params }) => {
    const { data, labels, form } = inputs.scores;
    const order = descendingOrder(data).subarray(0, params.k);
    const names = namesOf(labels, data.length);
    return {
      scores: {
        kind: 'scores',
        data: Float32Array.from(order, (at) => data[at]),
        labels: Array.from(order, (at) => names[at]),
        form,
      },
    };
  },
  lower: ({ onnx, inputs, params }) => ({ scores: bestScores(onnx, inputs.scores, params.k) }),
  examples: [
    {
      title: 'The best two',
      params: { k: 2 },
      inputs: {
        scores: {
          kind: 'scores',
          data: Float32Array.of(0.25, 0.125, 0.625),
          labels: ['cat', 'cow', 'dog'],
          form: 'probabilities',
        },
      },
      outputs: {
        scores: { kind: 'scores', data: Float32Array.of(0.625, 0.25), labels: ['dog', 'cat'], form: 'probabilities' },
      },
    },
  ],
});
