import type { ScoresValue } from '../../core/kinds/value.ts';
import { indexOfMax, softmax64 } from './softmax.ts';

/** Rules of late fusion over M rows of C scores each. All work in double precision and round to float32 at the end. */

/** sum_m weights[m] * rows[m][c]; weights sum to 1. */
export function weightedAverageOf(rows: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const out = new Float64Array(rows[0].length);
  rows.forEach((row, m) => {
    for (let c = 0; c < out.length; c++) out[c] += weights[m] * row[c];
  });
  return Float32Array.from(out);
}

/** Smallest probability that a single expert may give, so that one zero does not silence all the others. */
const floor = 1e-12;

/**
 * Product of experts, p(c) ~ prod_m p_m(c)^w_m, in log space (Hinton 2002; with weights: logarithmic opinion pool).
 * Probabilities are renormalised over classes; `independent` scores per class against their complements;
 * logits give log probabilities summed, as logits again.
 */
export function productOf(
  rows: readonly Float32Array[],
  weights: readonly number[],
  form: ScoresValue['form'],
): Float32Array {
  const yes = new Float64Array(rows[0].length);
  const no = new Float64Array(rows[0].length);
  rows.forEach((row, m) => {
    const p = form === 'logits' ? softmax64(row) : row;
    for (let c = 0; c < yes.length; c++) {
      yes[c] += weights[m] * Math.log(Math.max(p[c], floor));
      no[c] += weights[m] * Math.log(Math.max(1 - p[c], floor));
    }
  });
  if (form === 'logits') return Float32Array.from(yes);
  if (form === 'independent') return Float32Array.from(yes, (y, c) => 1 / (1 + Math.exp(no[c] - y)));
  return Float32Array.from(softmax64(yes));
}

/** max_m rows[m][c]; probabilities are scaled to sum to 1 again. */
export function maximumOf(rows: readonly Float32Array[], form: ScoresValue['form']): Float32Array {
  const out = new Float64Array(rows[0]);
  for (const row of rows) for (let c = 0; c < out.length; c++) if (row[c] > out[c]) out[c] = row[c];
  const sum = form === 'probabilities' ? out.reduce((a, b) => a + b, 0) : 1;
  return Float32Array.from(out, (x) => (sum > 0 ? x / sum : x));
}

/**
 * Each row votes for its best class; out[c] = (votes[c] + mean_m p_m[c]) / (M + 1). More votes always win, equal
 * votes are decided by the summed score, and probabilities sum to 1. Scores that are not probabilities count by
 * their softmax.
 */
export function majorityOf(
  rows: readonly Float32Array[],
  form: ScoresValue['form'],
): { readonly scores: Float32Array; readonly votes: Int32Array } {
  const count = rows[0].length;
  const votes = new Int32Array(count);
  const summed = new Float64Array(count);
  for (const row of rows) {
    const best = indexOfMax(row);
    if (best >= 0) votes[best]++;
    const p = form === 'probabilities' ? row : softmax64(row);
    for (let c = 0; c < count; c++) summed[c] += p[c];
  }
  const scores = Float32Array.from(votes, (v, c) => (v + summed[c] / rows.length) / (rows.length + 1));
  return { scores, votes };
}

/** How sure one row of probabilities is, from 0 to 1: its largest; the largest less the second; or 1 - entropy / log C. */
export function confidenceOf(row: ArrayLike<number>, measure: 'max' | 'margin' | 'entropy'): number {
  const best = indexOfMax(row);
  if (best < 0) return 0;
  if (measure === 'max' || row.length === 1) return row[best];
  if (measure === 'margin') {
    let second = 0;
    for (let c = 0; c < row.length; c++) if (c !== best && row[c] > second) second = row[c];
    return row[best] - second;
  }
  let entropy = 0;
  for (let c = 0; c < row.length; c++) if (row[c] > 0) entropy -= row[c] * Math.log(row[c]);
  return 1 - entropy / Math.log(row.length);
}

/** Share of rows whose best class is the fused one. */
export function agreementOf(rows: readonly Float32Array[], fused: Float32Array): number {
  const winner = indexOfMax(fused);
  return rows.filter((row) => indexOfMax(row) === winner).length / rows.length;
}
