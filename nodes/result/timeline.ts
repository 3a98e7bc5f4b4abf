import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { Timeline } from '../kernels/timeline.ts';

export const timeline = defineNode({
  type: 'result.timeline',
  version: 1,
  title: 'Timeline',
  summary: 'Writes a sequence of labels down as a list of spans in time; equal neighbours become one.',
  keywords: ['events', 'segments', 'spans', 'sequence', 'log', 'subtitles'],
  details:
    'Each span is { t, end, label, score }: seconds from the start, the end of its last item (the start of the next one where an item says no duration), and the highest score of its items (null for text and json). Scores count by their best class; json by its text. An empty sequence gives an empty list.',
  inputs: { value: port.oneOf(['scores', 'text', 'json'], { doc: 'A sequence of scores, texts or json.' }) },
  outputs: { spans: port.json({ doc: 'A list of { t, end, label, score }, in order of time.' }) },
  params: {
    merge: p.boolean({ default: true, doc: 'Equal neighbours become one span.' }),
    maxGapSeconds: p.number({
      default: 1,
      min: 0,
      max: 86_400,
      unit: 's',
      doc: 'Equal neighbours further apart than this stay two.',
    }),
    minimumScore: p.optionalNumber({
      min: -1e9,
      max: 1e9,
      doc: 'Items whose best score is below this are left out; null: none is.',
    }),
  },
  infer: () => ({ spans: anyType.json }),
  async *stream({ inputs, params, host, signal }) {
    const spans = new Timeline(params, host.limits.sequenceItems);
    for await (const item of inputs.value) {
      signal.throwIfAborted();
      spans.add(item);
    }
    yield { t: 0, outputs: { spans: { kind: 'json', json: spans.finish() } } };
  },
  examples: [
    {
      title: 'A dog barks for two seconds, then a car',
      inputs: {
        value: [
          { t: 0, durationSeconds: 1, value: { kind: 'text', text: 'dog' } },
          { t: 1, durationSeconds: 1, value: { kind: 'text', text: 'dog' } },
          { t: 2, durationSeconds: 1, value: { kind: 'text', text: 'car' } },
        ],
      },
      outputs: {
        spans: [
          {
            t: 0,
            value: {
              kind: 'json',
              json: [
                { t: 0, end: 2, label: 'dog', score: null },
                { t: 2, end: 3, label: 'car', score: null },
              ],
            },
          },
        ],
      },
    },
  ],
});
