import { defineNode } from '../../core/define/node.ts';
import { port } from '../../core/define/port.ts';

export const video = defineNode({
  type: 'output.video',
  version: 1,
  title: 'Video output',
  summary: 'Gives a video out under a public name, as the file that it came from.',
  keywords: ['result', 'publish'],
  inputs: { value: port.video({ doc: 'The video.' }) },
  outputs: {},
  params: {},
  publishes: true,
  infer: () => ({}),
  run: () => ({}),
  examples: [
    {
      title: 'A short video',
      inputs: {
        value: {
          kind: 'video',
          source: { kind: 'media', name: 'clip.mp4', path: 'clip.mp4' },
          width: 64,
          height: 48,
          frameRateHz: 25,
          durationSeconds: 2,
          audio: null,
        },
      },
      outputs: {},
    },
  ],
});
