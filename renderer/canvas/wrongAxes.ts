import type { Mismatch } from '../../core/check/fit.ts';
import type { AxisView } from '../../core/studio/api.ts';

export interface AxesApart {
  readonly expected: ReadonlySet<number>;
  readonly got: ReadonlySet<number>;
}

/**
 * The axes to mark: where the layouts are known, the one that stands elsewhere (channels moved from second to last); else
 * those whose numbers differ; and all of the longer side's where the counts of axes do.
 */
export function axesApart(expected: AxisView, got: AxisView, mismatches: readonly Mismatch[]): AxesApart {
  const layout = movedLetter(expected.letters, got.letters);
  if (layout !== null) return { expected: new Set([layout.from]), got: new Set([layout.to]) };
  if (expected.dims.length !== got.dims.length) {
    const both = Math.min(expected.dims.length, got.dims.length);
    return { expected: range(both, expected.dims.length), got: range(both, got.dims.length) };
  }
  const named = mismatches.flatMap((mismatch) => (mismatch.axis === undefined ? [] : [mismatch.axis]));
  const differ =
    named.length > 0
      ? named
      : expected.dims.flatMap((dim, i) => (bothNumbers(dim, got.dims[i]) && dim !== got.dims[i] ? [i] : []));
  return { expected: new Set(differ), got: new Set(differ) };
}

/** The one letter that was moved, when the letters are the same but for their order. */
function movedLetter(
  expected: readonly string[],
  got: readonly string[],
): { readonly from: number; readonly to: number } | null {
  if (expected.length === 0 || expected.length !== got.length || expected.join('') === got.join('')) return null;
  if ([...expected].sort().join('') !== [...got].sort().join('')) return null;
  for (const [from, letter] of expected.entries()) {
    const to = got.indexOf(letter);
    const rest = expected.filter((_, i) => i !== from).join('');
    if (rest === got.filter((_, i) => i !== to).join('')) return { from, to };
  }
  return null;
}

function bothNumbers(a: string, b: string | undefined): boolean {
  return b !== undefined && /^\d+$/.test(a) && /^\d+$/.test(b);
}

function range(from: number, to: number): ReadonlySet<number> {
  return new Set(Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i));
}
