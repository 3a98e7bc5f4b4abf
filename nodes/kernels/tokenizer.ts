import { BPE, Tokenizer, Unigram } from '@huggingface/tokenizers';
import type { Json } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { mergePairs, type PairRanks, pairRanks } from './bytePairs.ts';
import { requireJsonDepth } from './jsonText.ts';
import { isRecord, listOf, member, type TokenTemplate, templateOf } from './tokenTemplate.ts';
import { keptLengths, type TruncationStrategy } from './tokenTruncation.ts';
import { buildUnigram, codePoints, unigramParts } from './unigram.ts';

/** A tokenizer.json that was read and made ready. */
export interface LoadedTokenizer {
  readonly tokenizer: Tokenizer;
  readonly template: TokenTemplate;
  /** The id that the file pads with; null when it names none. */
  readonly padId: number | null;
}

export interface EncodeOptions {
  readonly addSpecialTokens: boolean;
  /** Most tokens, special ones included; null for no bound. */
  readonly maxLength: number | null;
  /** Where tokens are cut off. */
  readonly truncationSide: 'right' | 'left';
  readonly truncation: TruncationStrategy;
}
export interface Encoded {
  readonly ids: number[];
  readonly types: number[];
  readonly tokens: string[];
}

/** Reads a Hugging Face tokenizer.json. Throws `asset-invalid`, naming what is wrong. */
export function loadTokenizer(text: string, name: string): LoadedTokenizer {
  try {
    requireJsonDepth(text, name, 100);
    const json: Json = JSON.parse(text);
    if (!isRecord(json) || member(json, 'model') === undefined) throw new Error('it has no "model"');
    const template = templateOf(json.post_processor);
    if (template === null)
      throw new Error(`its post_processor "${String(member(json.post_processor, 'type'))}" is not known`);
    const tokenizer = new Tokenizer(json, {});
    // Special tokens are put in here, after truncation; the library would put them in before.
    tokenizer.post_processor = null;
    quicken(tokenizer, json);
    return { tokenizer, template, padId: padIdOf(json) };
  } catch (cause) {
    throw new Problem('asset-invalid', {
      message: `"${name}" cannot be used as a tokenizer: ${cause instanceof Error ? cause.message.slice(0, 200) : String(cause)}.`,
      fix: 'Give the tokenizer.json that belongs to the model; older vocab.txt or spiece.model files must be converted first.',
      where: { file: name },
      cause,
    });
  }
}

const padNames = ['[PAD]', '<pad>', '<|pad|>', '<PAD>'];

function padIdOf(json: Json): number | null {
  const own = member(member(json, 'padding'), 'pad_id');
  if (typeof own === 'number') return own;
  const added = listOf(member(json, 'added_tokens'));
  for (const name of padNames) {
    const id = member(
      added.find((token) => member(token, 'content') === name),
      'id',
    );
    if (typeof id === 'number') return id;
  }
  return null;
}

/** Words longer than this go the way that takes n log n steps and no stack. */
const longWord = 256;

/** Gives the two models whose time or stack grows too fast on one very long word another way to the same tokens. */
function quicken(tokenizer: Tokenizer, json: Json): void {
  const { model } = tokenizer;
  if (model instanceof BPE) {
    const slow = model.bpe.bind(model);
    let ranks: PairRanks | null = null;
    model.bpe = (word) => {
      if (word.length < longWord) return slow(word);
      ranks ??= pairRanks(model.merges, model.tokens_to_ids);
      return longWordPairs(model, ranks, word);
    };
  } else if (model instanceof Unigram) {
    const tree = buildUnigram(model.vocab, model.scores);
    const bytes = member(member(json, 'model'), 'byte_fallback') === true;
    // Unknown parts are fused inside a word by `unigramParts`; the library would also fuse over words.
    model.fuse_unk = false;
    model.encode = (words) => {
      const tokens: string[] = [];
      for (const word of words) {
        for (const { text, known } of unigramParts(tree, word)) {
          if (known || !bytes) tokens.push(text);
          else for (const token of byteTokens(text, model.tokens_to_ids)) tokens.push(token);
        }
      }
      return tokens;
    };
  }
}

