/**
 * The first `count` rows of an orthonormal DCT-II over the rows of [rows, columns] (scipy.fft.dct type 2, norm "ortho"),
 * with librosa's sinusoidal lifter: row n times 1 + lifter / 2 * sin(pi (n + 1) / lifter); 0 leaves it out.
 */
export function mfccOf(logMel: Float32Array, rows: number, count: number, lifter: number): Float32Array {
  const columns = logMel.length / rows;
  const out = new Float32Array(count * columns);
  const sums = new Float64Array(columns);
  for (let n = 0; n < count; n++) {
    const scale =
      Math.sqrt((n === 0 ? 1 : 2) / rows) *
      (lifter > 0 ? 1 + (lifter / 2) * Math.sin((Math.PI * (n + 1)) / lifter) : 1);
    sums.fill(0);
    for (let m = 0; m < rows; m++) {
      const weight = scale * Math.cos((Math.PI * n * (2 * m + 1)) / (2 * rows));
      for (let c = 0, at = m * columns; c < columns; c++, at++) sums[c] += weight * logMel[at];
    }
    out.set(sums, n * columns);
  }
  return out;
}
