import type { Dim } from '../../kinds/type.ts';
import { TensorProto_DataType as T } from '../gen/onnx-ml_pb.ts';
import { axesIn, axisIn, broadcast, meetDim, productOf, restOf, type Shape, sumOf, unknown } from './dims.ts';
import { knownTensor } from './known.ts';
import { type NodeView, type Rules, rulesFor, type } from './view.ts';

/** Operators that move, cut or repeat elements. */
export const layoutRules: Rules = {
  Reshape: (v) => [type(v.element(0), reshaped(v))],
  Transpose: (v) => [type(v.element(0), transposed(v.shape(0), v.ints('perm')))],
  Flatten: (v) => [type(v.element(0), flattened(v.shape(0), v.int('axis', 1)))],
  Concat: (v) => [type(v.anyElement(...v.node.input.keys()), concatenated(v))],
  Squeeze: (v) => [type(v.element(0), squeezed(v))],
  Unsqueeze: (v) => [type(v.element(0), unsqueezed(v))],
  Slice: (v) => [type(v.element(0), sliced(v))],
  Split: (v) => splitTypes(v),
  Expand: (v) => [type(v.element(0), expanded(v))],
  Tile: (v) => {
    const [shape, repeats] = [v.shape(0), v.known(1)?.data ?? null];
    if (shape === null || v.opset < 6) return [type(v.element(0), null)];
    const dims = shape.map((dim, i) => productOf([dim, repeats?.[i] ?? null]));
    return [type(v.element(0), dims)];
  },
  Pad: (v) => [type(v.element(0), padded(v))],
  Gather: (v) => {
    const [data, indices] = [v.shape(0), v.shape(1)];
    const axis = data === null ? null : axisIn(v.int('axis', 0), data.length);
    if (data === null || indices === null || axis === null) return [type(v.element(0), null)];
    return [type(v.element(0), [...data.slice(0, axis), ...indices, ...data.slice(axis + 1)])];
  },
  GatherElements: (v) => [type(v.element(0), v.shape(1))],
  GatherND: (v) => {
    const [data, indices, batch] = [v.shape(0), v.shape(1), v.int('batch_dims', 0)];
    const last = indices?.at(-1);
    if (data === null || indices === null || typeof last !== 'number') return [type(v.element(0), null)];
    return [type(v.element(0), [...indices.slice(0, -1), ...data.slice(batch + last)])];
  },
  Shape: (v) => {
    const rank = v.shape(0)?.length;
    if (rank === undefined) return [type(T.INT64, [null])];
    const [start, end] = shapeRange(v, rank);
    return [type(T.INT64, [Math.max(0, end - start)])];
  },
  Size: () => [type(T.INT64, [])],
  Constant: (v) => [constantType(v)],
  ConstantOfShape: (v) => [type(v.tensor('value')?.dataType ?? T.FLOAT, shapeFromInput(v, 0))],
  Range: (v) => {
    const [start, limit, delta] = [0, 1, 2].map((i) => v.numbers(i)?.[0]);
    const count =
      start === undefined || limit === undefined || delta === undefined || delta === 0
        ? null
        : Math.max(0, Math.ceil((limit - start) / delta));
    return [type(v.anyElement(0, 1, 2), [count])];
  },
  OneHot: (v) => {
    const [indices, depth] = [v.shape(0), v.numbers(1)?.[0] ?? null];
    const axis = indices === null ? null : axisIn(v.int('axis', -1), indices.length + 1);
    if (indices === null || axis === null) return [type(v.element(2), null)];
    return [type(v.element(2), [...indices.slice(0, axis), depth, ...indices.slice(axis)])];
  },
  NonZero: (v) => [type(T.INT64, [v.shape(0)?.length === 0 ? null : (v.shape(0)?.length ?? null), null])],
  Compress: (v) => {
    const shape = v.shape(0);
    if (!v.hasAttribute('axis')) return [type(v.element(0), [null])];
    const axis = shape === null ? null : axisIn(v.int('axis', 0), shape.length);
    return [
      type(v.element(0), axis === null || shape === null ? null : shape.map((dim, i) => (i === axis ? null : dim))),
    ];
  },
  Unique: (v) => {
    const shape = v.shape(0);
    const lists = [type(T.INT64, [null]), type(T.INT64, [null]), type(T.INT64, [null])];
    if (!v.hasAttribute('axis')) return [type(v.element(0), [null]), ...lists];
    const axis = shape === null ? null : axisIn(v.int('axis', 0), shape.length);
    const kept = axis === null || shape === null ? null : shape.map((dim, i) => (i === axis ? null : dim));
    return [type(v.element(0), kept), ...lists];
  },
  ...rulesFor('SpaceToDepth DepthToSpace', (v) => {
    const [shape, size] = [v.shape(0), v.int('blocksize', 1)];
    if (shape?.length !== 4) return [type(v.element(0), null)];
    const [n, c, h, w] = shape;
    const deep = v.node.opType === 'SpaceToDepth';
    const grow = (dim: Dim, by: number) => productOf([dim, by]);
    const shrink = (dim: Dim, by: number) => restOf([dim], [by]);
    const dims = deep
      ? [n, grow(c, size * size), shrink(h, size), shrink(w, size)]
      : [n, shrink(c, size * size), grow(h, size), grow(w, size)];
    return [type(v.element(0), dims)];
  }),
  CenterCropPad: (v) => {
    const [shape, target] = [v.shape(0), v.known(1)?.data ?? null];
    if (shape === null) return [type(v.element(0), null)];
    const axes = v.ints('axes') === null ? shape.map((_, i) => i) : axesIn(v.ints('axes') ?? [], shape.length);
    const dims: Dim[] = [...(axes === null ? unknown(shape.length) : shape)];
    axes?.forEach((axis, i) => {
      dims[axis] = target?.[i] ?? null;
    });
    return [type(v.element(0), dims)];
  },
};

