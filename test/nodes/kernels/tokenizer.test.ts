import { BPE, Tokenizer, Unigram } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergePairs, pairRanks } from '../../../nodes/kernels/bytePairs.ts';
import { decodeIds, type EncodeOptions, encodeText, loadTokenizer } from '../../../nodes/kernels/tokenizer.ts';
import { templateOf } from '../../../nodes/kernels/tokenTemplate.ts';
import { keptLengths } from '../../../nodes/kernels/tokenTruncation.ts';
import { buildUnigram, unigramParts } from '../../../nodes/kernels/unigram.ts';
import { longText, readTokenizerReference, tokenizerJson, tokenizerNames } from '../../reference/tokenizerCases.ts';
import { rejects } from '../../rejects.ts';

const reference = readTokenizerReference();
const whole: EncodeOptions = {
  addSpecialTokens: true,
  maxLength: null,
  truncationSide: 'right',
  truncation: 'longestFirst',
};
const strategies = { longest_first: 'longestFirst', only_first: 'onlyFirst', only_second: 'onlySecond' } as const;

for (const name of tokenizerNames) {
  describe(`${name} equals Python's tokenizers`, () => {
    const loaded = loadTokenizer(tokenizerJson(name), `tokenizer-${name}.json`);
    const want = reference.tokenizers[name];
    const strip = ({ ids, types }: { ids: readonly number[]; types: readonly number[] }) => ({ ids, types });
    it('has at least thirty awkward texts', () => expect(reference.texts.length).toBeGreaterThanOrEqual(30));
    reference.texts.forEach((text, i) => {
      it(`text ${i}: ${JSON.stringify(text).slice(0, 60)}`, () => {
        const plain = encodeText(loaded, text, null, { ...whole, addSpecialTokens: false });
        expect(plain.ids).toEqual(want.plain[i]);
        const special = encodeText(loaded, text, null, whole);
        expect(strip(special)).toEqual(want.special[i]);
        if (i < want.tokens.length && name !== 'unigram') expect(special.tokens).toEqual(want.tokens[i]);
        expect(decodeIds(loaded, special.ids, true)).toBe(want.decoded[i]);
        expect(decodeIds(loaded, special.ids, false)).toBe(want.decodedAll[i]);
      });
    });
    it('a text of 10,000 characters', () => {
      expect(encodeText(loaded, longText(reference.long), null, whole).ids).toEqual(want.long);
    });
    it('pairs, empty ones included, with and without special tokens', () => {
      reference.pairs.forEach(([a, b], i) => {
        expect(strip(encodeText(loaded, a, b, whole)), `${a}|${b}`).toEqual(want.pairs[i]);
        const plain = encodeText(loaded, a, b, { ...whole, addSpecialTokens: false });
        expect(strip(plain), `${a}|${b}`).toEqual(want.pairsPlain[i]);
      });
    });
    it('truncation, every side and strategy', async () => {
      expect(want.truncated.length).toBeGreaterThan(90);
      for (const c of want.truncated) {
        const options = {
          ...whole,
          maxLength: c.maxLength,
          truncationSide: c.side,
          truncation: strategies[c.strategy],
        };
        const run = () => encodeText(loaded, c.text, c.pair, options);
        if (c.error !== undefined) await rejects(run, 'value-invalid');
        else expect(strip(run()), JSON.stringify(c)).toEqual({ ids: c.ids, types: c.types });
      }
    });
  });
}

describe('truncation', () => {
  const bpe = loadTokenizer(tokenizerJson('bpe'), 'bpe');
  it('refuses a length that the special tokens alone pass', async () => {
    const problem = await rejects(() => encodeText(bpe, 'a', 'b', { ...whole, maxLength: 3 }), 'value-invalid');
    expect(problem.message).toContain('4 special tokens');
    expect(encodeText(bpe, 'a', 'b', { ...whole, maxLength: 4 }).ids).toEqual([0, 2, 2, 2]);
  });
  it('gives the odd token to the longer text', () => {
    expect(keptLengths(33, 10, 5, 'longestFirst')).toEqual([3, 2]);
    expect(keptLengths(10, 33, 5, 'longestFirst')).toEqual([2, 3]);
    expect(keptLengths(33, 1, 5, 'longestFirst')).toEqual([4, 1]);
  });
});

