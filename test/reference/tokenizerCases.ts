import { readFileSync } from 'node:fs';

interface Ids {
  readonly ids: readonly number[];
  readonly types: readonly number[];
}
export interface TruncatedCase {
  readonly maxLength: number;
  readonly side: 'right' | 'left';
  readonly strategy: 'longest_first' | 'only_first' | 'only_second';
  readonly text: string;
  readonly pair: string | null;
  readonly ids?: readonly number[];
  readonly types?: readonly number[];
  readonly error?: string;
}
export interface PaddedCase {
  readonly padding: {
    readonly length?: number;
    readonly direction?: 'left' | 'right';
    readonly pad_to_multiple_of?: number;
  };
  readonly batch: readonly string[];
  readonly rows: readonly (Ids & { readonly mask: readonly number[] })[];
}
export interface TokenizerRecord {
  readonly plain: readonly (readonly number[])[];
  readonly special: readonly Ids[];
  readonly tokens: readonly (readonly string[])[];
  readonly long: readonly number[];
  readonly pairs: readonly Ids[];
  readonly pairsPlain: readonly Ids[];
  readonly decoded: readonly string[];
  readonly decodedAll: readonly string[];
  readonly truncated: readonly TruncatedCase[];
  readonly padded: readonly PaddedCase[];
}
interface File {
  readonly texts: readonly string[];
  readonly long: readonly [string, number];
  readonly pairs: readonly (readonly [string, string])[];
  readonly tokenizers: Readonly<Record<TokenizerName, TokenizerRecord>>;
}

export const tokenizerNames = ['wordpiece', 'bpe', 'unigram'] as const;
export type TokenizerName = (typeof tokenizerNames)[number];

/** What test/reference/tokenizers.py recorded with Python's tokenizers. */
export function readTokenizerReference(): File {
  return JSON.parse(readFileSync(new URL('./tokenizers.json', import.meta.url), 'utf8'));
}

export function tokenizerJson(name: TokenizerName): string {
  return readFileSync(new URL(`./tokenizer-${name}.json`, import.meta.url), 'utf8');
}

/** The 10,000 characters that were recorded as one text. */
export function longText([piece, length]: readonly [string, number]): string {
  // Python counts code points.
  return Array.from(piece.repeat(Math.ceil(length / Array.from(piece).length)))
    .slice(0, length)
    .join('');
}
