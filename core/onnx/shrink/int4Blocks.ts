/** Numbers of 4 bits, two in a byte, the earlier in the lower half. */
export interface Blocks {
  /** [rows, blocks, blockSize / 2] */
  readonly packed: Uint8Array;
  /** [rows * blocks] */
  readonly scales: Float32Array;
  /** Zero points, two in a byte, row by row; null for symmetric ones, which have 8. */
  readonly zeros: Uint8Array | null;
}

/**
 * Rows of numbers in blocks of 16 steps each: value ≈ (number - zero) * scale. Symmetric: the value of the largest size gets
 * -8 or its counterpart, so that all 16 steps are used (as ONNX Runtime's `MlasQuantizeBlockwise` does); else the steps go
 * from the least to the largest value of the block, zero among them.
 */
export function quantiseBlocks(
  values: Float32Array,
  rows: number,
  length: number,
  blockSize: number,
  symmetric: boolean,
): Blocks {
  const blocks = Math.ceil(length / blockSize);
  const packed = new Uint8Array((rows * blocks * blockSize) / 2);
  const scales = new Float32Array(rows * blocks);
  const zeroBytes = Math.ceil(blocks / 2);
  const zeros = symmetric ? null : new Uint8Array(rows * zeroBytes);
  for (let row = 0; row < rows; row++)
    for (let block = 0; block < blocks; block++) {
      const from = row * length + block * blockSize;
      const to = Math.min(from + blockSize, (row + 1) * length);
      const { scale, zero } = symmetric ? symmetricSteps(values, from, to) : steps(values, from, to);
      const at = row * blocks + block;
      scales[at] = scale;
      if (zeros !== null) zeros[row * zeroBytes + (block >> 1)] |= zero << (4 * (block & 1));
      for (let i = 0; i < blockSize; i++) {
        // What fills up the last block stands for zero.
        const number = from + i < to ? Math.round(values[from + i] / scale) + zero : zero;
        packed[(at * blockSize + i) >> 1] |= Math.max(0, Math.min(15, number)) << (4 * (i & 1));
      }
    }
  return { packed, scales, zeros };
}

function symmetricSteps(values: Float32Array, from: number, to: number): { scale: number; zero: number } {
  let extreme = 0;
  for (let i = from; i < to; i++) if (Math.abs(values[i]) > Math.abs(extreme)) extreme = values[i];
  const scale = Math.fround(extreme / -8);
  return { scale: Math.abs(scale) >= smallestNormal ? scale : 1, zero: 8 };
}

function steps(values: Float32Array, from: number, to: number): { scale: number; zero: number } {
  let [low, high] = [0, 0];
  for (let i = from; i < to; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  const scale = Math.fround((high - low) / 15);
  if (!(scale >= smallestNormal)) return { scale: 1, zero: 0 };
  return { scale, zero: Math.max(0, Math.min(15, Math.round(-low / scale))) };
}

/** Of float32: below it a processor may flush to zero. */
const smallestNormal = 2 ** -126;
