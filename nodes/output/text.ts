import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';

export const text = defineNode({
  type: 'output.text',
  version: 1,
  title: 'Text output',
  summary: 'Gives text out under a public name: shown, or written as a file.',
  keywords: ['result', 'save', 'txt', 'publish'],
  inputs: { value: port.text({ doc: 'The text.' }) },
  outputs: {},
  params: {
    newline: p.boolean({ default: true, doc: 'Ends a written file with a line break.' }),
  },
  publishes: true,
  infer: () => ({}),
  run: () => ({}),
  examples: [{ title: 'A word', inputs: { value: { kind: 'text', text: 'hello' } }, outputs: {} }],
});
