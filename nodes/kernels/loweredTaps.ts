import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { double } from './constant.ts';
import { type AntialiasFilter, makeTaps, precisionBits, type Taps } from './resizeTaps.ts';

/** Output pixels that share one window of input pixels: wide enough for a quick product, narrow enough to waste little. */
const blockSize = 16;

/**
 * The antialiased resize of Pillow, byte for byte, for any filter: its fixed-point weights as matrices, whose products are
 * exact in float64. `pixels` uint8 [N, height, width, channels] of a known size.
 */
export function resizedByTaps(
  onnx: OnnxGraph,
  pixels: OnnxValue,
  old: { readonly width: number; readonly height: number },
  width: number,
  height: number,
  filter: AntialiasFilter,
): OnnxValue {
  // Each pass works along the third axis: first [N, channels, width, height], then the other way round.
  const columns = onnx.op('Transpose', [pixels], { perm: [0, 3, 2, 1] });
  const across =
    width === old.width ? columns : pass(onnx, columns, makeTaps(old.width, width, filter), old.width, old.height);
  const rows = onnx.op('Transpose', [across], { perm: [0, 1, 3, 2] });
  const down = height === old.height ? rows : pass(onnx, rows, makeTaps(old.height, height, filter), old.height, width);
  return onnx.op('Transpose', [down], { perm: [0, 2, 3, 1] }, 'resize');
}

/** uint8 [N, channels, from, other] to [N, channels, to, other]. */
function pass(onnx: OnnxGraph, pixels: OnnxValue, taps: Taps, from: number, other: number): OnnxValue {
  const to = taps.count.length;
  const { places, weights, blocks, span } = blocked(taps, from, to);
  const windows = onnx.op('Gather', [pixels, onnx.integers(places, [blocks, span])], { axis: 2 }, 'windows');
  const matrix = onnx.constant({
    kind: 'tensor',
    dtype: 'int32',
    shape: [blocks, blockSize, span],
    data: weights,
  });
  const sums = onnx.op('MatMul', [onnx.cast(matrix, 'float64'), onnx.cast(windows, 'float64')], {}, 'weighted');
  const joined = onnx.op('Reshape', [sums, onnx.integers([0, 0, blocks * blockSize, other])]);
  const cut = onnx.op('Slice', [joined, onnx.integers([0]), onnx.integers([to]), onnx.integers([2])]);
  const d = (value: number): OnnxValue => onnx.constant(double(value));
  const scaled = onnx.op('Mul', [onnx.op('Add', [cut, d(2 ** (precisionBits - 1))]), d(2 ** -precisionBits)]);
  return onnx.cast(onnx.op('Clip', [onnx.op('Floor', [scaled]), d(0), d(255)]), 'uint8');
}

/** The weights of each block of output pixels over its own window of input pixels; the last block may have empty rows. */
function blocked({ size, first, count, weights }: Taps, from: number, to: number) {
  const blocks = Math.ceil(to / blockSize);
  const start = (block: number): number => first[block * blockSize];
  const lastOf = (block: number): number => Math.min(to, (block + 1) * blockSize) - 1;
  let span = 1;
  for (let b = 0; b < blocks; b++) span = Math.max(span, first[lastOf(b)] + count[lastOf(b)] - start(b));
  const places = Array.from({ length: blocks * span }, (_, i) =>
    Math.min(from - 1, start(Math.floor(i / span)) + (i % span)),
  );
  const matrix = new Int32Array(blocks * blockSize * span);
  for (let i = 0; i < to; i++) {
    const shift = first[i] - start(Math.floor(i / blockSize));
    for (let k = 0; k < count[i]; k++) matrix[i * span + shift + k] = weights[i * size + k];
  }
  return { places, weights: matrix, blocks, span };
}
