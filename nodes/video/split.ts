import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import type { Sequence } from '../../core/kinds/type.ts';
import { greyPixel, twoSeconds } from '../kernels/exampleClip.ts';

export const split = defineNode({
  type: 'video.split',
  version: 1,
  title: 'Frames and sound',
  summary: 'Splits a video into its frames and its sound, both with their times, decoding it once.',
  keywords: ['demux', 'extract', 'frames', 'audio', 'track'],
  details:
    'Silence is put where the sound starts late or has gaps, so that both tracks run on one clock. A video without sound gives no items at `sound`.',
  inputs: { video: port.video({ count: 'one', doc: 'A single video, with or without sound.' }) },
  outputs: {
    frames: port.image({ doc: 'The frames as a sequence, rgb, with their own times.' }),
    sound: port.audio({ doc: 'Pieces of the sound as a sequence, or all of it as one item.' }),
  },
  params: {
    framesPerSecond: p.optionalNumber({
      min: 0.001,
      max: 1000,
      unit: '1/s',
      doc: 'Only so many frames a second, the one on the screen at each time; null: every frame.',
    }),
    soundChunkSeconds: p.number({
      default: 1,
      min: 0,
      max: 600,
      unit: 's',
      doc: 'Length of a piece of sound; 0: all of it as one, at the end. The last piece is shorter.',
    }),
  },
  infer: ({ inputs, params }) => {
    const { width, height } = inputs.video;
    const rate = params.framesPerSecond;
    const frames: Sequence = rate === null ? { count: 'many' } : { count: 'many', rateHz: rate };
    const chunk = params.soundChunkSeconds;
    const sound: Sequence = chunk === 0 ? { count: 'one' } : { count: 'many', rateHz: 1 / chunk };
    return {
      frames: { kind: 'image', sequence: frames, width, height, colour: 'rgb' },
      sound: { kind: 'audio', sequence: sound, sampleRateHz: null, channels: null, samples: null },
    };
  },
  async *stream({ inputs, params, host, signal }) {
    const { soundChunkSeconds, framesPerSecond: frameRateHz } = params;
    const options = { frames: true, sound: true, frameRateHz, soundChunkSeconds };
    for await (const { t, value: video } of inputs.video) {
      for await (const part of host.video.open(video, options, signal)) {
        if (part.part === 'frame') yield { t: t + part.t, outputs: { frames: part.image } };
        else {
          const durationSeconds = part.audio.channels[0].length / part.audio.sampleRateHz;
          yield { t: t + part.t, durationSeconds, outputs: { sound: part.audio } };
        }
      }
    }
  },
  examples: [
    {
      title: 'A clip whose frame k is of grey level k and whose sound is silent: a frame and a piece of sound a second',
      params: { framesPerSecond: 1, soundChunkSeconds: 1 },
      inputs: { video: [{ t: 0, value: twoSeconds }] },
      outputs: {
        frames: [
          { t: 0, value: greyPixel(0) },
          { t: 1, value: greyPixel(4) },
        ],
        sound: [
          { t: 0, durationSeconds: 1, value: { kind: 'audio', sampleRateHz: 8, channels: [new Float32Array(8)] } },
          { t: 1, durationSeconds: 1, value: { kind: 'audio', sampleRateHz: 8, channels: [new Float32Array(8)] } },
        ],
      },
    },
  ],
});
