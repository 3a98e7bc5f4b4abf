import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';

export const image = defineNode({
  type: 'output.image',
  version: 1,
  title: 'Picture output',
  summary: 'Gives a picture out under a public name: shown, or written as a file.',
  keywords: ['result', 'save', 'png', 'jpeg', 'webp', 'publish'],
  inputs: { value: port.image({ doc: 'The picture.' }) },
  outputs: {},
  params: {
    format: p.choice(['png', 'jpeg', 'webp'], {
      default: 'png',
      doc: 'How a file is encoded when its name does not say.',
    }),
  },
  publishes: true,
  infer: () => ({}),
  run: () => ({}),
  examples: [
    {
      title: 'A red pixel',
      inputs: {
        value: {
          kind: 'image',
          width: 1,
          height: 1,
          colour: 'rgb',
          data: Uint8Array.of(255, 0, 0),
          geometry: { originalWidth: 1, originalHeight: 1, toOriginal: [1, 0, 0, 0, 1, 0] },
        },
      },
      outputs: {},
    },
  ],
});
