import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { requireJsonNumbers } from '../kernels/jsonNumbers.ts';

export const json = defineNode({
  type: 'output.json',
  version: 1,
  title: 'JSON output',
  summary: 'Gives JSON out under a public name: shown, or written as a file.',
  keywords: ['result', 'save', 'publish'],
  inputs: { value: port.json({ doc: 'The JSON.' }) },
  outputs: {},
  params: {
    indent: p.int({
      default: 2,
      min: 0,
      max: 8,
      unit: 'spaces',
      doc: 'Indent of shown and written JSON; 0 for one line.',
    }),
  },
  publishes: true,
  infer: () => ({}),
  run: ({ inputs }) => {
    requireJsonNumbers(inputs.value.json);
    return {};
  },
  examples: [{ title: 'An answer', inputs: { value: { kind: 'json', json: { answer: 42 } } }, outputs: {} }],
});
