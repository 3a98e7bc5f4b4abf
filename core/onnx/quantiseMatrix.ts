/** A matrix [rows, columns] in whole numbers: value ≈ number * scales[column]. */
export interface QuantisedMatrix {
  readonly numbers: Int8Array;
  readonly scales: Float32Array;
}

/**
 * Symmetric quantisation, a scale for each column: scale = max |w| / limit, number = round(w / scale), limit 64 for 7
 * bits and 127 for 8. `alpha` is a factor that goes into the scales. Null when a value is NaN or infinite.
 *
 * Seven bits because processors with AVX2 but without VNNI add products of unsigned and signed bytes in pairs, in 16
 * bits that saturate (Intel SDM, VPMADDUBSW): 2 * 255 * 64 fits into them, 2 * 255 * 127 does not.
 */
export function quantiseColumns(
  weights: Float32Array,
  rows: number,
  columns: number,
  bits: 7 | 8,
  alpha = 1,
): QuantisedMatrix | null {
  const limit = bits === 7 ? 64 : 127;
  const scales = new Float32Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const size = Math.abs(weights[row * columns + column]);
      if (!(size < Infinity)) return null;
      if (size > scales[column]) scales[column] = size;
    }
  }
  const perScale = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    // A column of zeros, or of numbers too small to divide by, stays zero under any scale.
    const scale = Math.fround(scales[column] / limit);
    scales[column] = scale > 0 ? scale : 1;
    perScale[column] = scale > 0 ? 1 / scale : 0;
  }
  const numbers = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      const number = roundEven(weights[at] * perScale[column]);
      numbers[at] = Math.max(-limit, Math.min(limit, number));
    }
  }
  if (alpha !== 1) for (let column = 0; column < columns; column++) scales[column] *= alpha;
  return { numbers, scales };
}

/** [rows, columns] to [columns, rows]. */
export function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) turned[column * rows + row] = matrix[row * columns + column];
  return turned;
}

/** To the nearest whole number, halves to the even one, as ONNX rounds. */
export function roundEven(x: number): number {
  const down = Math.floor(x);
  const over = x - down;
  if (over !== 0.5) return over < 0.5 ? down : down + 1;
  return down % 2 === 0 ? down : down + 1;
}
