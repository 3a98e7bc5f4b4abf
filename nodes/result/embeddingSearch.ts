import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { indexOf, searchIndex } from '../kernels/vectorIndex.ts';

export const embeddingSearch = defineNode({
  type: 'result.embeddingSearch',
  version: 1,
  title: 'Embedding search',
  summary: 'Finds the items of a small index whose vectors point most nearly the same way.',
  keywords: ['search', 'nearest', 'cosine', 'similarity', 'retrieval', 'knn', 'zero-shot'],
  details:
    'The index is a JSON file { "items": [{ "label": "cat", "vector": [0.1, ...] }, ...] }; labels may repeat. Every item is compared by cosine, so a few ten thousand items are the practical bound. Scores are cosines from -1 to 1; items that are equally near keep the order of the file.',
  inputs: { embedding: port.embedding({ doc: 'The vector to look for; of any length above 0 in norm.' }) },
  outputs: { scores: port.scores({ doc: 'The nearest items with their cosine, best first.' }) },
  params: {
    index: p.file({ role: 'index', doc: 'The index, as JSON.' }),
    k: p.int({ default: 5, min: 1, max: 10_000, unit: 'items', doc: 'How many items to give.' }),
  },
  infer: () => ({ scores: { ...anyType.scores, form: 'other' } }),
  run: async ({ inputs, params, files, host, signal }) => {
    const index = await indexOf(files.index, params.index, () => host.files.text(params.index, signal));
    const found = searchIndex(index, inputs.embedding.data, params.k, params.index);
    return { scores: { kind: 'scores', data: found.cosines, labels: found.labels, form: 'other' } };
  },
  examples: [
    {
      title: 'The nearest two of three',
      params: { index: 'animals.json', k: 2 },
      inputs: { embedding: { kind: 'embedding', data: Float32Array.of(3, 4), unit: false } },
      outputs: {
        scores: { kind: 'scores', data: Float32Array.of(0.8, 0.6), labels: ['dog', 'cat'], form: 'other' },
      },
      tolerance: 1e-7,
    },
  ],
});
