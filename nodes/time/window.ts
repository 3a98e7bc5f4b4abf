import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { windowSequence } from '../kernels/windowSequence.ts';
import { windowType } from '../kernels/windowType.ts';

export const window = defineNode({
  type: 'time.window',
  version: 1,
  title: 'Window',
  summary: 'Cuts sound, or a sequence of tensors, embeddings or scores, into windows of fixed length with a hop.',
  keywords: ['sliding', 'hop', 'chunk', 'frames', 'segment', 'stack', 'audio', 'sequence'],
  details:
    'Sound: windows are counted in samples across the borders of its pieces, so window k starts exactly k hops after the first sample. Tensors of shape S come out as [n, ...S], embeddings and scores as float32 [n, length]. A gap in the sound longer than maxGapSeconds starts it anew. One window and one item are held.',
  inputs: {
    value: port.oneOf(['audio', 'tensor', 'embedding', 'scores'], {
      doc: 'Sound, whole or in pieces, or a sequence of items of one shape. Nothing in gives nothing out.',
    }),
  },
  outputs: { window: port.oneOf(['audio', 'tensor'], { doc: 'One item per window: sound, or a stack of the items.' }) },
  params: {
    lengthSeconds: p.number({ default: 1, min: 0.000_1, max: 3600, unit: 's', doc: 'For sound: length of a window.' }),
    hopSeconds: p.number({
      default: 0.5,
      min: 0.000_1,
      max: 3600,
      unit: 's',
      doc: 'For sound: from the start of one window to the next.',
    }),
    lengthItems: p.int({
      default: 8,
      min: 1,
      max: 100_000,
      unit: 'items',
      doc: 'For items: how many one window holds.',
    }),
    hopItems: p.int({
      default: 4,
      min: 1,
      max: 100_000,
      unit: 'items',
      doc: 'For items: from the first of one window to the first of the next.',
    }),
    partial: p.choice(['drop', 'pad', 'keep'], {
      default: 'pad',
      doc: 'What becomes of what is left at the end, too short for a window.',
      choiceDocs: ['It is dropped.', 'It is filled with zeros to a whole window.', 'It is a shorter window.'],
    }),
    maxGapSeconds: p.number({
      default: 0.05,
      min: 0,
      max: 3600,
      unit: 's',
      doc: 'For sound: pieces further apart than this do not belong together. Smaller gaps and overlaps are ignored.',
      advanced: true,
    }),
  },
  infer: ({ inputs, params }) => ({ window: windowType(inputs.value, params) }),
  async *stream({ inputs, params, host, signal }) {
    yield* windowSequence(inputs.value, params, host.limits.sequenceBytes, signal);
  },
  examples: [
    {
      title: 'Windows of 4 samples, 2 apart, over pieces of 3',
      params: { lengthSeconds: 0.5, hopSeconds: 0.25 },
      inputs: {
        value: [
          { t: 0, value: { kind: 'audio', sampleRateHz: 8, channels: [Float32Array.of(1, 2, 3)] } },
          { t: 0.375, value: { kind: 'audio', sampleRateHz: 8, channels: [Float32Array.of(4, 5, 6)] } },
        ],
      },
      outputs: {
        window: [
          {
            t: 0,
            durationSeconds: 0.5,
            value: { kind: 'audio', sampleRateHz: 8, channels: [Float32Array.of(1, 2, 3, 4)] },
          },
          {
            t: 0.25,
            durationSeconds: 0.5,
            value: { kind: 'audio', sampleRateHz: 8, channels: [Float32Array.of(3, 4, 5, 6)] },
          },
        ],
      },
    },
  ],
});
