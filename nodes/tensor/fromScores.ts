import { defineNode } from '../../core/define/node.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { tensorResult } from '../kernels/loweredAxes.ts';

export const fromScores = defineNode({
  type: 'tensor.fromScores',
  version: 1,
  title: 'Scores to tensor',
  summary: 'Gives scores as a float32 tensor with a batch axis, ready for a model; labels are left behind.',
  keywords: ['classes', 'probabilities', 'logits', 'convert'],
  inputs: { scores: port.scores({ doc: 'One number per class.' }) },
  outputs: { tensor: port.tensor({ doc: 'float32 [1, classes].' }) },
  params: {},
  infer: ({ inputs }) => ({ tensor: { ...anyType.tensor, dtype: 'float32', shape: [1, inputs.scores.classes] } }),
  run: ({ inputs, owned }) => {
    const data = owned.has('scores') ? inputs.scores.data : inputs.scores.data.slice();
    return { tensor: { kind: 'tensor', dtype: 'float32', shape: [1, data.length], data } };
  },
  lower: ({ onnx, inputs: { scores } }) => ({
    tensor: tensorResult(onnx.op('Unsqueeze', [scores.scores, onnx.integers([1])])),
  }),
  mend: (from, to) => (from.kind === 'scores' && to.kinds.includes('tensor') ? {} : null),
  examples: [
    {
      title: 'Two probabilities to a batch of one',
      inputs: {
        scores: { kind: 'scores', data: Float32Array.of(0.25, 0.75), labels: ['cat', 'dog'], form: 'probabilities' },
      },
      outputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [1, 2], data: Float32Array.of(0.25, 0.75) } },
    },
  ],
});
