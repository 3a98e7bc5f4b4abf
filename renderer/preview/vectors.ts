/** Cosine of the angle between two vectors; null when they cannot be compared. */
export function cosine(a: readonly number[], b: readonly number[]): number | null {
  if (a.length !== b.length || a.length === 0) return null;
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  const size = Math.sqrt(aa) * Math.sqrt(bb);
  return size > 0 ? Math.max(-1, Math.min(1, dot / size)) : null;
}

/** Three digits, but 1 only for what is the same as far as can be told: 0.9998 stays apart from 1. */
export function similarityText(x: number): string {
  const text = x > 0.9995 && x < 0.9999995 ? x.toFixed(6).replace(/0+$/, '') : x.toFixed(3);
  return text.replace('-', '\u2212').replace(/^1\.0+$/, '1');
}

/** Of each of `count` stretches the number farthest from zero, so that none of them is averaged away. */
export function strongest(values: readonly number[], count: number): readonly number[] {
  if (values.length <= count) return values;
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * values.length) / count);
    const to = Math.floor(((i + 1) * values.length) / count);
    let best = values[from];
    for (let k = from; k < to; k++) if (Math.abs(values[k]) > Math.abs(best)) best = values[k];
    return best;
  });
}

export function largestOf(values: readonly number[]): number {
  let most = 0;
  for (const x of values) if (Number.isFinite(x) && Math.abs(x) > most) most = Math.abs(x);
  return most;
}

/** Probabilities of logits, by the softmax that takes the largest off first. */
export function softmax(logits: readonly number[]): readonly number[] {
  const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = logits.map((x) => Math.exp(x - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / sum);
}