function longWordPairs(model: BPE, ranks: PairRanks, word: string): string[] {
  const { codes, places } = codePoints(word);
  const last = codes.length - 1;
  const ending = model.end_of_word_suffix ?? '';
  const known = new Map<number, number>();
  const symbols = codes.map((code, i) => {
    if (i === last) return model.tokens_to_ids.get(String.fromCodePoint(code) + ending) ?? -1;
    const found = known.get(code) ?? model.tokens_to_ids.get(String.fromCodePoint(code)) ?? -1;
    known.set(code, found);
    return found;
  });
  const { starts } = mergePairs(symbols, ranks);
  const suffix = model.continuing_subword_suffix ?? '';
  return starts.map((start, i) =>
    i + 1 < starts.length
      ? word.slice(places[start], places[starts[i + 1]]) + suffix
      : word.slice(places[start]) + ending,
  );
}

function byteTokens(text: string, ids: ReadonlyMap<string, number>): readonly string[] {
  const tokens = Array.from(
    new TextEncoder().encode(text),
    (byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
  );
  return tokens.every((token) => ids.has(token)) ? tokens : [text];
}

/**
 * Ids of one text or a pair, as Hugging Face tokenizers gives them: truncated first, then special tokens put in.
 * Throws `value-invalid` when `maxLength` cannot be kept.
 */
export function encodeText(loaded: LoadedTokenizer, first: string, second: string | null, o: EncodeOptions): Encoded {
  const { tokenizer, template } = loaded;
  const a = tokenizer.encode(first, { add_special_tokens: false });
  const b = second === null ? null : tokenizer.encode(second, { add_special_tokens: false });
  const parts = b === null ? template.single : template.pair;
  const specials = o.addSpecialTokens ? parts.filter((part) => part.part === 'special').length : 0;
  const kept = keep(a.ids.length, b?.ids.length ?? null, specials, o);
  const cut = <T>(list: readonly T[], length: number) =>
    o.truncationSide === 'right' ? list.slice(0, length) : list.slice(list.length - length);
  const out: Encoded = { ids: [], types: [], tokens: [] };
  for (const part of parts) {
    if (part.part === 'special') {
      if (o.addSpecialTokens) append(out, [part.id], [part.token], part.type);
      continue;
    }
    const source = part.part === 'first' ? a : b;
    const length = kept[part.part === 'first' ? 0 : 1];
    if (source !== null) append(out, cut(source.ids, length), cut(source.tokens, length), part.type);
  }
  return out;
}

function keep(first: number, second: number | null, specials: number, o: EncodeOptions): readonly [number, number] {
  if (o.maxLength === null) return [first, second ?? 0];
  if (o.maxLength < specials)
    throw new Problem('value-invalid', {
      message: `maxLength is ${o.maxLength}, but this tokenizer adds ${specials} special tokens.`,
      fix: `Set maxLength to more than ${specials}, or leave special tokens out.`,
      where: { param: 'maxLength' },
    });
  return keptLengths(first, second, o.maxLength - specials, o.truncation);
}

function append(out: Encoded, ids: readonly number[], tokens: readonly string[], type: number): void {
  for (let i = 0; i < ids.length; i++) {
    out.ids.push(ids[i]);
    out.types.push(type);
    out.tokens.push(tokens[i]);
  }
}

/** Text of ids. Throws `value-invalid` for an id that the tokenizer does not have. */
export function decodeIds({ tokenizer }: LoadedTokenizer, ids: readonly number[], skipSpecialTokens: boolean): string {
  for (const id of ids) {
    if (tokenizer.id_to_token(id) !== undefined) continue;
    throw new Problem('value-invalid', {
      message: `Id ${id} is not in the tokenizer's vocabulary of ${tokenizer.get_vocab().size}.`,
      fix: 'Use the tokenizer that belongs to the model that made the ids.',
    });
  }
  if (ids.length === 0) return '';
  return tokenizer.decode([...ids], { skip_special_tokens: skipSpecialTokens, clean_up_tokenization_spaces: false });
}
