import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';

export const mask = defineNode({
  type: 'output.mask',
  version: 1,
  title: 'Mask output',
  summary: 'Gives a mask out under a public name: shares of classes, or a PNG file.',
  keywords: ['result', 'save', 'segmentation', 'png', 'publish'],
  inputs: { value: port.mask({ doc: 'The mask.' }) },
  outputs: {},
  params: {
    file: p.choice(['colours', 'classes'], {
      default: 'colours',
      doc: 'What the pixels of a file are.',
      choiceDocs: ['The colours of the classes, for eyes.', 'The class numbers as grey levels, for programs.'],
    }),
  },
  publishes: true,
  infer: () => ({}),
  run: () => ({}),
  examples: [
    {
      title: 'Two pixels',
      inputs: { value: { kind: 'mask', width: 2, height: 1, data: Uint8Array.of(0, 1), labels: null } },
      outputs: {},
    },
  ],
});
