import type { LoweredTensor, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { Dim, TensorType } from '../../core/kinds/type.ts';
import { notLowerable } from './notLowerable.ts';
import { axesOf, axisOf } from './shapes.ts';

/** Axes of one item are one further behind in a graph, where N stands in front of them. */

/** The shape of one item. Throws `not-lowerable` where not even the number of axes is known. */
export function knownShape(type: TensorType, port: string): readonly Dim[] {
  if (type.shape !== null) return type.shape;
  throw notLowerable(
    `How many axes "${port}" has is not known, and operators of ONNX name axes by their place.`,
    'Say the shape where the tensor comes in, or put tensor.reshape before it.',
  );
}

/** An axis of one item as an axis of the graph's tensor; `infer` has reported one that is not there. */
export function graphAxis(axis: number, rank: number): number {
  const found = axisOf(axis, rank);
  if (found === null)
    throw notLowerable(`There is no axis ${axis} in a tensor of ${rank} axes.`, 'Choose another axis.');
  return found + 1;
}

/** The same for several, ascending; none stands for all. */
export function graphAxes(axes: readonly number[], shape: readonly Dim[]): readonly number[] {
  const all = shape.map((_, axis) => axis);
  const found = axesOf(axes, shape, all);
  if ('fault' in found) throw notLowerable(found.fault.message, found.fault.fix);
  return found.axes.map((axis) => axis + 1);
}

/** Axes of 1 put in behind N, so that a tensor meets one of more axes as broadcasting wants it. */
export function raised(onnx: OnnxGraph, value: OnnxValue, rank: number, to: number): OnnxValue {
  if (rank >= to) return value;
  const axes = Array.from({ length: to - rank }, (_, i) => i + 1);
  return onnx.op('Unsqueeze', [value, onnx.integers(axes)]);
}

/** bool [N]: whether all of an item's elements hold; `rank` is that of one item. */
export function allOfItem(onnx: OnnxGraph, holds: OnnxValue, rank: number): OnnxValue {
  if (rank === 0) return holds;
  const axes = onnx.integers(Array.from({ length: rank }, (_, i) => i + 1));
  // Counted, since the least of no elements is not defined.
  const faults = onnx.op('ReduceSum', [onnx.cast(onnx.op('Not', [holds]), 'int32'), axes], { keepdims: 0 });
  const none = onnx.constant({ kind: 'tensor', dtype: 'int32', shape: [], data: Int32Array.of(0) });
  return onnx.op('Equal', [faults, none], {}, 'present');
}

export function tensorResult(tensor: OnnxValue): LoweredTensor {
  return { kind: 'tensor', tensor };
}
