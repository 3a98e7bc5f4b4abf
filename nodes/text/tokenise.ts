import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { tokenisedTypes } from '../kernels/tokenisedTypes.ts';
import { encodeText } from '../kernels/tokenizer.ts';
import { tokenizerFor } from '../kernels/tokenizerCache.ts';
import { paddings, tokenRows } from '../kernels/tokenRows.ts';
import { truncationStrategies } from '../kernels/tokenTruncation.ts';
import { requireText } from '../kernels/utf8.ts';

export const tokenise = defineNode({
  type: 'text.tokenise',
  version: 1,
  title: 'Tokenise',
  summary: 'Turns text into the token ids that a language model takes, by a Hugging Face tokenizer.json.',
  keywords: ['tokenizer', 'ids', 'BERT', 'BPE', 'WordPiece', 'Unigram', 'SentencePiece', 'tokenize'],
  details:
    'The same ids as the Python library gives, for WordPiece, BPE and Unigram. Truncation comes before special tokens, so they always stay. What tokenizer.json itself says of truncation and padding length is not used: the parameters decide.',
  inputs: {
    text: port.text({ doc: 'The text, or the first of a pair.' }),
    pair: port.text({ optional: true, doc: 'The second text of a pair, e.g. the passage to a question.' }),
  },
  outputs: {
    input_ids: port.tensor({ doc: 'int64 [1, tokens].' }),
    attention_mask: port.tensor({ doc: 'int64 [1, tokens]: 1 for tokens, 0 for padding.' }),
    token_type_ids: port.tensor({
      doc: 'int64 [1, tokens]: 0 for the first text, 1 for the second where the tokenizer says so.',
    }),
    tokens: port.json({ doc: 'The tokens as text, without padding, to look at.' }),
  },
  params: {
    tokenizer: p.file({ role: 'tokenizer', doc: 'The tokenizer.json that belongs to the model.' }),
    addSpecialTokens: p.boolean({
      default: true,
      doc: 'Put in the special tokens of the template, such as [CLS] and [SEP].',
    }),
    maxLength: p.optionalInt({
      min: 1,
      max: 1000000,
      unit: 'tokens',
      doc: 'Most tokens, special ones included; null: no bound.',
    }),
    truncationSide: p.choice(['right', 'left'], { default: 'right', doc: 'Where text is cut off.', advanced: true }),
    truncation: p.choice(truncationStrategies, {
      default: 'longestFirst',
      doc: 'Which text of a pair is cut.',
      choiceDocs: ['the longer one, then both', 'only the first', 'only the second'],
      advanced: true,
    }),
    padding: p.choice(paddings, {
      default: 'none',
      doc: 'How long the rows become.',
      choiceDocs: ['as long as the longest', 'padLength', 'the next multiple of padLength'],
    }),
    padLength: p.int({
      default: 128,
      min: 1,
      max: 1000000,
      unit: 'tokens',
      doc: 'Length for "fixed", factor for "multiple".',
    }),
    padSide: p.choice(['right', 'left'], { default: 'right', doc: 'Where padding goes.', advanced: true }),
    padId: p.optionalInt({
      min: 0,
      doc: 'Id that fills rows; null: the one that the tokenizer names.',
      advanced: true,
    }),
  },
  infer: ({ params, report }) => ({ ...tokenisedTypes(1, params, report), tokens: anyType.json }),
  run: async ({ inputs, params, files, host, signal }) => {
    requireText(inputs.text.text, 'The text', host.limits.textCharacters);
    if (inputs.pair !== undefined) requireText(inputs.pair.text, 'The second text', host.limits.textCharacters);
    const path = params.tokenizer;
    const loaded = await tokenizerFor(path, files.tokenizer?.sha256 ?? '', () => host.files.bytes(path, signal));
    const encoded = encodeText(loaded, inputs.text.text, inputs.pair?.text ?? null, params);
    const { ids, mask, types } = tokenRows([encoded], loaded, params);
    return {
      input_ids: ids,
      attention_mask: mask,
      token_type_ids: types,
      tokens: { kind: 'json', json: encoded.tokens },
    };
  },
  examples: [
    {
      title: 'A question for a model of the BERT family',
      params: { tokenizer: 'tokenizer-wordpiece.json', padding: 'multiple', padLength: 8 },
      inputs: { text: { kind: 'text', text: 'The dog barks.' } },
      outputs: {
        input_ids: {
          kind: 'tensor',
          dtype: 'int64',
          shape: [1, 8],
          data: BigInt64Array.of(2n, 367n, 735n, 655n, 9n, 3n, 0n, 0n),
        },
        attention_mask: {
          kind: 'tensor',
          dtype: 'int64',
          shape: [1, 8],
          data: BigInt64Array.of(1n, 1n, 1n, 1n, 1n, 1n, 0n, 0n),
        },
        token_type_ids: {
          kind: 'tensor',
          dtype: 'int64',
          shape: [1, 8],
          data: BigInt64Array.of(0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n),
        },
        tokens: { kind: 'json', json: ['[CLS]', 'the', 'dog', 'barks', '.', '[SEP]'] },
      },
    },
  ],
});
