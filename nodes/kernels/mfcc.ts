/**
 * The first `count` rows of the orthonormal DCT-II of `rows` numbers (scipy.fft.dct type 2, norm "ortho"), [count, rows], with
 * librosa's sinusoidal lifter: row n times 1 + lifter / 2 * sin(pi (n + 1) / lifter); 0 leaves it out.
 */
export function dctRows(rows: number, count: number, lifter: number): Float64Array {
  const out = new Float64Array(count * rows);
  for (let n = 0; n < count; n++) {
    const scale =
      Math.sqrt((n === 0 ? 1 : 2) / rows) *
      (lifter > 0 ? 1 + (lifter / 2) * Math.sin((Math.PI * (n + 1)) / lifter) : 1);
    for (let m = 0; m < rows; m++) out[n * rows + m] = scale * Math.cos((Math.PI * n * (2 * m + 1)) / (2 * rows));
  }
  return out;
}

/** `dctRows` over the rows of [rows, columns]: [count, columns]. */
export function mfccOf(logMel: Float32Array, rows: number, count: number, lifter: number): Float32Array {
  const columns = logMel.length / rows;
  const weights = dctRows(rows, count, lifter);
  const out = new Float32Array(count * columns);
  const sums = new Float64Array(columns);
  for (let n = 0; n < count; n++) {
    sums.fill(0);
    for (let m = 0; m < rows; m++) {
      const weight = weights[n * rows + m];
      for (let c = 0, at = m * columns; c < columns; c++, at++) sums[c] += weight * logMel[at];
    }
    out.set(sums, n * columns);
  }
  return out;
}
