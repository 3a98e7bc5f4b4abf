import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { many } from '../../core/kinds/type.ts';
import type { Value } from '../../core/kinds/value.ts';
import { passOn } from '../kernels/rateLimited.ts';
import { sameValue } from '../kernels/sameValue.ts';

export const changes = defineNode({
  type: 'time.changes',
  version: 1,
  title: 'Changes',
  summary: 'Lets only those items through that differ from the last one let through.',
  keywords: ['distinct', 'duplicates', 'difference', 'events', 'edge', 'sequence'],
  details:
    'Numbers count as equal within the tolerance. Compared by "label", scores differ when their best class does. Pictures differ when any pixel does. One item is held. The durations of items are left out, since an item now stands until the next.',
  inputs: { value: port.any({ doc: 'A sequence of any kind; an empty one stays empty.' }) },
  outputs: { value: port.any({ doc: 'The first item, and each that differs from the one before it here.' }) },
  params: {
    by: p.choice(['value', 'label'], {
      default: 'value',
      doc: 'What is compared.',
      choiceDocs: ['The whole value.', 'For scores, the best class; for other kinds, the whole value.'],
    }),
    tolerance: p.number({
      default: 0,
      min: 0,
      max: 1e9,
      doc: 'Largest difference of two numbers that still count as equal.',
    }),
  },
  infer: ({ inputs: { value } }) => ({ value: value.sequence.count === 'one' ? value : { ...value, sequence: many } }),
  async *stream({ inputs, params, signal }) {
    let last: Value | null = null;
    for await (const item of inputs.value) {
      signal.throwIfAborted();
      if (last !== null && sameValue(last, item.value, params.by, params.tolerance)) continue;
      last = item.value;
      yield passOn({ t: item.t, value: item.value });
    }
  },
  examples: [
    {
      title: 'A label that changes once',
      inputs: {
        value: [
          { t: 0, value: { kind: 'text', text: 'quiet' } },
          { t: 1, value: { kind: 'text', text: 'quiet' } },
          { t: 2, value: { kind: 'text', text: 'siren' } },
        ],
      },
      outputs: {
        value: [
          { t: 0, value: { kind: 'text', text: 'quiet' } },
          { t: 2, value: { kind: 'text', text: 'siren' } },
        ],
      },
    },
  ],
});
