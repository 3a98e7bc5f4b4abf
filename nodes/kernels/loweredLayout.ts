import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { Dtype } from '../../core/kinds/dtype.ts';
import type { Dim } from '../../core/kinds/type.ts';
import { graphAxis } from './loweredAxes.ts';
import { notLowerable } from './notLowerable.ts';
import { axisOf } from './shapes.ts';
import { type PadSpec, type SliceSpec, spanOf } from './slicePad.ts';
import { filledTensor } from './tensor.ts';

/** Far beyond every axis, and still a whole number that a double holds. */
const far = Number.MAX_SAFE_INTEGER;

/** `pickTensor` by `slicePicks` as one Slice; `shape` is that of one item. */
export function loweredSlice(onnx: OnnxGraph, x: OnnxValue, spec: SliceSpec, shape: readonly Dim[]): OnnxValue {
  if (spec.axes.length === 0) return x;
  const spans = spec.axes.map((axis, i) => {
    const step = spec.steps[i] ?? 1;
    const size = shape[axisOf(axis, shape.length) ?? 0];
    if (typeof size !== 'number') return openSpan(axis, step, spec.starts[i], spec.ends[i]);
    const { start, count } = spanOf(size, spec.starts[i] ?? (step > 0 ? 0 : far), spec.ends[i], step);
    if (count === 0) return { start: 0, end: 0, step: 1 };
    const end = start + count * step;
    // A place before the first would be counted from the end.
    return { start, end: end < 0 ? -far : end, step };
  });
  const list = (of: 'start' | 'end' | 'step') => onnx.integers(spans.map((span) => span[of]));
  const axes = onnx.integers(spec.axes.map((axis) => graphAxis(axis, shape.length)));
  return onnx.op('Slice', [x, list('start'), list('end'), axes, list('step')]);
}

/** Of an axis whose size is not known: clamped by the operator, as Python does. */
function openSpan(axis: number, step: number, start: number | undefined, end: number | undefined) {
  if (step < 0 && start !== undefined && start < -1)
    throw notLowerable(
      `Axis ${axis} is cut backwards from ${start}, and its size is not known: beyond the end the operator clamps otherwise.`,
      'Leave the start open, or make the size known before.',
    );
  return { start: start ?? (step > 0 ? 0 : far), end: end ?? (step > 0 ? far : -far), step };
}

/** Dtypes that ONNX Runtime pads by way of another that holds the same numbers. */
const paddedAs: Partial<Record<Dtype, Dtype>> = { int16: 'int32', uint16: 'int32' };

/** `pickOrFill` by `padPicks` as one Pad. */
export function loweredPad(
  onnx: OnnxGraph,
  x: OnnxValue,
  spec: PadSpec & { readonly value: number },
  rank: number,
): OnnxValue {
  if (x.dtype === 'string') throw notLowerable('No operator pads text.', 'Keep text outside.');
  const before = new Array<number>(rank + 1).fill(0);
  const after = new Array<number>(rank + 1).fill(0);
  spec.axes.forEach((axis, i) => {
    before[graphAxis(axis, rank)] = spec.before[i];
    after[graphAxis(axis, rank)] = spec.after[i];
  });
  const dtype = paddedAs[x.dtype] ?? x.dtype;
  const fill = onnx.cast(onnx.constant(filledTensor(x.dtype, [], spec.value)), dtype);
  const inputs = [onnx.cast(x, dtype), onnx.integers([...before, ...after]), spec.mode === 'constant' ? fill : null];
  return onnx.cast(onnx.op('Pad', inputs, { mode: spec.mode }), x.dtype);
}

/**
 * `gatherTensor` where each item has positions of its own, [N, ...positions]: the axis goes to the front, GatherND picks
 * whole slices of it, and the positions' axes go back to its place.
 */
export function gatheredByItem(
  onnx: OnnxGraph,
  x: OnnxValue,
  rank: number,
  axis: number,
  positions: OnnxValue,
  positionRank: number,
): OnnxValue {
  const others = Array.from({ length: rank }, (_, i) => i + 1).filter((at) => at !== axis);
  const front = axis === 1 ? x : onnx.op('Transpose', [x], { perm: [0, axis, ...others] });
  const places = onnx.op('Unsqueeze', [onnx.cast(positions, 'int64'), onnx.integers([positionRank + 1])]);
  const picked = onnx.op('GatherND', [front, places], { batch_dims: 1 });
  if (axis === 1) return picked;
  // [N, positions, axes before, axes behind] to [N, axes before, positions, axes behind].
  const own = Array.from({ length: positionRank }, (_, i) => i + 1);
  const rest = others.map((_, i) => positionRank + 1 + i);
  return onnx.op('Transpose', [picked], { perm: [0, ...rest.slice(0, axis - 1), ...own, ...rest.slice(axis - 1)] });
}
