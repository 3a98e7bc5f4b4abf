import { type Dim, dimText } from '../../core/kinds/type.ts';
import { Problem, type ProblemInit, type ProblemMend } from '../../core/problems/problem.ts';
import type { ProblemCode } from '../../core/problems/table.ts';

/**
 * Shape arithmetic over dimensions that are numbers, symbols or unknown (null): the same functions answer
 * `infer` (what is known) and `run` (all numbers). A `shape` of null means that the rank is not known.
 */
export type ShapeResult = { readonly shape: readonly Dim[] | null } | { readonly fault: ShapeFault };
export interface ShapeFault {
  readonly message: string;
  readonly fix: string;
  readonly mend?: ProblemMend;
  /** The input port that the mend goes before. */
  readonly port?: string;
}

export type ReportProblem = (code: ProblemCode, problem: ProblemInit) => void;

/** For `infer`: the shape, or null after the fault was reported as `wire-shape`. */
export function inferredShape(result: ShapeResult, report: ReportProblem): readonly Dim[] | null {
  if (!('fault' in result)) return result.shape;
  const { port, ...problem } = result.fault;
  report('wire-shape', port === undefined ? problem : { ...problem, where: { port } });
  return null;
}

/** For `run`: the shape in numbers; throws `value-shape` for a fault. */
export function concreteShape(result: ShapeResult): readonly number[] {
  if ('fault' in result) throw new Problem('value-shape', result.fault);
  return (result.shape ?? []).map((dim) => (typeof dim === 'number' ? dim : Number.NaN));
}

export function shapeText(shape: readonly Dim[]): string {
  return `[${shape.map(dimText).join(', ')}]`;
}

export function fault(message: string, fix: string): { readonly fault: ShapeFault } {
  return { fault: { message, fix } };
}

export function axisFault(axis: number, shape: readonly Dim[]): { readonly fault: ShapeFault } {
  const rank = shape.length;
  return fault(
    `Axis ${axis} does not exist in a tensor of shape ${shapeText(shape)}.`,
    rank === 0 ? 'A scalar has no axes.' : `Choose an axis from ${-rank} to ${rank - 1}.`,
  );
}

/** An axis counted from 0; negative ones count from the end. Null when there is no such axis. */
export function axisOf(axis: number, rank: number): number | null {
  const found = axis < 0 ? axis + rank : axis;
  return found >= 0 && found < rank ? found : null;
}

/** Axes counted from 0, ascending; a fault for one that does not exist or comes twice. An empty list gives `fallback`. */
export function axesOf(
  axes: readonly number[],
  shape: readonly Dim[],
  fallback: readonly number[],
): { readonly axes: readonly number[] } | { readonly fault: ShapeFault } {
  if (axes.length === 0) return { axes: fallback };
  const found: number[] = [];
  for (const axis of axes) {
    const at = axisOf(axis, shape.length);
    if (at === null) return axisFault(axis, shape);
    if (found.includes(at)) return fault(`Axis ${axis} is named twice.`, 'Name each axis once.');
    found.push(at);
  }
  return { axes: found.sort((a, b) => a - b) };
}

/** Two dimensions that must be one: the better known of the two, or undefined when they are different numbers. */
export function sameDim(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a === b ? a : undefined;
  if (typeof a === 'number') return a;
  if (typeof b === 'number') return b;
  return a ?? b;
}

/** Shape of an elementwise result by numpy's and ONNX's broadcasting. */
export function broadcastDims(a: readonly Dim[] | null, b: readonly Dim[] | null): ShapeResult {
  if (a === null || b === null) return { shape: null };
  const rank = Math.max(a.length, b.length);
  const shape: Dim[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? (axis < rank - a.length ? 1 : null);
    const right = b[axis - rank + b.length] ?? (axis < rank - b.length ? 1 : null);
    const dim = broadcastDim(left, right);
    if (dim === undefined) {
      return fault(
        `Shapes ${shapeText(a)} and ${shapeText(b)} cannot be broadcast: ${dimText(left)} meets ${dimText(right)} at axis ${axis - rank} from the end.`,
        'Make the two sizes equal, or one of them 1; tensor.unsqueeze or tensor.reshape adds an axis of size 1.',
      );
    }
    shape.push(dim);
  }
  return { shape };
}

function broadcastDim(a: Dim, b: Dim): Dim | undefined {
  if (a === 1) return b;
  if (b === 1) return a;
  if (typeof a === 'number' || typeof b === 'number') return sameDim(a, b);
  return a === b ? a : null;
}

