import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { gatheredType } from '../kernels/gatheredType.ts';
import { Gatherer } from '../kernels/gatherSequence.ts';

export const gather = defineNode({
  type: 'time.gather',
  version: 1,
  title: 'Gather',
  summary: 'Makes one value of a whole sequence: its mean, maximum, minimum, sum, a stack, or a list.',
  keywords: ['pool', 'average', 'over time', 'collect', 'aggregate', 'reduce', 'list'],
  details:
    'mean, max, min and sum go number by number over tensors, embeddings or scores of one shape, and keep one running value however long the sequence is. stack gives a tensor with a new first axis; list gives JSON of any of the kinds. Both hold the whole sequence, up to the limits sequenceItems and sequenceBytes.',
  inputs: {
    value: port.oneOf(['scores', 'embedding', 'tensor', 'text', 'json'], {
      doc: 'A sequence. When it is empty, only "list" has an answer: an empty list.',
    }),
  },
  outputs: {
    value: port.oneOf(['scores', 'embedding', 'tensor', 'json'], {
      doc: 'One value for the whole sequence, at its first time.',
    }),
  },
  params: {
    how: p.choice(['mean', 'max', 'min', 'sum', 'stack', 'list'], {
      default: 'mean',
      doc: 'What becomes of the items.',
    }),
    withTimes: p.boolean({ default: false, doc: 'For list: each entry is { t, value } with its time in seconds.' }),
  },
  mend: (from, to) =>
    from.sequence.count === 'many' && to.want.count === 'one' && ['scores', 'embedding', 'tensor'].includes(from.kind)
      ? { how: 'mean' }
      : null,
  infer: ({ inputs, params, report }) => ({ value: gatheredType(inputs.value, params.how, report) }),
  async *stream({ inputs, params, host, signal }) {
    const gatherer = new Gatherer(params.how, params.withTimes, host.limits);
    let t: number | null = null;
    let end = 0;
    for await (const item of inputs.value) {
      signal.throwIfAborted();
      t ??= item.t;
      end = Math.max(end, item.t + (item.durationSeconds ?? 0));
      gatherer.add(item);
    }
    const start = t ?? 0;
    yield { t: start, durationSeconds: Math.max(0, end - start), outputs: { value: gatherer.finish() } };
  },
  examples: [
    {
      title: 'The mean score over three seconds',
      inputs: {
        value: [
          {
            t: 0,
            durationSeconds: 1,
            value: { kind: 'scores', data: Float32Array.of(0.25, 0.75), labels: ['a', 'b'], form: 'probabilities' },
          },
          {
            t: 1,
            durationSeconds: 1,
            value: { kind: 'scores', data: Float32Array.of(0.5, 0.5), labels: ['a', 'b'], form: 'probabilities' },
          },
          {
            t: 2,
            durationSeconds: 1,
            value: { kind: 'scores', data: Float32Array.of(0.75, 0.25), labels: ['a', 'b'], form: 'probabilities' },
          },
        ],
      },
      outputs: {
        value: [
          {
            t: 0,
            durationSeconds: 3,
            value: { kind: 'scores', data: Float32Array.of(0.5, 0.5), labels: ['a', 'b'], form: 'probabilities' },
          },
        ],
      },
    },
  ],
});
