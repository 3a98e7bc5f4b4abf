import { expect, it } from 'vitest';
import { anyType } from '../../../core/kinds/type.ts';
import { ctcGreedy } from '../../../nodes/result/ctcGreedy.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { as, inferred, labelFile, reference, tensor } from './cases.ts';

testNode(ctcGreedy, { files: labelFile(['<pad>', 'a', 'b']) });

const params = { labels: 'vocabulary.txt' };

it("is the text of transformers' CTC tokenizer", async () => {
  const { vocabulary, cases } = reference.ctc;
  for (const { frames, logits, text } of cases) {
    const inputs = { logits: tensor([1, frames, vocabulary.length], logits) };
    const got = await callNode(ctcGreedy, { params, inputs, files: labelFile(vocabulary) });
    // The tokenizer also merges several spaces that a model wrote between words.
    expect(as(got['text'], 'text').text.replace(/ +/g, ' ')).toBe(text.trim().replace(/ +/g, ' '));
  }
});

it('decodes a blank at the end of a vocabulary that leaves it out', async () => {
  const logits = tensor([1, 4, 3], [1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0]);
  const got = await callNode(ctcGreedy, {
    params: { ...params, blank: 2 },
    inputs: { logits },
    files: labelFile(['h', 'i']),
  });
  expect(as(got['text'], 'text').text).toBe('hhi');
  expect(as(got['tokens'], 'json').json).toEqual([
    { token: 'h', first: 0, end: 1 },
    { token: 'h', first: 2, end: 3 },
    { token: 'i', first: 3, end: 4 },
  ]);
});

it('gives empty text for blanks only, hides special tokens, and can show them', async () => {
  const files = labelFile(['<pad>', '<unk>', 'x']);
  const blanks = await callNode(ctcGreedy, {
    params,
    inputs: { logits: tensor([1, 2, 3], [1, 0, 0, 1, 0, 0]) },
    files,
  });
  expect(blanks).toEqual({ text: { kind: 'text', text: '' }, tokens: { kind: 'json', json: [] } });
  const logits = tensor([1, 2, 3], [0, 1, 0, 0, 0, 1]);
  expect(as((await callNode(ctcGreedy, { params, inputs: { logits }, files }))['text'], 'text').text).toBe('x');
  const shown = await callNode(ctcGreedy, { params: { ...params, hideSpecial: false }, inputs: { logits }, files });
  expect(as(shown['text'], 'text').text).toBe('<unk>x');
});

it('takes minus infinity as a log probability, but not NaN', async () => {
  const files = labelFile(['<pad>', 'x']);
  const got = await callNode(ctcGreedy, {
    params,
    inputs: { logits: tensor([1, 1, 2], [Number.NEGATIVE_INFINITY, 0]) },
    files,
  });
  expect(as(got['text'], 'text').text).toBe('x');
  await rejects(
    () => callNode(ctcGreedy, { params, inputs: { logits: tensor([1, 1, 2], [Number.NaN, 0]) }, files }),
    'value-nonfinite',
  );
});

it('refuses a vocabulary or blank of another model', async () => {
  const logits = tensor([1, 1, 4], [0, 0, 0, 1]);
  await rejects(() => callNode(ctcGreedy, { params, inputs: { logits }, files: labelFile(['a', 'b']) }), 'value-shape');
  await rejects(
    () =>
      callNode(ctcGreedy, {
        params: { ...params, blank: 4 },
        inputs: { logits },
        files: labelFile(['a', 'b', 'c', 'd']),
      }),
    'value-shape',
  );
  const type = { logits: { ...anyType.tensor, dtype: 'float32' as const, shape: [1, null, 4] } };
  expect(inferred(ctcGreedy, type, { ...params, blank: 9 }, labelFile(['a', 'b'])).codes).toEqual([
    'asset-invalid',
    'param-invalid',
  ]);
  expect(inferred(ctcGreedy, type, params, labelFile(['a', 'b', 'c'])).codes).toEqual([]);
});
