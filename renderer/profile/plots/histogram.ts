export interface Bin {
  readonly from: number;
  readonly to: number;
  /** Share of all values, those beyond the domain counted too. */
  readonly share: number;
}

/**
 * Bins of equal width over `[from, to]`; Freedman and Diaconis (1981) choose the width, 2 IQR n^(-1/3), within 8 to
 * `most` bins.
 */
export function histogram(sorted: ArrayLike<number>, from: number, to: number, most: number): readonly Bin[] {
  const n = sorted.length;
  if (n === 0 || !(to > from)) return [];
  const spread = sorted[Math.floor(n * 0.75)] - sorted[Math.floor(n * 0.25)];
  const wanted = spread > 0 ? Math.ceil((to - from) / (2 * spread * n ** (-1 / 3))) : most;
  const count = Math.max(Math.min(8, most), Math.min(most, wanted));
  const width = (to - from) / count;
  const counts = new Float64Array(count);
  for (let i = 0; i < n; i++) {
    const value = sorted[i];
    if (value >= from && value <= to) counts[Math.min(count - 1, Math.floor((value - from) / width))]++;
  }
  return Array.from(counts, (c, i) => ({ from: from + i * width, to: from + (i + 1) * width, share: c / n }));
}

/** Points of the empirical distribution, thinned to a few hundred: the share of values that are at most `ms`. */
export function distribution(
  sorted: ArrayLike<number>,
  points = 300,
): readonly { readonly ms: number; readonly share: number }[] {
  const n = sorted.length;
  const step = Math.max(1, n / points);
  const found: { readonly ms: number; readonly share: number }[] = [];
  for (let at = 0; at < n; at += step) {
    const i = Math.floor(at);
    found.push({ ms: sorted[i], share: (i + 1) / n });
  }
  if (n > 0) found.push({ ms: sorted[n - 1], share: 1 });
  return found;
}

/** Median of each value and its neighbours, `half` on each side, at a few hundred places. */
export function rollingMedian(
  values: readonly number[],
  half: number,
  points = 300,
): readonly { readonly at: number; readonly value: number }[] {
  const step = Math.max(1, Math.floor(values.length / points));
  return values.flatMap((_, at) => {
    if (at % step !== 0) return [];
    const near = values.slice(Math.max(0, at - half), at + half + 1).sort((a, b) => a - b);
    const middle = near.length >> 1;
    const value = near.length % 2 === 1 ? near[middle] : (near[middle - 1] + near[middle]) / 2;
    return [{ at, value }];
  });
}
