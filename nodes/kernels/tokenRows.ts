import type { TensorOf } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { Encoded, LoadedTokenizer } from './tokenizer.ts';

export const paddings = ['none', 'fixed', 'multiple'] as const;
export interface PaddingOptions {
  /** `none`: only as far as the longest row needs. */
  readonly padding: (typeof paddings)[number];
  /** For `fixed` the length of every row, for `multiple` what it is a multiple of; tokens. */
  readonly padLength: number;
  readonly padSide: 'right' | 'left';
  /** Null: what the tokenizer names. */
  readonly padId: number | null;
}

export interface TokenRows {
  readonly ids: TensorOf<'int64'>;
  readonly mask: TensorOf<'int64'>;
  readonly types: TensorOf<'int64'>;
}

/** Rows of one length, as int64 [rows, length]. Throws `value-shape` for a row over a fixed length, `value-invalid` without a pad id. */
export function tokenRows(rows: readonly Encoded[], loaded: LoadedTokenizer, o: PaddingOptions): TokenRows {
  const longest = rows.reduce((most, row) => Math.max(most, row.ids.length), 0);
  const length = paddedLength(longest, o);
  const short = rows.some((row) => row.ids.length < length);
  const padId = short ? requirePadId(o.padId ?? loaded.padId) : 0n;
  const ids = new BigInt64Array(rows.length * length).fill(padId);
  const mask = new BigInt64Array(ids.length);
  const types = new BigInt64Array(ids.length);
  rows.forEach((row, r) => {
    const count = row.ids.length;
    const start = r * length + (o.padSide === 'left' ? length - count : 0);
    for (let i = 0; i < count; i++) {
      ids[start + i] = BigInt(row.ids[i]);
      types[start + i] = BigInt(row.types[i]);
    }
    mask.fill(1n, start, start + count);
  });
  const shape = [rows.length, length];
  const tensor = (data: BigInt64Array) => ({ kind: 'tensor' as const, dtype: 'int64' as const, shape, data });
  return { ids: tensor(ids), mask: tensor(mask), types: tensor(types) };
}

function paddedLength(longest: number, { padding, padLength }: PaddingOptions): number {
  if (padding === 'none') return longest;
  if (padding === 'multiple') return Math.ceil(longest / padLength) * padLength;
  if (longest <= padLength) return padLength;
  throw new Problem('value-shape', {
    message: `The text has ${longest} tokens, more than the fixed length of ${padLength}.`,
    fix: `Set maxLength to ${padLength}, so that longer text is cut, or raise padLength.`,
    where: { param: 'padLength' },
  });
}

function requirePadId(id: number | null): bigint {
  if (id !== null) return BigInt(id);
  throw new Problem('value-invalid', {
    message: 'Rows must be padded, but the tokenizer names no padding token.',
    fix: 'Set padId to the id that the model was trained to ignore, often 0.',
    where: { param: 'padId' },
  });
}
