import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { one } from '../../core/kinds/type.ts';
import { passOn } from '../kernels/rateLimited.ts';

export const take = defineNode({
  type: 'time.take',
  version: 1,
  title: 'Take',
  summary: 'Takes the first items of a sequence, after skipping some, or every n-th of them.',
  keywords: ['first', 'head', 'skip', 'limit', 'every', 'sequence'],
  details:
    'Skips `skip` items, then takes one of every `every`, until `count` are taken; what comes after is not even produced. With count 1 the result is a single item.',
  inputs: { value: port.any({ doc: 'A sequence of any kind; a shorter one gives fewer items.' }) },
  outputs: { value: port.any({ doc: 'The items that were taken, with their own times.' }) },
  params: {
    count: p.int({ default: 1, min: 1, max: 1_000_000_000, unit: 'items', doc: 'Most items to take.' }),
    skip: p.int({ default: 0, min: 0, max: 1_000_000_000, unit: 'items', doc: 'Items at the head that are left out.' }),
    every: p.int({ default: 1, min: 1, max: 1_000_000_000, unit: 'items', doc: 'Takes one item of this many.' }),
  },
  mend: (from, to) => (from.sequence.count === 'many' && to.want.count === 'one' ? { count: 1 } : null),
  infer: ({ inputs: { value }, params }) => {
    const { count, rateHz } = value.sequence;
    if (count === 'one' || params.count === 1) return { value: { ...value, sequence: one } };
    const sequence = rateHz === undefined ? { count } : { count, rateHz: rateHz / params.every };
    return { value: { ...value, sequence } };
  },
  async *stream({ inputs, params, signal }) {
    let seen = 0;
    let taken = 0;
    for await (const item of inputs.value) {
      signal.throwIfAborted();
      const place = seen++ - params.skip;
      if (place < 0 || place % params.every !== 0) continue;
      yield passOn(item);
      if (++taken === params.count) return;
    }
  },
  examples: [
    {
      title: 'Two items, after the first',
      params: { skip: 1, count: 2 },
      inputs: {
        value: [
          { t: 0, value: { kind: 'text', text: 'a' } },
          { t: 1, value: { kind: 'text', text: 'b' } },
          { t: 2, value: { kind: 'text', text: 'c' } },
          { t: 3, value: { kind: 'text', text: 'd' } },
        ],
      },
      outputs: {
        value: [
          { t: 1, value: { kind: 'text', text: 'b' } },
          { t: 2, value: { kind: 'text', text: 'c' } },
        ],
      },
    },
  ],
});
