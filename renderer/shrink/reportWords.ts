import type { LayerSensitivity, ModelShrink, ShrinkReport } from '../../core/onnx/shrink/report.ts';

/** Numbers of reports as text. What is no number came over the wire as null. */

/** `12 %`, `0.31 %`, `4.1e-4 %`; `no number` where answers became NaN or changed their shape. */
export function shareText(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return 'no number';
  const percent = 100 * share;
  if (percent === 0) return '0 %';
  return `${Math.abs(percent) < 0.01 ? percent.toExponential(1).replace('-', '−') : Number(percent.toPrecision(2))} %`;
}

/** As many nines as it takes to tell it from one. */
export function cosineText(cosine: number): string {
  for (let digits = 3; digits < 9; digits++) if (Number(cosine.toFixed(digits)) < 1) return cosine.toFixed(digits);
  return '1';
}

/** `1.37×`: how many times as fast, of a ratio of times. */
export function speedText(ratio: number): string {
  return `${(1 / ratio).toFixed(2)}×`;
}

/** `4.2×`: how many times smaller. */
export function smallerText(before: number, after: number): string {
  const times = before / Math.max(1, after);
  return `${times.toFixed(times < 9.95 ? 1 : 0)}× smaller`;
}

/** What the model's own outputs lost, in parts to be set side by side. */
export function errorParts({ error, worstSample }: Pick<ModelShrink, 'error' | 'worstSample'>): readonly string[] {
  if (error === null) return [];
  const { top1, relative, maxDifference, cosine } = error;
  return [
    ...(top1 === null ? [] : [`best place same in ${top1.same} of ${top1.of}`]),
    `error ${shareText(relative)}`,
    `largest difference ${Number.isFinite(maxDifference) && maxDifference !== null ? Number(maxDifference.toPrecision(2)) : 'no number'}`,
    `cosine at least ${cosineText(cosine)}`,
    ...(worstSample === null ? [] : [`worst on ${worstSample}`]),
  ];
}

/** Warnings of the whole and of its models, each once. */
export function warningsOf({ warnings, models }: Pick<ShrinkReport, 'warnings' | 'models'>): readonly string[] {
  return [...new Set([...warnings, ...models.flatMap(({ shrink }) => shrink.warnings)])];
}

/** Layers that stayed as they were, by reason. */
export function leftByReason(
  left: ModelShrink['left'],
): readonly { readonly why: string; readonly layers: readonly string[] }[] {
  const byReason = new Map<string, string[]>();
  for (const { node, why } of left) byReason.set(why, [...(byReason.get(why) ?? []), node]);
  return [...byReason].map(([why, layers]) => ({ why, layers }));
}

export type SensitivityColumn = 'layer' | 'operator' | 'relative' | 'cosine' | 'ms' | 'savedMs' | 'savedBytes';

/** Sorted by one column; what is not known comes last either way, and equal rows stay in the model's order. */
export function sortedLayers(
  rows: readonly LayerSensitivity[],
  by: SensitivityColumn,
  down: boolean,
): readonly LayerSensitivity[] {
  const sign = down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [cellOf(a, by), cellOf(b, by)];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    if (typeof x === 'string' || typeof y === 'string')
      return sign * String(x).localeCompare(String(y), 'en', { numeric: true });
    return x === y ? 0 : sign * (x < y ? -1 : 1);
  });
}

/** An error that is no number is larger than any. */
function cellOf(row: LayerSensitivity, by: SensitivityColumn): number | string | null {
  if (by === 'relative') return row.relative ?? Number.POSITIVE_INFINITY;
  return row[by];
}
