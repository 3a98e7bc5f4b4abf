import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { examplePicture } from '../kernels/examplePicture.ts';
import { missingInput, optionalDoc, wrongKind } from '../kernels/inputGiven.ts';

export const image = defineNode({
  type: 'input.image',
  version: 1,
  title: 'Image input',
  summary: 'Takes a picture from outside: JPEG, PNG, WebP, GIF (first frame) or AVIF.',
  keywords: ['picture', 'photo', 'jpeg', 'png', 'camera'],
  details:
    'Turned upright by its EXIF orientation, brought to 8 bits a channel; grey stays grey and alpha stays. Embedded colour profiles are not applied, as Pillow does it.',
  inputs: {},
  outputs: { image: port.image({ doc: 'The decoded picture.' }) },
  params: {
    file: p.file({ role: 'media', optional: true, doc: 'Sample picture, used when a run gives none.' }),
    optional: p.boolean({ default: false, doc: optionalDoc }),
  },
  external: 'image',
  infer: () => ({ image: anyType.image }),
  step: () => ({ op: 'decode' }),
  run: async ({ params, external, host, signal }) => {
    if (external?.kind === 'image') return { image: external };
    if (external?.kind === 'media') return { image: await host.image.decode(external, signal) };
    if (external !== null) throw wrongKind('image', external.kind);
    if (params.file === '') throw missingInput('image', params.optional);
    return { image: await host.image.decode({ kind: 'media', path: params.file, name: params.file }, signal) };
  },
  examples: [
    {
      title: 'A picture that is decoded already goes through',
      inputs: { $external: examplePicture(2, 1, 'grey', [0, 255]) },
      outputs: { image: examplePicture(2, 1, 'grey', [0, 255]) },
    },
  ],
});
