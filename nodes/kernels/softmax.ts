/**
 * softmax(x / temperature): exp(x_i/T - max) / sum, in double precision, rounded to float32 at the end. The maximum
 * is taken off first, so that large logits do not overflow. One row; any length from 1.
 */
export function softmax(logits: ArrayLike<number>, temperature = 1): Float32Array {
  return Float32Array.from(softmax64(logits, temperature));
}

/** As `softmax`, kept in double precision. */
export function softmax64(logits: ArrayLike<number>, temperature = 1): Float64Array {
  const out = new Float64Array(logits.length);
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) if (logits[i] > max) max = logits[i];
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const e = Math.exp((logits[i] - max) / temperature);
    out[i] = e;
    sum += e;
  }
  for (let i = 0; i < out.length; i++) out[i] /= sum;
  return out;
}

/** 1 / (1 + exp(-x / temperature)) for each number. */
export function sigmoid(logits: ArrayLike<number>, temperature = 1): Float32Array {
  const out = new Float32Array(logits.length);
  for (let i = 0; i < out.length; i++) out[i] = 1 / (1 + Math.exp(-logits[i] / temperature));
  return out;
}

/** Place of the largest number, the first of equals; -1 for an empty list. */
export function indexOfMax(data: ArrayLike<number>): number {
  let best = data.length === 0 ? -1 : 0;
  for (let i = 1; i < data.length; i++) if (data[i] > data[best]) best = i;
  return best;
}

/** Places of the numbers, largest first, equals in their own order. */
export function descendingOrder(data: ArrayLike<number>): Int32Array {
  const order = new Int32Array(data.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => data[b] - data[a] || a - b);
}
