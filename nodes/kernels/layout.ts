import type { TensorValue } from '../../core/kinds/value.ts';
import { type Cells, elementCount, emptyTensor, filledTensor, reshaped, stridesOf } from './tensor.ts';

/**
 * Writes row-major `to[i0, i1, ...] = from[offsets[0][i0] + offsets[1][i1] + ...]`: every rearrangement of a tensor
 * (transpose, slice, pad, gather, broadcast) is a choice of offsets. A negative offset leaves the cell as it is.
 */
export function gatherCells(from: ArrayLike<unknown>, to: Cells, offsets: readonly Int32Array[]): void {
  const last = offsets[offsets.length - 1];
  if (last === undefined) {
    to[0] = from[0];
    return;
  }
  if (offsets.some((axis) => axis.length === 0)) return;
  const outer = offsets.length - 1;
  const index = new Int32Array(outer);
  let written = 0;
  for (;;) {
    let base = 0;
    let outside = false;
    for (let axis = 0; axis < outer; axis++) {
      const offset = offsets[axis][index[axis]];
      if (offset < 0) outside = true;
      base += offset;
    }
    if (outside) written += last.length;
    else {
      for (let i = 0; i < last.length; i++, written++) {
        if (last[i] >= 0) to[written] = from[base + last[i]];
      }
    }
    let axis = outer - 1;
    while (axis >= 0 && ++index[axis] === offsets[axis].length) index[axis--] = 0;
    if (axis < 0) return;
  }
}

/** Offsets of `count` steps of `stride`, from `start`. */
export function steps(count: number, stride: number, start = 0): Int32Array {
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) out[i] = start + i * stride;
  return out;
}

function rearranged(tensor: TensorValue, offsets: readonly Int32Array[]): TensorValue {
  const out = emptyTensor(
    tensor.dtype,
    offsets.map((axis) => axis.length),
  );
  gatherCells(tensor.data, out.data, offsets);
  return out;
}

/** Axes reordered: axis i of the result is axis `perm[i]` of the tensor. */
export function transposeTensor(tensor: TensorValue, perm: readonly number[]): TensorValue {
  const strides = stridesOf(tensor.shape);
  return rearranged(
    tensor,
    perm.map((axis) => steps(tensor.shape[axis], strides[axis])),
  );
}

/** Picks positions along each axis: `picks[axis]` lists source positions, in order. */
export function pickTensor(tensor: TensorValue, picks: readonly Int32Array[]): TensorValue {
  const strides = stridesOf(tensor.shape);
  return rearranged(
    tensor,
    picks.map((positions, axis) => positions.map((position) => position * strides[axis])),
  );
}

/** As `pickTensor`, where position -1 stands for `fill`. */
export function pickOrFill(tensor: TensorValue, picks: readonly Int32Array[], fill: number): TensorValue {
  const strides = stridesOf(tensor.shape);
  const shape = picks.map((positions) => positions.length);
  const out =
    fill === 0 && tensor.dtype !== 'string'
      ? emptyTensor(tensor.dtype, shape)
      : filledTensor(tensor.dtype, shape, fill);
  gatherCells(
    tensor.data,
    out.data,
    picks.map((positions, axis) => positions.map((position) => (position < 0 ? -1 : position * strides[axis]))),
  );
  return out;
}

/** The tensor repeated to `shape` by broadcasting; the shapes must allow it. */
export function broadcastTensor(tensor: TensorValue, shape: readonly number[]): TensorValue {
  const lead = shape.length - tensor.shape.length;
  const strides = stridesOf(tensor.shape);
  return rearranged(
    tensor,
    shape.map((size, axis) => {
      const own = axis - lead;
      return steps(size, own < 0 || tensor.shape[own] === 1 ? 0 : strides[own]);
    }),
  );
}

/** Tensors of one dtype joined along an axis; other sizes agree. */
export function concatTensors(parts: readonly TensorValue[], axis: number, shape: readonly number[]): TensorValue {
  const [first] = parts;
  const out = emptyTensor(first.dtype, shape);
  const cells: Cells = out.data;
  const outer = elementCount(shape.slice(0, axis));
  const inner = elementCount(shape.slice(axis + 1));
  const row = shape[axis] * inner;
  let start = 0;
  for (const part of parts) {
    const width = part.shape[axis] * inner;
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < width; i++) cells[o * row + start + i] = part.data[o * width + i];
    }
    start += width;
  }
  return out;
}

/** Tensors of one shape laid side by side along a new axis. */
export function stackTensors(parts: readonly TensorValue[], axis: number, shape: readonly number[]): TensorValue {
  const raised = parts.map((part) => reshaped(part, [...part.shape.slice(0, axis), 1, ...part.shape.slice(axis)]));
  return concatTensors(raised, axis, shape);
}

/** Takes whole slices along `axis` by position (ONNX Gather): shape[:axis] + indexShape + shape[axis + 1:]. */
export function gatherTensor(
  tensor: TensorValue,
  axis: number,
  positions: Int32Array,
  indexShape: readonly number[],
): TensorValue {
  const picks = tensor.shape.map((size, i) => (i === axis ? positions : steps(size, 1)));
  const { shape } = tensor;
  return reshaped(pickTensor(tensor, picks), [...shape.slice(0, axis), ...indexShape, ...shape.slice(axis + 1)]);
}
