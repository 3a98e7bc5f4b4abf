import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { missingInput, optionalDoc, wrongKind } from '../kernels/inputGiven.ts';
import { requireText, textOfUtf8 } from '../kernels/utf8.ts';

export const text = defineNode({
  type: 'input.text',
  version: 1,
  title: 'Text input',
  summary: 'Takes text from outside: a string or a UTF-8 file.',
  keywords: ['prompt', 'question', 'caption', 'string'],
  inputs: {},
  outputs: { text: port.text({ doc: 'The text, without a byte order mark.' }) },
  params: {
    text: p.text({ default: '', multiline: true, doc: 'Sample text, used when a run gives none.' }),
    file: p.file({
      role: 'media',
      optional: true,
      doc: 'Sample UTF-8 file, used when a run gives none and text is empty.',
    }),
    optional: p.boolean({ default: false, doc: optionalDoc }),
  },
  external: 'text',
  infer: () => ({ text: anyType.text }),
  run: async ({ params, external, host, signal }) => {
    const { textCharacters } = host.limits;
    // A code point takes at most four bytes; a byte order mark three.
    const maxBytes = textCharacters * 4 + 3;
    const found = await (async () => {
      if (external?.kind === 'text') return { name: 'The text', text: external.text };
      if (external?.kind === 'media')
        return {
          name: external.name,
          text: textOfUtf8(await host.files.sourceBytes(external, maxBytes, signal), external.name),
        };
      if (external !== null) throw wrongKind('text', external.kind);
      if (params.text !== '') return { name: 'The sample text', text: params.text };
      if (params.file === '') throw missingInput('text', params.optional);
      return { name: params.file, text: textOfUtf8(await host.files.bytes(params.file, signal), params.file) };
    })();
    requireText(found.text, found.name, textCharacters);
    return { text: { kind: 'text', text: found.text } };
  },
  examples: [
    {
      title: 'The sample, when nothing is given',
      params: { text: 'What is in this picture?' },
      inputs: {},
      outputs: { text: { kind: 'text', text: 'What is in this picture?' } },
    },
    {
      title: 'What was given, and not the sample',
      params: { text: 'sample' },
      inputs: { $external: { kind: 'text', text: 'grüße' } },
      outputs: { text: { kind: 'text', text: 'grüße' } },
    },
  ],
});
