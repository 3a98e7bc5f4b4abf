import { softmax64 } from './softmax.ts';

/** Mean of vectors of one length. */
export function meanVector(rows: readonly Float32Array[]): Float64Array {
  const out = new Float64Array(rows[0].length);
  for (const row of rows) for (let i = 0; i < out.length; i++) out[i] += row[i] / rows.length;
  return out;
}

/** softmax over rows of query . row / (sqrt(d) * temperature): scaled dot-product attention (Vaswani et al. 2017) of one query. */
export function attentionWeights(
  query: ArrayLike<number>,
  keys: readonly Float32Array[],
  temperature: number,
): Float64Array {
  const scores = keys.map((key) => dot(query, key) / Math.sqrt(key.length));
  return softmax64(scores, temperature);
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Cosine of the angle between two vectors; 0 when one has no length. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const size = Math.sqrt(dot(a, a) * dot(b, b));
  return size > 0 ? dot(a, b) / size : 0;
}

/** Mean cosine over all pairs of rows; null for fewer than two. */
export function meanPairCosine(rows: readonly Float32Array[]): number | null {
  let sum = 0;
  let pairs = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let j = i + 1; j < rows.length; j++) {
      sum += cosine(rows[i], rows[j]);
      pairs++;
    }
  }
  return pairs === 0 ? null : sum / pairs;
}
