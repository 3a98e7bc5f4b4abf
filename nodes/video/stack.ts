import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { many } from '../../core/kinds/type.ts';
import { channelsOf } from '../../core/kinds/value.ts';
import { reportChannels, stackLayouts, stackSequence, stackShape } from '../kernels/frameStack.ts';

export const stack = defineNode({
  type: 'video.stack',
  version: 1,
  title: 'Stack frames',
  summary: 'Gathers frames of a sequence into one tensor with a time axis, again and again.',
  keywords: ['clip', 'window', 'temporal', '3d', 'gather'],
  details: 'A stack is given at the time of its first frame and lasts to its last. Frames must be of one size.',
  inputs: { frames: port.image({ doc: 'Frames in the order of time, all of one size and colour.' }) },
  outputs: { stack: port.tensor({ doc: 'Frames with axes as `layout` says.' }) },
  params: {
    frames: p.int({ default: 16, min: 1, max: 1024, doc: 'Frames in a stack.' }),
    stride: p.int({ default: 1, min: 1, max: 1024, unit: 'frames', doc: 'From a frame of a stack to its next.' }),
    hop: p.optionalInt({
      min: 1,
      max: 1_000_000,
      unit: 'frames',
      doc: 'From the start of a stack to the next; null: frames * stride, so that stacks do not overlap.',
    }),
    tail: p.choice(['drop', 'repeat'], {
      default: 'repeat',
      doc: 'What becomes of frames at the end that do not fill a stack.',
      choiceDocs: ['they are dropped', 'the last frame is repeated, where nothing else holds the frames'],
    }),
    layout: p.choice(stackLayouts, {
      default: 'NTCHW',
      doc: 'Axes: N batch of one, T time, C channels, H height, W width.',
      choiceDocs: [
        'VideoMAE, TimeSformer, ViViT',
        '3D convolutions: I3D, SlowFast, X3D',
        'TensorFlow',
        'a batch of frames',
      ],
    }),
    dtype: p.choice(['float32', 'uint8'], { default: 'float32', doc: 'uint8: pixels as they are.' }),
    scale: p.number({ default: 1 / 255, min: 1e-9, max: 1e9, doc: 'float32: pixels are multiplied by it first.' }),
    mean: p.numbers({
      default: [0],
      minLength: 1,
      maxLength: 4,
      doc: 'float32: taken off then; one, or one a channel.',
    }),
    std: p.numbers({ default: [1], minLength: 1, maxLength: 4, min: 1e-9, doc: 'float32: divided by at last.' }),
  },
  infer: ({ inputs, params, report }) => {
    const { width, height, colour } = inputs.frames;
    const channels = colour === null ? null : channelsOf(colour);
    reportChannels(params, channels, report);
    const shape = stackShape(params.layout, params.frames, channels, height, width);
    return { stack: { kind: 'tensor', sequence: many, dtype: params.dtype, shape } };
  },
  async *stream({ inputs, params, host, signal }) {
    yield* stackSequence(inputs.frames, params, host.limits, signal);
  },
  examples: [
    {
      title: 'Two of three grey pixels, the last repeated',
      params: { frames: 2, scale: 1 },
      inputs: {
        frames: [10, 20, 30].map((grey, i) => ({
          t: i,
          value: {
            kind: 'image' as const,
            width: 1,
            height: 1,
            colour: 'grey' as const,
            data: Uint8Array.of(grey),
            geometry: { originalWidth: 1, originalHeight: 1, toOriginal: [1, 0, 0, 0, 1, 0] as const },
          },
        })),
      },
      outputs: {
        stack: [
          {
            t: 0,
            durationSeconds: 1,
            value: { kind: 'tensor', dtype: 'float32', shape: [1, 2, 1, 1, 1], data: Float32Array.of(10, 20) },
          },
          {
            t: 2,
            durationSeconds: 0,
            value: { kind: 'tensor', dtype: 'float32', shape: [1, 2, 1, 1, 1], data: Float32Array.of(30, 30) },
          },
        ],
      },
    },
  ],
});