/** A shape that an input says by its values, or at least how many axes it has. */
export function shapeFromInput(v: NodeView, input: number): Shape | null {
  const known = v.known(input);
  if (known !== null) return known.data.map((dim) => (typeof dim === 'number' && dim < 0 ? null : dim));
  const length = v.shape(input);
  return length?.length === 1 && typeof length[0] === 'number' && length[0] <= 64 ? unknown(length[0]) : null;
}

export function shapeRange(v: NodeView, rank: number): readonly [start: number, end: number] {
  const clamp = (at: number) => Math.min(rank, Math.max(0, at < 0 ? at + rank : at));
  return [clamp(v.int('start', 0)), clamp(v.int('end', rank))];
}

function reshaped(v: NodeView): Shape | null {
  const from = v.shape(0);
  const target = v.ints('shape') ?? v.known(1)?.data ?? null;
  if (target === null) return shapeFromInput(v, 1);
  const keepsZero = v.int('allowzero', 0) !== 0;
  const dims = target.map((dim, i) => (dim === 0 && !keepsZero ? (from?.[i] ?? null) : dim));
  const open = dims.indexOf(-1);
  if (open >= 0) {
    const others = dims.filter((_, i) => i !== open);
    dims[open] = from === null ? null : restOf(from, others);
  }
  // With one unknown size among many, that one could be the -1.
  return dims;
}

function transposed(shape: Shape | null, perm: readonly number[] | null): Shape | null {
  if (shape === null) return perm === null ? null : unknown(perm.length);
  if (perm === null) return shape.toReversed();
  return perm.length === shape.length ? perm.map((from) => shape[from] ?? null) : null;
}

function flattened(shape: Shape | null, axis: number): Shape | null {
  if (shape === null) return unknown(2);
  const at = axis < 0 ? axis + shape.length : axis;
  return [productOf(shape.slice(0, at)), productOf(shape.slice(at))];
}

function concatenated(v: NodeView): Shape | null {
  const shapes = v.node.input.map((_, i) => v.shape(i));
  const ranked = shapes.find((shape) => shape !== null) ?? null;
  const axis = ranked === null ? null : axisIn(v.int('axis', v.opset < 4 ? 1 : 0), ranked.length);
  if (ranked === null || axis === null) return null;
  return ranked.map((_, i) => {
    const dims = shapes.map((shape) => shape?.[i] ?? null);
    return i === axis ? sumOf(dims) : dims.reduce(meetDim);
  });
}

function squeezed(v: NodeView): Shape | null {
  const shape = v.shape(0);
  const axes = v.intsOrInput('axes', 1);
  if (shape === null || axes === 'unknown') return null;
  if (axes === null) return shape.every((dim) => typeof dim === 'number') ? shape.filter((dim) => dim !== 1) : null;
  const gone = axesIn(axes, shape.length);
  return gone === null ? null : shape.filter((_, i) => !gone.includes(i));
}

function unsqueezed(v: NodeView): Shape | null {
  const shape = v.shape(0);
  const axes = v.intsOrInput('axes', 1);
  if (shape === null || axes === null || axes === 'unknown' || axes.length > 64) return null;
  const rank = shape.length + axes.length;
  const ones = axesIn(axes, rank);
  if (ones === null || new Set(ones).size !== ones.length) return null;
  const rest = [...shape];
  return Array.from({ length: rank }, (_, i) => (ones.includes(i) ? 1 : (rest.shift() ?? null)));
}

