import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { Problem } from '../../core/problems/problem.ts';
import { ctcGreedy as ctcGreedyOf } from '../kernels/ctc.ts';
import { frameLogits, vocabularyFor } from '../kernels/ctcText.ts';

export const ctcGreedy = defineNode({
  type: 'result.ctcGreedy',
  version: 1,
  title: 'CTC greedy decode',
  summary: 'Turns the frame logits of a speech or handwriting model into text: best class per frame, repeats merged.',
  keywords: ['ctc', 'speech', 'asr', 'ocr', 'transcribe', 'wav2vec', 'text'],
  details:
    'The label file holds one token per line: as many as the model has classes, or one less when it leaves the blank out. Tokens like <pad>, <s> and [UNK] give no text. The tokens come with their frames, so that a frame length in seconds turns them into times.',
  inputs: {
    logits: port.tensor({ shape: [1, null, null], doc: 'Logits or log probabilities of shape [1, frames, classes].' }),
  },
  outputs: {
    text: port.text({ doc: 'The text.' }),
    tokens: port.json({ doc: 'The tokens: a list of { token, first, end }, in frames; end is one past the last.' }),
  },
  params: {
    labels: p.file({ role: 'labels', doc: 'One token per line, in class order.' }),
    blank: p.int({ default: 0, min: 0, max: 1_000_000, doc: 'The class of the blank (often <pad>).' }),
    wordDelimiter: p.text({
      default: '|',
      maxLength: 16,
      doc: 'The token that stands for a space between words. Empty: none.',
    }),
    hideSpecial: p.boolean({ default: true, doc: 'Leaves tokens in <angle> or [square] brackets out of the text.' }),
  },
  infer: ({ inputs, params, files, report }) => {
    const classes = inputs.logits.shape?.[2];
    const labels = files.labels?.labels;
    if (typeof classes === 'number' && labels !== undefined && ![classes, classes - 1].includes(labels.length)) {
      report('asset-invalid', {
        message: `The label file has ${labels.length} tokens, but the model has ${classes} classes.`,
        fix: `Use the vocabulary of this model: ${classes} lines, or ${classes - 1} without the blank.`,
        where: { param: 'labels' },
      });
    }
    if (typeof classes === 'number' && params.blank >= classes) {
      report('param-invalid', {
        message: `The blank is class ${params.blank}, but the model has only ${classes} classes.`,
        fix: `Give a class from 0 to ${classes - 1}.`,
        where: { param: 'blank' },
      });
    }
    return { text: anyType.text, tokens: anyType.json };
  },
  run: ({ inputs, params, files }) => {
    const { data, frames, classes } = frameLogits(inputs.logits);
    if (params.blank >= classes) {
      throw new Problem('value-shape', {
        message: `The blank is class ${params.blank}, but there are only ${classes} classes.`,
        fix: `Give a class from 0 to ${classes - 1}.`,
        where: { param: 'blank' },
      });
    }
    const vocabulary = vocabularyFor(files.labels?.labels ?? [], classes, params.blank);
    const tokens = ctcGreedyOf(data, frames, classes, params.blank).map((t) => ({
      token: vocabulary[t.index],
      first: t.first,
      end: t.end,
    }));
    const special = /^(<.*>|\[.*\])$/;
    const text = tokens
      .filter((t) => !(params.hideSpecial && special.test(t.token)))
      .map((t) => (params.wordDelimiter !== '' && t.token === params.wordDelimiter ? ' ' : t.token))
      .join('')
      .trim();
    return { text: { kind: 'text', text }, tokens: { kind: 'json', json: tokens } };
  },
  examples: [
    {
      title: 'Five frames: a, a, blank, a, b',
      params: { labels: 'vocabulary.txt' },
      inputs: {
        logits: {
          kind: 'tensor',
          dtype: 'float32',
          shape: [1, 5, 3],
          data: Float32Array.of(0, 1, 0, 0, 2, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1),
        },
      },
      outputs: {
        text: { kind: 'text', text: 'aab' },
        tokens: {
          kind: 'json',
          json: [
            { token: 'a', first: 0, end: 2 },
            { token: 'a', first: 3, end: 4 },
            { token: 'b', first: 4, end: 5 },
          ],
        },
      },
    },
  ],
});