/** Shape after joining along `axis`; all other sizes must agree. */
export function concatDims(
  shapes: readonly (readonly Dim[] | null)[],
  axis: number,
  names: readonly string[],
): ShapeResult {
  const known = shapes.flatMap((shape, i) => (shape === null ? [] : [{ shape, name: names[i] }]));
  const [first] = known;
  if (first === undefined) return { shape: null };
  const at = axisOf(axis, first.shape.length);
  if (at === null) return axisFault(axis, first.shape);
  const result: Dim[] = [...first.shape];
  for (const { shape, name } of known) {
    if (shape.length !== result.length) {
      const raise = shape.length === result.length - 1;
      return {
        fault: {
          message: `"${first.name}" has shape ${shapeText(first.shape)} and "${name}" ${shapeText(shape)}: joining needs the same number of axes.`,
          fix: 'Bring both to one rank.',
          port: name,
          ...(raise ? { mend: { insert: { type: 'tensor.unsqueeze', params: { axes: [0] } } } } : {}),
        },
      };
    }
    for (let i = 0; i < shape.length; i++) {
      if (i === at) continue;
      const dim = sameDim(result[i], shape[i]);
      if (dim === undefined) {
        return fault(
          `"${first.name}" has shape ${shapeText(first.shape)} and "${name}" ${shapeText(shape)}: axis ${i} differs, and only axis ${at} may.`,
          'Resize or slice one of them, or join along another axis.',
        );
      }
      result[i] = dim;
    }
  }
  const sizes = shapes.map((shape) => (shape === null ? null : shape[at]));
  result[at] = sizes.length === 1 ? sizes[0] : sumDims(sizes);
  return { shape: result };
}

/** Shape after laying equal shapes side by side along a new axis. */
export function stackDims(
  shapes: readonly (readonly Dim[] | null)[],
  axis: number,
  names: readonly string[],
): ShapeResult {
  const raised = shapes.map((shape) => (shape === null ? null : [...shape, 1]));
  const joined = concatDims(raised, -1, names);
  if ('fault' in joined || joined.shape === null) return joined;
  const base = joined.shape.slice(0, -1);
  const at = axisOf(axis, base.length + 1);
  if (at === null) return axisFault(axis, joined.shape);
  return { shape: [...base.slice(0, at), shapes.length, ...base.slice(at)] };
}

function sumDims(dims: readonly Dim[]): Dim {
  let sum = 0;
  for (const dim of dims) {
    if (typeof dim !== 'number') return null;
    sum += dim;
  }
  return sum;
}

/** Shape after axes are folded away (or kept as size 1). */
export function reduceDims(shape: readonly Dim[] | null, axes: readonly number[], keep: boolean): ShapeResult {
  if (shape === null) return { shape: null };
  const found = axesOf(
    axes,
    shape,
    shape.map((_, i) => i),
  );
  if ('fault' in found) return found;
  const { axes: folded } = found;
  return {
    shape: keep ? shape.map((dim, i) => (folded.includes(i) ? 1 : dim)) : shape.filter((_, i) => !folded.includes(i)),
  };
}

/** Holds a mask to the leading axes of what it masks; the shape is the mask's own. */
export function maskDims(shape: readonly Dim[] | null, mask: readonly Dim[] | null): ShapeResult {
  if (shape === null || mask === null) return { shape: mask };
  const fits =
    mask.length <= shape.length && mask.every((dim, axis) => dim === 1 || sameDim(dim, shape[axis]) !== undefined);
  if (fits) return { shape: mask };
  return fault(
    `A mask of shape ${shapeText(mask)} does not fit a tensor of shape ${shapeText(shape)}.`,
    "Give a mask with the sizes of the tensor's leading axes, such as [batch, time].",
  );
}

/** [rows, n] against [columns, n] gives [rows, columns]. */
export function similarityDims(a: readonly Dim[] | null, b: readonly Dim[] | null): ShapeResult {
  if (a !== null && b !== null && sameDim(a[a.length - 1], b[b.length - 1]) === undefined)
    return fault(
      `Vectors of length ${dimText(a[a.length - 1])} and ${dimText(b[b.length - 1])} cannot be compared.`,
      'Take both from one model, or from models that share a space.',
    );
  for (const shape of [a, b]) {
    if (shape !== null && shape.length !== 2)
      return fault(
        `Shape ${shapeText(shape)} is neither a vector [n] nor rows of vectors [rows, n].`,
        'Bring it to one or two axes with tensor.squeeze or tensor.reshape.',
      );
  }
  return { shape: [a === null ? null : a[0], b === null ? null : b[0]] };
}
