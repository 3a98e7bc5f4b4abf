import type { Difference, NodeDifference } from '../../../core/profile/comparison.ts';
import { tooFewRuns } from '../../../core/profile/comparisonSentence.ts';

/** A logarithmic axis of ratios around 1, wide enough for every interval but for those beyond four times. */
export interface RatioAxis {
  /** Ratio at either end is 1 / most and most. */
  readonly most: number;
}

const widest = 4;
const narrowest = 1.04;

export function ratioAxis(differences: readonly Pick<Difference, 'low' | 'high'>[]): RatioAxis {
  let most = narrowest;
  for (const { low, high } of differences)
    for (const ratio of [low, high]) if (Number.isFinite(ratio) && ratio > 0) most = Math.max(most, ratio, 1 / ratio);
  return { most: Math.min(widest, most ** 1.08) };
}

/** 0 at the left end, 0.5 where nothing changed, 1 at the right; kept within. */
export function shareOf({ most }: RatioAxis, ratio: number): number {
  if (!(ratio > 0)) return 0;
  return Math.min(1, Math.max(0, 0.5 + Math.log(ratio) / (2 * Math.log(most))));
}

/** Round changes that stand at least `apart` of the axis from each other, the middle always among them. */
export function ratioTicks(
  axis: RatioAxis,
  apart: number,
): readonly { readonly ratio: number; readonly text: string }[] {
  const steps = [0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2];
  const kept: number[] = [1];
  const fits = (ratio: number): boolean =>
    shareOf(axis, ratio) > 0.04 &&
    shareOf(axis, ratio) < 0.96 &&
    kept.every((other) => Math.abs(shareOf(axis, other) - shareOf(axis, ratio)) >= apart);
  for (const step of [...steps].reverse())
    for (const ratio of [1 + step, 1 - step]) if (ratio > 0 && fits(ratio)) kept.push(ratio);
  return kept.sort((a, b) => a - b).map((ratio) => ({ ratio, text: changeText(ratio) }));
}

function changeText(ratio: number): string {
  const percent = Math.round((ratio - 1) * 100);
  return percent === 0 ? '0' : `${percent < 0 ? '\u2212' : '+'}${Math.abs(percent)} %`;
}

/** What changed most first, by milliseconds, sure or not; then by name, so that the order stays. */
export function byEffect(nodes: readonly NodeDifference[]): readonly NodeDifference[] {
  return [...nodes].sort(
    (a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || a.node.localeCompare(b.node, 'en'),
  );
}

/** `−53 % (−56 to −50)`; empty where there is nothing to be divided. */
export function intervalText({ ratio, low, high }: Pick<Difference, 'ratio' | 'low' | 'high'>): string {
  if (![ratio, low, high].every((one) => Number.isFinite(one) && one > 0)) return '';
  if (tooFewRuns({ low, high })) return `${signed(ratio)} % (too few runs)`;
  const [a, b] = [Math.min(low, high), Math.max(low, high)];
  return `${signed(ratio)} % (${signed(a)} to ${signed(b)})`;
}

function signed(ratio: number): string {
  const percent = (ratio - 1) * 100;
  const text = Math.abs(percent).toFixed(Math.abs(percent) < 9.95 ? 1 : 0);
  return Number(text) === 0 ? '0' : `${percent < 0 ? '\u2212' : '+'}${text}`;
}
