import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { many } from '../../core/kinds/type.ts';
import { rateLimited } from '../kernels/rateLimited.ts';

export const rateLimit = defineNode({
  type: 'time.rateLimit',
  version: 1,
  title: 'Rate limit',
  summary: 'Lets at most so many items a second through and drops the others.',
  keywords: ['throttle', 'fps', 'drop', 'sample', 'slow down', 'sequence'],
  details:
    'Time is cut into slots of 1 / perSecond, counted from the first item; each slot lets its first or its latest item through, with the time that it has. The number dropped is in the note "dropped". By "latest" one item is held until its slot is over.',
  inputs: { value: port.any({ doc: 'A sequence of any kind; an empty one stays empty.' }) },
  outputs: { value: port.any({ doc: 'The items that were let through.' }) },
  params: {
    perSecond: p.number({ default: 1, min: 0.000_1, max: 100_000, unit: 'items/s', doc: 'Most items a second.' }),
    keep: p.choice(['first', 'latest'], { default: 'first', doc: 'Which item of a slot is let through.' }),
  },
  infer: ({ inputs: { value }, params }) => {
    const { rateHz, count } = value.sequence;
    if (count === 'one') return { value };
    // A slower sequence keeps its rate; a faster one has a steady rate only when slots hold equally many items.
    const share = rateHz === undefined ? Number.NaN : rateHz / params.perSecond;
    const rate = share <= 1 ? rateHz : Number.isInteger(share) ? params.perSecond : undefined;
    return { value: { ...value, sequence: rate === undefined ? many : { ...many, rateHz: rate } } };
  },
  async *stream({ inputs, params, signal, note }) {
    yield* rateLimited(inputs.value, params, signal, (count) => note('dropped', count));
  },
  examples: [
    {
      title: 'Two items a second of four',
      params: { perSecond: 2 },
      inputs: {
        value: [
          { t: 0, value: { kind: 'text', text: 'a' } },
          { t: 0.25, value: { kind: 'text', text: 'b' } },
          { t: 0.5, value: { kind: 'text', text: 'c' } },
          { t: 0.75, value: { kind: 'text', text: 'd' } },
        ],
      },
      outputs: {
        value: [
          { t: 0, value: { kind: 'text', text: 'a' } },
          { t: 0.5, value: { kind: 'text', text: 'c' } },
        ],
      },
    },
  ],
});