describe('long words', () => {
  const bpe = loadTokenizer(tokenizerJson('bpe'), 'bpe');
  const unigram = loadTokenizer(tokenizerJson('unigram'), 'unigram');
  it('byte pairs merge as the library merges them', () => {
    const { model } = new Tokenizer(JSON.parse(tokenizerJson('bpe')), {});
    if (!(model instanceof BPE)) throw new Error('not BPE');
    const ranks = pairRanks(model.merges, model.tokens_to_ids);
    const letters = fc.constantFrom(...'thedogbarksglinlouĠéèÐ¾Ñģ'.split(''));
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 60 }), (word) => {
        const symbols = Int32Array.from(word, (c) => model.tokens_to_ids.get(c) ?? -1);
        const { starts } = mergePairs(symbols, ranks);
        const tokens = starts.map((start, i) => word.slice(start, starts[i + 1]).join(''));
        expect(tokens).toEqual(model.bpe(word.join('')));
      }),
      { numRuns: 500 },
    );
  });
  it('the best split has the score of the best of all splits', () => {
    const { model } = new Tokenizer(JSON.parse(tokenizerJson('unigram')), {});
    if (!(model instanceof Unigram)) throw new Error('not Unigram');
    const tree = buildUnigram(model.vocab, model.scores);
    const scoreOf = new Map(model.vocab.map((piece, i) => [piece, model.scores[i]]));
    const least = Math.min(...model.scores.filter((_, i) => model.vocab[i] !== '<unk>'));
    const letters = fc.constantFrom(...'▁thedogbarks狗听𐍈'.split(''));
    const bestOf = (word: readonly string[]): number => {
      if (word.length === 0) return 0;
      let best = -Infinity;
      for (let n = 1; n <= word.length; n++) {
        const score = scoreOf.get(word.slice(0, n).join('')) ?? (n === 1 ? tree.unknownScore : undefined);
        if (score !== undefined) best = Math.max(best, score + bestOf(word.slice(n)));
      }
      return best;
    };
    expect(tree.unknownScore).toBeLessThan(least);
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 10 }), (letterList) => {
        const word = Array.from(letterList.join(''));
        const parts = unigramParts(tree, word.join(''));
        expect(parts.map((part) => part.text).join('')).toBe(word.join(''));
        const score = parts.reduce(
          (sum, { text, known }) =>
            sum + (known ? (scoreOf.get(text) ?? NaN) : tree.unknownScore * Array.from(text).length),
          0,
        );
        expect(score).toBeCloseTo(bestOf(word), 6);
      }),
    );
  });
  // Row 38 of the faults: time grows with the length, not with its square, so ten times the text stays near ten times the time.
  for (const [name, loaded] of [
    ['bpe', bpe],
    ['unigram', unigram],
    ['wordpiece', loadTokenizer(tokenizerJson('wordpiece'), 'wordpiece')],
  ] as const) {
    it(`${name}: a million times one letter, or one short sentence over and over, is tokenised whole`, () => {
      for (const text of ['a'.repeat(1_000_000), 'The dog barks. '.repeat(66_666)]) {
        const { ids } = encodeText(loaded, text, null, { ...whole, maxLength: null });
        const short = encodeText(loaded, text.slice(0, 300), null, whole);
        expect(ids.slice(0, short.ids.length - 8)).toEqual(short.ids.slice(0, short.ids.length - 8));
      }
    }, 30_000);
  }
});

describe('a tokenizer file that cannot be used', () => {
  const load = (text: string) => rejects(() => loadTokenizer(text, 'bad.json'), 'asset-invalid');
  it('is named, with what is wrong', async () => {
    for (const text of ['', '{', '[]', '{}', '{"model":{"type":"Nope"}}', '"x"', 'null'])
      expect((await load(text)).message).toContain('bad.json');
    expect((await load('['.repeat(100_000))).message).toContain('nested deeper');
    const json = JSON.parse(tokenizerJson('wordpiece'));
    expect((await load(JSON.stringify({ ...json, post_processor: { type: 'Odd' } }))).message).toContain('Odd');
  });
  it('leaves the next one alone', () => {
    expect(loadTokenizer(tokenizerJson('wordpiece'), 'good').padId).toBe(0);
    expect(loadTokenizer(tokenizerJson('bpe'), 'good').padId).toBe(1);
  });
});

describe('templates', () => {
  it('of BertProcessing, and of a Sequence', () => {
    const bert = { type: 'BertProcessing', sep: ['[SEP]', 102], cls: ['[CLS]', 101] };
    const pair = templateOf({ type: 'Sequence', processors: [{ type: 'ByteLevel' }, bert] })?.pair;
    expect(pair?.map((x) => `${x.part === 'special' ? x.id : x.part}:${x.type}`).join(' ')).toBe(
      '101:0 first:0 102:0 second:1 102:1',
    );
    expect(templateOf(undefined)?.pair).toHaveLength(2);
    expect(templateOf({ type: 'Sequence', processors: [bert, bert] })).toBeNull();
  });
});
