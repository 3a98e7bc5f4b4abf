import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import type { Sequence } from '../../core/kinds/type.ts';
import type { ImageValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { greyPixel, twoSeconds } from '../kernels/exampleClip.ts';

const noSound = { frames: true, sound: false, soundChunkSeconds: 0 } as const;

export const sample = defineNode({
  type: 'video.sample',
  version: 1,
  title: 'Sample frames',
  summary: 'Takes frames of a video: every n-th, so many a second, or n evenly spaced.',
  keywords: ['frames', 'fps', 'extract', 'keyframes'],
  details:
    'Frames are given at the time for which they are taken. `perSecond` and `even` give, for each wanted time, the frame that is on the screen then; `even` takes the times 0, d/n, 2d/n, ... of a video of d seconds and always gives n frames.',
  inputs: { video: port.video({ count: 'one', doc: 'A single video.' }) },
  outputs: { frames: port.image({ doc: 'The frames as a sequence, rgb.' }) },
  params: {
    mode: p.choice(['perSecond', 'every', 'even'], {
      default: 'perSecond',
      doc: 'How frames are chosen.',
      choiceDocs: ['value frames a second', 'each value-th frame, from the first on', 'value frames, evenly spaced'],
    }),
    value: p.number({
      default: 1,
      min: 0.001,
      max: 100000,
      doc: 'Frames a second, step in frames, or number of frames.',
    }),
  },
  infer: ({ inputs, params, report }) => {
    if (params.mode !== 'perSecond' && !Number.isInteger(params.value)) {
      report('param-invalid', {
        message: `value is ${params.value}; for "${params.mode}" it must be a whole number.`,
        fix: 'Set value to a whole number.',
        where: { param: 'value' },
        mend: { setParam: { name: 'value', value: Math.max(1, Math.round(params.value)) } },
      });
    }
    const { width, height } = inputs.video;
    const sequence: Sequence =
      params.mode === 'perSecond' ? { count: 'many', rateHz: params.value } : { count: 'many' };
    return { frames: { kind: 'image', sequence, width, height, colour: 'rgb' } };
  },
  async *stream({ inputs, params, host, signal }) {
    const { mode } = params;
    const count = Math.max(1, Math.round(params.value));
    for await (const { t, value: video } of inputs.video) {
      if (mode === 'every') {
        const options = { ...noSound, frameRateHz: null, every: count };
        for await (const part of host.video.open(video, options, signal)) {
          if (part.part === 'frame') yield { t: t + part.t, outputs: { frames: part.image } };
        }
        continue;
      }
      if (mode === 'even' && video.durationSeconds <= 0) throw unknownLength(video.source.name);
      const frameRateHz = mode === 'even' ? count / video.durationSeconds : params.value;
      let given = 0;
      let last: ImageValue | null = null;
      for await (const part of host.video.open(video, { ...noSound, frameRateHz }, signal)) {
        if (part.part !== 'frame') continue;
        last = part.image;
        yield { t: t + part.t, outputs: { frames: part.image } };
        if (++given === count && mode === 'even') break;
      }
      // A track of pictures that ends before the sound: the last one stays on the screen.
      for (; mode === 'even' && last !== null && given < count; given++) {
        yield { t: t + given / frameRateHz, outputs: { frames: { ...last, data: last.data.slice() } } };
      }
    }
  },
  examples: [
    {
      title: 'A clip whose frame k is of grey level k, 4 a second: those on the screen at 0 s and at 1 s',
      params: { mode: 'perSecond', value: 1 },
      inputs: { video: [{ t: 0, value: twoSeconds }] },
      outputs: {
        frames: [
          { t: 0, value: greyPixel(0) },
          { t: 1, value: greyPixel(4) },
        ],
      },
    },
  ],
});

function unknownLength(name: string): Problem {
  return new Problem('value-invalid', {
    message: `How long "${name}" is cannot be told, so evenly spaced frames cannot be chosen.`,
    fix: 'Choose frames a second instead, or convert the video.',
    where: { file: name },
  });
}
