import { defineNode } from '../../core/define/node.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { Problem } from '../../core/problems/problem.ts';
import { namesOf } from '../kernels/attachLabels.ts';
import { indexOfMax } from '../kernels/softmax.ts';

export const argmax = defineNode({
  type: 'result.argmax',
  version: 1,
  title: 'Best label',
  summary: 'Names the class with the highest score, as text and as JSON.',
  keywords: ['argmax', 'winner', 'label', 'class', 'decision'],
  details: 'Of equal scores the first wins. A class without a label is called by its number.',
  inputs: { scores: port.scores({ doc: 'Scores of all classes; at least one.' }) },
  outputs: {
    label: port.text({ doc: 'The label of the best class.' }),
    result: port.json({ doc: 'The best class: { index, label, score }.' }),
  },
  params: {},
  infer: () => ({ label: anyType.text, result: anyType.json }),
  run: ({ inputs }) => {
    const { data, labels } = inputs.scores;
    const index = indexOfMax(data);
    if (index < 0) {
      throw new Problem('value-invalid', {
        message: 'There is no best class: the scores hold no class at all.',
        fix: 'Lower the threshold before this node, or wire the scores of all classes.',
        where: { port: 'scores' },
      });
    }
    const label = namesOf(labels, data.length)[index];
    return {
      label: { kind: 'text', text: label },
      result: { kind: 'json', json: { index, label, score: data[index] } },
    };
  },
  examples: [
    {
      title: 'Dog wins',
      inputs: {
        scores: { kind: 'scores', data: Float32Array.of(0.25, 0.75), labels: ['cat', 'dog'], form: 'probabilities' },
      },
      outputs: {
        label: { kind: 'text', text: 'dog' },
        result: { kind: 'json', json: { index: 1, label: 'dog', score: 0.75 } },
      },
    },
  ],
});
