import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { normaliseText, unicodeForms } from '../kernels/normaliseText.ts';
import { requireText } from '../kernels/utf8.ts';

export const normalise = defineNode({
  type: 'text.normalise',
  version: 1,
  title: 'Normalise text',
  summary: 'Brings text to one Unicode form; may lower it, strip accents, collapse and strip white space.',
  keywords: ['NFC', 'NFKC', 'unicode', 'lowercase', 'strip', 'trim', 'accents', 'normalize'],
  details:
    'Steps in order: Unicode form, accents, lower case, white space, ends. Lower case follows Unicode and no language, so a Turkish dotted capital I becomes i and a combining dot.',
  inputs: { text: port.text({ doc: 'Any text.' }) },
  outputs: { text: port.text({ doc: 'The normalised text.' }) },
  params: {
    form: p.choice(unicodeForms, {
      default: 'NFC',
      doc: 'Unicode form.',
      choiceDocs: ['as it is', 'composed', 'decomposed', 'composed, compatible forms made one', 'decomposed, the same'],
    }),
    lower: p.boolean({ default: false, doc: 'Make all letters small.' }),
    stripAccents: p.boolean({ default: false, doc: 'Take away accents and other nonspacing marks.' }),
    collapseSpaces: p.boolean({ default: false, doc: 'Make each run of white space, line ends included, one space.' }),
    strip: p.boolean({ default: true, doc: 'Take white space off both ends.' }),
  },
  infer: () => ({ text: anyType.text }),
  run: ({ inputs, params, host }) => {
    requireText(inputs.text.text, 'The text', host.limits.textCharacters);
    const text = normaliseText(inputs.text.text, params);
    requireText(text, 'The normalised text', host.limits.textCharacters);
    return { text: { kind: 'text', text } };
  },
  examples: [
    {
      title: 'Small, plain, and with single spaces',
      params: { form: 'NFKC', lower: true, stripAccents: true, collapseSpaces: true },
      inputs: { text: { kind: 'text', text: '  Ｃafé\n au  LAIT ' } },
      outputs: { text: { kind: 'text', text: 'cafe au lait' } },
    },
  ],
});
