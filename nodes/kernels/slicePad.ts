import type { Dim } from '../../core/kinds/type.ts';
import { steps } from './layout.ts';
import { axisFault, axisOf, fault, type ShapeFault, type ShapeResult, shapeText } from './shapes.ts';

/** One axis's start, end and step, as Python writes them. `end` null means to the end in the step's direction. */
export interface SliceSpec {
  readonly axes: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly steps: readonly number[];
}

interface Span {
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

/** Clamps as ONNX Slice and Python do. */
export function spanOf(size: number, start: number, end: number | undefined, step: number): Span {
  const low = step > 0 ? 0 : -1;
  const high = step > 0 ? size : size - 1;
  const clamp = (at: number) => Math.min(high, Math.max(low, at < 0 ? at + size : at));
  const first = clamp(start);
  const stop = end === undefined ? (step > 0 ? size : -1) : clamp(end);
  return { start: first, count: Math.max(0, Math.ceil((stop - first) / step)), step };
}

function specFault(spec: SliceSpec): { readonly fault: ShapeFault } | null {
  const lengths = [spec.starts, spec.ends, spec.steps].filter((list) => list.length > 0);
  if (lengths.some((list) => list.length !== spec.axes.length))
    return fault(
      `axes has ${spec.axes.length} entries, starts ${spec.starts.length}, ends ${spec.ends.length} and steps ${spec.steps.length}.`,
      'Give starts, ends and steps one entry for each axis, or leave them empty.',
    );
  if (spec.steps.includes(0)) return fault('A step of 0 never ends.', 'Use a step of 1 or more, or a negative one.');
  return null;
}

/** The spans of the sliced axes, by axis; sizes that are not numbers give null. */
function spansOf(
  shape: readonly Dim[],
  spec: SliceSpec,
): { readonly spans: ReadonlyMap<number, Span | null> } | { readonly fault: ShapeFault } {
  const spans = new Map<number, Span | null>();
  for (let i = 0; i < spec.axes.length; i++) {
    const axis = axisOf(spec.axes[i], shape.length);
    if (axis === null) return axisFault(spec.axes[i], shape);
    if (spans.has(axis)) return fault(`Axis ${spec.axes[i]} is named twice.`, 'Name each axis once.');
    const step = spec.steps[i] ?? 1;
    const size = shape[axis];
    const start = spec.starts[i] ?? (step > 0 ? 0 : Number.MAX_SAFE_INTEGER);
    spans.set(axis, typeof size === 'number' ? spanOf(size, start, spec.ends[i], step) : null);
  }
  return { spans };
}

export function sliceDims(shape: readonly Dim[] | null, spec: SliceSpec): ShapeResult {
  const wrong = specFault(spec);
  if (wrong !== null) return wrong;
  if (shape === null) return { shape: null };
  const found = spansOf(shape, spec);
  if ('fault' in found) return found;
  return {
    shape: shape.map((dim, axis) => {
      const span = found.spans.get(axis);
      return span === undefined ? dim : (span?.count ?? null);
    }),
  };
}

/** Source positions along each axis; call after `sliceDims` found no fault. */
export function slicePicks(shape: readonly number[], spec: SliceSpec): readonly Int32Array[] {
  const found = spansOf(shape, spec);
  const spans = 'fault' in found ? new Map<number, Span | null>() : found.spans;
  return shape.map((size, axis) => {
    const span = spans.get(axis);
    return span ? steps(span.count, span.step, span.start) : steps(size, 1);
  });
}

export type PadMode = 'constant' | 'edge' | 'reflect';
export interface PadSpec {
  readonly axes: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly mode: PadMode;
}

export function padDims(shape: readonly Dim[] | null, spec: PadSpec): ShapeResult {
  if (spec.before.length !== spec.axes.length || spec.after.length !== spec.axes.length)
    return fault(
      `axes has ${spec.axes.length} entries, before ${spec.before.length} and after ${spec.after.length}.`,
      'Give before and after one entry for each axis.',
    );
  if (shape === null) return { shape: null };
  const result = [...shape];
  const seen = new Set<number>();
  for (let i = 0; i < spec.axes.length; i++) {
    const axis = axisOf(spec.axes[i], shape.length);
    if (axis === null) return axisFault(spec.axes[i], shape);
    if (seen.has(axis)) return fault(`Axis ${spec.axes[i]} is named twice.`, 'Name each axis once.');
    seen.add(axis);
    const size = shape[axis];
    const most = Math.max(spec.before[i], spec.after[i]);
    const least = spec.mode === 'reflect' ? most + 1 : 1;
    if (typeof size === 'number' && spec.mode !== 'constant' && most > 0 && size < least)
      return fault(
        `Padding axis ${axis} of shape ${shapeText(shape)} by ${most} in mode "${spec.mode}" needs at least ${least} elements there.`,
        'Pad by less, or use mode "constant" or "edge".',
      );
    result[axis] = typeof size === 'number' ? size + spec.before[i] + spec.after[i] : most === 0 ? size : null;
  }
  return { shape: result };
}

/** Source positions along each axis, -1 where the constant goes; call after `padDims` found no fault. */
export function padPicks(shape: readonly number[], spec: PadSpec): readonly Int32Array[] {
  return shape.map((size, axis) => {
    const i = spec.axes.findIndex((a) => axisOf(a, shape.length) === axis);
    if (i === -1) return steps(size, 1);
    const before = spec.before[i];
    return Int32Array.from({ length: before + size + spec.after[i] }, (_, at) =>
      sourceOf(at - before, size, spec.mode),
    );
  });
}

function sourceOf(at: number, size: number, mode: PadMode): number {
  if (at >= 0 && at < size) return at;
  if (mode === 'constant') return -1;
  if (mode === 'edge') return at < 0 ? 0 : size - 1;
  return at < 0 ? -at : 2 * size - 2 - at;
}
