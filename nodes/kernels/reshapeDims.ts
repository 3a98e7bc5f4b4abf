import type { Dim } from '../../core/kinds/type.ts';
import { axesOf, axisFault, axisOf, fault, type ShapeResult, shapeText } from './shapes.ts';

/** Shape after ONNX Reshape: 0 keeps the size at its place, one -1 takes what is left. */
export function reshapeDims(shape: readonly Dim[] | null, wanted: readonly number[]): ShapeResult {
  if (wanted.filter((size) => size === -1).length > 1)
    return fault(`Shape [${wanted.join(', ')}] has more than one -1.`, 'Let at most one size be found by itself.');
  if (shape === null) return { shape: wanted.map((size) => (size > 0 ? size : null)) };
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i] === 0 && i >= shape.length)
      return fault(
        `Size 0 at place ${i} means "keep", but shape ${shapeText(shape)} has no axis ${i}.`,
        'Write the size as a number.',
      );
  }
  const target: Dim[] = wanted.map((size, i) => (size === 0 ? shape[i] : size));
  const open = target.indexOf(-1);
  const source = factorsOf(shape);
  const given = factorsOf(target.filter((_, i) => i !== open));
  // Symbols kept by a 0 stand on both sides and cancel.
  for (const symbol of given.unknown) {
    const at = source.unknown.indexOf(symbol);
    if (at === -1 || symbol === null) return { shape: target.map((dim) => (dim === -1 ? null : dim)) };
    source.unknown.splice(at, 1);
  }
  const misfit = fault(
    `A tensor of shape ${shapeText(shape)} cannot become [${wanted.join(', ')}]: the number of elements differs.`,
    open === -1
      ? 'Let one size be -1, so that it follows.'
      : 'Choose sizes whose product divides the number of elements.',
  );
  if (source.unknown.length > 0) {
    const whole = source.unknown.length === 1 && source.known === given.known;
    return { shape: target.map((dim) => (dim === -1 ? (whole ? source.unknown[0] : null) : dim)) };
  }
  if (open === -1) return source.known === given.known ? { shape: target } : misfit;
  if (given.known === 0 || source.known % given.known !== 0) return misfit;
  return { shape: target.map((dim) => (dim === -1 ? source.known / given.known : dim)) };
}

function factorsOf(shape: readonly Dim[]): { readonly known: number; readonly unknown: (string | null)[] } {
  let known = 1;
  const unknown: (string | null)[] = [];
  for (const dim of shape) {
    if (typeof dim === 'number') known *= dim;
    else unknown.push(dim);
  }
  return { known, unknown };
}

/** The axes that a permutation names, from 0; an empty one reverses them. Null when it is not a permutation. */
export function permutationOf(perm: readonly number[], rank: number): readonly number[] | null {
  if (perm.length === 0) return Array.from({ length: rank }, (_, i) => rank - 1 - i);
  const axes = perm.map((axis) => axisOf(axis, rank));
  const found = axes.flatMap((axis) => (axis === null ? [] : [axis]));
  return found.length === rank && perm.length === rank && new Set(found).size === rank ? found : null;
}

export function transposeDims(shape: readonly Dim[] | null, perm: readonly number[]): ShapeResult {
  if (shape === null) return { shape: perm.length === 0 ? null : perm.map(() => null) };
  const axes = permutationOf(perm, shape.length);
  if (axes === null)
    return fault(
      `[${perm.join(', ')}] does not order the ${shape.length} axes of shape ${shapeText(shape)}.`,
      `Name each axis from 0 to ${shape.length - 1} once, or none to reverse them.`,
    );
  return { shape: axes.map((axis) => shape[axis]) };
}

/** Shape without the named axes, which must have size 1; without names, all axes of size 1 go. */
export function squeezeDims(shape: readonly Dim[] | null, axes: readonly number[]): ShapeResult {
  if (shape === null) return { shape: null };
  if (axes.length === 0) {
    // An unknown size may or may not be 1, so not even the rank is known.
    if (shape.some((dim) => typeof dim !== 'number')) return { shape: null };
    return { shape: shape.filter((dim) => dim !== 1) };
  }
  const found = axesOf(axes, shape, []);
  if ('fault' in found) return found;
  for (const axis of found.axes) {
    const dim = shape[axis];
    if (typeof dim === 'number' && dim !== 1)
      return fault(
        `Axis ${axis} of shape ${shapeText(shape)} has size ${dim}; only an axis of size 1 can be taken away.`,
        'Choose another axis, or use tensor.reduce, tensor.slice or tensor.gather to bring it to 1.',
      );
  }
  return { shape: shape.filter((_, i) => !found.axes.includes(i)) };
}

/** Shape with axes of size 1 put in; places are those of the result. */
export function unsqueezeDims(shape: readonly Dim[] | null, axes: readonly number[]): ShapeResult {
  if (shape === null) return { shape: null };
  const rank = shape.length + axes.length;
  const result = new Array<Dim>(rank).fill(1);
  const places = new Set<number>();
  for (const axis of axes) {
    const at = axisOf(axis, rank);
    if (at === null) return axisFault(axis, result);
    if (places.has(at)) return fault(`Axis ${axis} is named twice.`, 'Name each new axis once.');
    places.add(at);
  }
  let next = 0;
  for (let i = 0; i < rank; i++) if (!places.has(i)) result[i] = shape[next++];
  return { shape: result };
}

/** Orders of axes that pictures come in, each way: NHWC and NCHW, HWC and CHW. */
const pictureOrders = [
  [0, 3, 1, 2],
  [0, 2, 3, 1],
  [2, 0, 1],
  [1, 2, 0],
];

/**
 * The order of axes in which a shape is the one that is wanted: that of a picture where it is one, else the one that
 * leaves most axes in their order. null where no order fits, or the shape fits as it is.
 */
export function orderFor(shape: readonly Dim[], wanted: readonly Dim[]): readonly number[] | null {
  if (shape.length !== wanted.length || shape.length > 8) return null;
  const meets = (axis: number, at: number): boolean => {
    const [dim, want] = [shape[axis], wanted[at]];
    return typeof dim !== 'number' || typeof want !== 'number' || dim === want;
  };
  if (shape.every((_, i) => meets(i, i))) return null;
  const picture = pictureOrders.find((order) => order.length === shape.length && order.every(meets));
  if (picture !== undefined) return picture;
  const left = shape.map((_, axis) => axis);
  const order: number[] = [];
  for (const [at, want] of wanted.entries()) {
    const found = typeof want === 'number' ? left.find((axis) => shape[axis] === want) : undefined;
    order[at] = found ?? -1;
    if (found !== undefined) left.splice(left.indexOf(found), 1);
  }
  // What is wanted without a number takes what is left, in order.
  const whole = order.map((axis) => (axis >= 0 ? axis : (left.shift() as number)));
  return whole.every(meets) ? whole : null;
}
