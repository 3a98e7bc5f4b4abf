import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { namesOf } from '../kernels/attachLabels.ts';
import { boxesFrom, scoresFrom } from '../kernels/loweredChoice.ts';
import { selectBoxes } from '../kernels/mapBoxes.ts';

export const threshold = defineNode({
  type: 'result.threshold',
  version: 1,
  title: 'Threshold',
  summary: 'Keeps the classes or boxes whose score is at least the threshold.',
  keywords: ['filter', 'confidence', 'cut', 'scores', 'boxes', 'tags'],
  details:
    'What is kept stays in its order. Nothing above the threshold is a value too: scores of no class, or no boxes.',
  inputs: { value: port.oneOf(['scores', 'boxes'], { doc: 'Scores or boxes.' }) },
  outputs: { value: port.oneOf(['scores', 'boxes'], { doc: 'The same kind, with what reaches the threshold.' }) },
  params: {
    threshold: p.number({
      default: 0.5,
      min: -1e9,
      max: 1e9,
      doc: 'Lowest score that is kept, in the unit of the scores.',
    }),
  },
  infer: ({ inputs: { value } }) => ({
    value: value.kind === 'boxes' ? value : { ...anyType.scores, sequence: value.sequence, form: value.form },
  }),
  run: ({ inputs: { value }, params }) => {
    const numbers = value.kind === 'boxes' ? value.scores : value.data;
    const kept: number[] = [];
    for (let i = 0; i < numbers.length; i++) if (numbers[i] >= params.threshold) kept.push(i);
    if (value.kind === 'boxes') return { value: selectBoxes(value, kept) };
    const names = namesOf(value.labels, numbers.length);
    const data = Float32Array.from(kept, (i) => numbers[i]);
    return { value: { kind: 'scores', data, labels: kept.map((i) => names[i]), form: value.form } };
  },
  lower: ({ onnx, inputs: { value }, params: { threshold } }) => ({
    value: value.kind === 'boxes' ? boxesFrom(onnx, value, threshold) : scoresFrom(onnx, value, threshold),
  }),
  examples: [
    {
      title: 'Tags that are likely',
      inputs: {
        value: {
          kind: 'scores',
          data: Float32Array.of(0.75, 0.25, 0.5),
          labels: ['rain', 'sun', 'wind'],
          form: 'independent',
        },
      },
      outputs: {
        value: { kind: 'scores', data: Float32Array.of(0.75, 0.5), labels: ['rain', 'wind'], form: 'independent' },
      },
    },
  ],
});
