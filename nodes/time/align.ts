import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { type PortSpec, port } from '../../core/define/port.ts';
import type { WireType } from '../../core/kinds/type.ts';
import type { Kind } from '../../core/kinds/value.ts';
import { alignSequences } from '../kernels/alignSequences.ts';
import { canInterpolate } from '../kernels/betweenValues.ts';
import { SequenceCursor } from '../kernels/sequenceCursor.ts';

export const align = defineNode({
  type: 'time.align',
  version: 1,
  title: 'Align in time',
  summary: 'Brings two or more sequences to one clock, so that their items meet in the nodes behind.',
  keywords: ['synchronise', 'join', 'timestamps', 'audio', 'video', 'clock', 'nearest', 'interpolate'],
  details:
    'The clock is the first sequence (each of its items stays as it is) or a steady rate over the time that all sequences cover. At each tick every other sequence gives its nearest item, the latest one (hold), or a value between two (interpolate: float tensors, embeddings and scores). A tick at which one of them has nothing within the tolerance is left out and counted in the note "dropped". A sequence of a single item holds at all times. Two items of each sequence are kept, no more.',
  inputs: (params): Readonly<Record<string, PortSpec<Kind, false>>> =>
    Object.fromEntries(params.sequences.map((name) => [name, port.any({ doc: `The sequence "${name}".` })])),
  outputs: (params): Readonly<Record<string, PortSpec<Kind, false>>> =>
    Object.fromEntries(params.sequences.map((name) => [name, port.any({ doc: `"${name}" on the common clock.` })])),
  params: {
    sequences: p.names({
      default: ['a', 'b'],
      minLength: 1,
      maxLength: 16,
      doc: 'One input and one output port per name.',
    }),
    clock: p.choice(['first', 'rate'], {
      default: 'first',
      doc: 'What gives the ticks.',
      choiceDocs: ['The items of the first sequence.', 'A steady rate: ticks at whole multiples of 1 / rateHz.'],
    }),
    rateHz: p.number({
      default: 10,
      min: 0.000_1,
      max: 100_000,
      unit: 'Hz',
      doc: 'Ticks a second, for the clock "rate".',
    }),
    method: p.choice(['nearest', 'hold', 'interpolate'], {
      default: 'nearest',
      doc: 'What a sequence gives at a tick.',
      choiceDocs: [
        'Its nearest item; of two equally near, the earlier.',
        'Its latest item.',
        'A value between two items.',
      ],
    }),
    toleranceSeconds: p.optionalNumber({
      min: 0,
      max: 1e9,
      unit: 's',
      doc: 'How far an item may be from the tick; null: any distance. An item with a duration is at no distance while it lasts.',
    }),
  },
  infer: ({ inputs, params, report }) => {
    const { sequences, clock, rateHz } = params;
    const first = inputs[sequences[0]]?.sequence;
    const sequence = clock === 'rate' ? { count: 'many' as const, rateHz } : (first ?? { count: 'many' as const });
    const types: Record<string, WireType> = {};
    for (const name of sequences) {
      const type = inputs[name];
      if (type === undefined) continue;
      const own = clock === 'first' && name === sequences[0];
      if (params.method === 'interpolate' && !own && type.sequence.count === 'many' && !canInterpolate(type)) {
        report('wire-kind', {
          message: `"${name}" carries ${type.kind === 'tensor' ? `${type.dtype} tensors` : type.kind}, between which nothing can be interpolated.`,
          fix: 'Use the method "nearest" or "hold", or make this sequence the clock by naming it first.',
          where: { port: name },
          mend: { setParam: { name: 'method', value: 'nearest' } },
        });
      }
      types[name] = { ...type, sequence };
    }
    return types;
  },
  async *stream({ inputs, params, signal, note }) {
    const cursors = params.sequences.map((name) => new SequenceCursor(name, inputs[name]));
    yield* alignSequences(cursors, params, inputs[params.sequences[0]], signal, (count) => note('dropped', count));
  },
  examples: [
    {
      title: 'Labels held along a faster sequence',
      params: { sequences: ['number', 'label'], method: 'hold' },
      inputs: {
        number: [
          { t: 0, value: { kind: 'json', json: 0 } },
          { t: 1, value: { kind: 'json', json: 1 } },
          { t: 2, value: { kind: 'json', json: 2 } },
        ],
        label: [
          { t: 0.5, value: { kind: 'text', text: 'early' } },
          { t: 1.5, value: { kind: 'text', text: 'late' } },
        ],
      },
      outputs: {
        number: [
          { t: 1, value: { kind: 'json', json: 1 } },
          { t: 2, value: { kind: 'json', json: 2 } },
        ],
        label: [
          { t: 1, value: { kind: 'text', text: 'early' } },
          { t: 2, value: { kind: 'text', text: 'late' } },
        ],
      },
    },
  ],
});