function sliced(v: NodeView): Shape | null {
  const shape = v.shape(0);
  if (shape === null) return null;
  const [starts, ends] = [v.intsOrInput('starts', 1), v.intsOrInput('ends', 2)];
  const steps = v.opset < 10 || !v.has(4) ? null : (v.numbers(4) ?? 'unknown');
  let axes = v.intsOrInput('axes', 3);
  if (axes === null && Array.isArray(starts)) axes = starts.map((_, i) => i);
  if (axes === null || axes === 'unknown') return unknown(shape.length);
  const at = axesIn(axes, shape.length);
  if (at === null) return unknown(shape.length);
  const dims: Dim[] = [...shape];
  at.forEach((axis, i) => {
    const [start, end] = [starts, ends].map((list) => (Array.isArray(list) ? (list[i] as number) : null));
    const step = steps === null ? 1 : steps === 'unknown' ? null : steps[i];
    dims[axis] = start === null || end === null || step === null ? null : slicedDim(shape[axis], start, end, step);
  });
  return dims;
}

/** Numbers past this are written to mean "to the end". */
const farAway = 2 ** 31 - 1;

export function slicedDim(dim: Dim, start: number, end: number, step: number): Dim {
  if (step === 0) return null;
  if (typeof dim !== 'number') {
    const forward = step === 1 && start === 0 && end >= farAway;
    const backward = step === -1 && (start === -1 || start >= farAway) && end <= -farAway;
    return forward || backward ? dim : null;
  }
  const [from, to] = sliceBounds(dim, start, end, step);
  return Math.max(0, Math.ceil((to - from) / step));
}

export function sliceBounds(dim: number, start: number, end: number, step: number): readonly [number, number] {
  const clamp = (at: number, low: number, high: number) => Math.min(high, Math.max(low, at < 0 ? at + dim : at));
  return step > 0
    ? [clamp(start, 0, dim), clamp(end, 0, dim)]
    : [clamp(start, 0, dim - 1), clamp(end < -dim ? -dim - 1 : end, -1, dim - 1)];
}

function splitTypes(v: NodeView) {
  const shape = v.shape(0);
  const element = v.element(0);
  const count = v.node.output.length;
  const axis = shape === null ? null : axisIn(v.int('axis', 0), shape.length);
  if (shape === null || axis === null) return v.node.output.map(() => type(element, null));
  const sizes = v.intsOrInput('split', 1);
  const dim = shape[axis];
  return v.node.output.map((_, i) => {
    let size: Dim = null;
    if (Array.isArray(sizes)) size = (sizes[i] as number | undefined) ?? null;
    else if (sizes === null && typeof dim === 'number') {
      const each = Math.ceil(dim / count);
      size = Math.max(0, Math.min(each, dim - each * i));
    }
    return type(
      element,
      shape.map((d, at) => (at === axis ? size : d)),
    );
  });
}

function expanded(v: NodeView): Shape | null {
  return broadcast([v.shape(0), shapeFromInput(v, 1)]);
}

function padded(v: NodeView): Shape | null {
  const shape = v.shape(0);
  if (shape === null) return null;
  // Some of them may be known, such as the 0 of an axis that is left alone.
  const pads = v.ints('pads') ?? v.ints('paddings') ?? v.known(1)?.data ?? null;
  const all = shape.map((_, i) => i);
  const named = v.opset >= 18 && v.has(3) ? v.numbers(3) : all;
  const axes = named === null ? null : axesIn(named, shape.length);
  if (axes === null) return unknown(shape.length);
  return shape.map((dim, i) => {
    const at = axes.indexOf(i);
    if (at < 0) return dim;
    const added = [pads?.[at] ?? null, pads?.[at + axes.length] ?? null];
    return added.every((pad): pad is number => typeof pad === 'number') ? sumOf([dim, added[0] + added[1]]) : null;
  });
}

function constantType(v: NodeView) {
  const tensor = v.tensor('value');
  if (tensor !== undefined) return type(tensor.dataType, tensor.dims.map(Number));
  if (v.hasAttribute('value_float')) return type(T.FLOAT, []);
  if (v.hasAttribute('value_floats')) return type(T.FLOAT, [v.floats('value_floats')?.length ?? null]);
  if (v.hasAttribute('value_int')) return type(T.INT64, []);
  if (v.hasAttribute('value_ints')) return type(T.INT64, [v.ints('value_ints')?.length ?? null]);
  if (v.hasAttribute('value_string')) return type(T.STRING, []);
  return null;
}

/** The values of a Constant node that are numbers. */
export function constantKnown(v: NodeView) {
  const tensor = v.tensor('value');
  if (tensor !== undefined) return knownTensor(tensor);
  if (v.hasAttribute('value_float')) return { element: T.FLOAT, shape: [], data: [v.float('value_float', 0)] };
  if (v.hasAttribute('value_int')) return { element: T.INT64, shape: [], data: [v.int('value_int', 0)] };
  const floats = v.floats('value_floats');
  if (floats !== null && floats.length > 0) return { element: T.FLOAT, shape: [floats.length], data: floats };
  const ints = v.ints('value_ints');
  return ints === null ? null : { element: T.INT64, shape: [ints.length], data: ints };
}
