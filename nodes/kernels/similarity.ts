/** x / max(|x|, epsilon) along the middle of [outer, size, inner], as torch.nn.functional.normalize. */
export function l2Normalised(
  numbers: ArrayLike<number>,
  outer: number,
  size: number,
  inner: number,
  epsilon: number,
): Float64Array {
  const out = new Float64Array(outer * size * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const start = o * size * inner + i;
      let sum = 0;
      for (let k = 0; k < size; k++) sum += numbers[start + k * inner] ** 2;
      const norm = Math.max(Math.sqrt(sum), epsilon);
      for (let k = 0; k < size; k++) out[start + k * inner] = numbers[start + k * inner] / norm;
    }
  }
  return out;
}

/**
 * Cosine of the angle between each row of a [rows, length] and each of b [columns, length], as [rows, columns].
 * A vector of zeros is like nothing: 0 (norms are at least 1e-8, as torch.nn.functional.cosine_similarity).
 */
export function cosineMatrix(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  rows: number,
  columns: number,
  length: number,
): Float64Array {
  const left = l2Normalised(a, rows, length, 1, 1e-8);
  const right = l2Normalised(b, columns, length, 1, 1e-8);
  const out = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let dot = 0;
      for (let k = 0; k < length; k++) dot += left[r * length + k] * right[c * length + k];
      out[r * columns + c] = dot;
    }
  }
  return out;
}
