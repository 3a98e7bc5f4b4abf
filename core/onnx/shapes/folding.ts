import type { Dim } from '../../kinds/type.ts';
import { TensorProto_DataType as T } from '../gen/onnx-ml_pb.ts';
import { axesIn, axisIn, productOf, restOf, type Shape, sumOf } from './dims.ts';
import { type Known, known, knownTensor } from './known.ts';
import { constantKnown, shapeRange, sliceBounds } from './layout.ts';
import type { NodeView } from './view.ts';

/**
 * The values of a node's first output where they follow from what is known: computations of shapes, which exporters write
 * as small graphs of their own. Null where they do not.
 */
export function foldedValues(v: NodeView, output: Shape | null): Known | null {
  const fold = Object.hasOwn(folders, v.node.opType) ? folders[v.node.opType] : undefined;
  const shape = numericShape(output);
  return fold === undefined ? null : fold(v, shape);
}

type Folder = (v: NodeView, output: readonly number[] | null) => Known | null;

const folders: Readonly<Record<string, Folder>> = {
  Constant: (v) => constantKnown(v),
  Identity: (v) => v.known(0),
  Shape: (v) => {
    const shape = v.shape(0);
    if (shape === null) return null;
    const data = shape.slice(...shapeRange(v, shape.length));
    return known(T.INT64, [data.length], data);
  },
  Size: (v) => {
    const shape = v.shape(0);
    return shape === null ? null : known(T.INT64, [], [productOf(shape)]);
  },
  Cast: (v) => {
    const from = v.known(0);
    const to = v.int('to', 0);
    if (from === null) return null;
    const data = from.data.map((d) => (typeof d === 'number' ? castTo(d, to) : integers.has(to) ? d : null));
    return known(to, from.shape, data);
  },
  ...Object.fromEntries(
    ['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten'].map((name) => [
      name,
      (v: NodeView, output: readonly number[] | null) => {
        const from = v.known(0);
        return from === null || output === null || count(output) !== from.data.length
          ? null
          : known(from.element, output, from.data);
      },
    ]),
  ),
  Gather: (v, output) => {
    const [from, indices] = [v.known(0), v.known(1)];
    if (from === null || indices === null || output === null || from.shape.length !== 1) return null;
    if (v.int('axis', 0) !== 0 && v.int('axis', 0) !== -1) return null;
    const data = indices.data.map((i) => {
      const at = typeof i === 'number' ? axisIn(i, from.data.length) : null;
      return at === null ? null : from.data[at];
    });
    return known(from.element, output, data);
  },
  Slice: (v) => {
    const from = v.known(0);
    const [starts, ends] = [v.intsOrInput('starts', 1), v.intsOrInput('ends', 2)];
    const steps = v.opset < 10 || !v.has(4) ? [1] : v.numbers(4);
    const axes = v.intsOrInput('axes', 3) ?? [0];
    if (from?.shape.length !== 1 || !Array.isArray(starts) || !Array.isArray(ends) || steps === null) return null;
    if (axes === 'unknown' || axes.length !== 1 || axesIn(axes, 1) === null || steps[0] === 0) return null;
    const [start, end] = sliceBounds(from.data.length, starts[0], ends[0], steps[0]);
    const data: Dim[] = [];
    for (let i = start; steps[0] > 0 ? i < end : i > end; i += steps[0]) data.push(from.data[i] ?? null);
    return known(from.element, [data.length], data);
  },
  Concat: (v, output) => {
    const parts = v.node.input.map((_, i) => v.known(i)?.data ?? unknownList(v.shape(i)));
    const lists = parts.filter((part): part is readonly Dim[] => part !== null);
    if (output?.length !== 1 || lists.length < parts.length || output[0] > mostUnknown) return null;
    const data = lists.flat();
    return data.every((d) => d === null) ? null : known(v.element(0), [data.length], data);
  },
  ConstantOfShape: (v, output) => {
    if (output === null || count(output) > 1024) return null;
    const value = v.tensor('value');
    const one = value === undefined ? { element: T.FLOAT, data: [0] } : knownTensor(value);
    return one === null
      ? null
      : known(
          one.element,
          output,
          Array.from({ length: count(output) }, () => one.data[0] ?? null),
        );
  },
  Range: (v, output) => {
    const [start, delta] = [v.numbers(0)?.[0], v.numbers(2)?.[0]];
    if (start === undefined || delta === undefined || output === null || count(output) > 1024) return null;
    return known(
      v.element(0),
      output,
      Array.from({ length: count(output) }, (_, i) => start + i * delta),
    );
  },
  Expand: (v, output) => {
    const from = v.known(0);
    if (from === null || output === null || from.data.length !== 1 || count(output) > 1024) return null;
    return known(
      from.element,
      output,
      Array.from({ length: count(output) }, () => from.data[0]),
    );
  },
  Where: (v, output) => {
    const [test, yes, no] = [v.known(0), v.known(1), v.known(2)];
    if (test === null || yes === null || no === null || output === null) return null;
    const at = reader(output);
    return known(
      yes.element,
      output,
      Array.from({ length: count(output) }, (_, i) => {
        const [a, b, c] = [at(test, i), at(yes, i), at(no, i)];
        return typeof a === 'number' ? (a !== 0 ? b : c) : b === c ? b : null;
      }),
    );
  },
  Add: (v, output) => pairwise(v, output, (a, b) => sumOf([a, b])),
  Sub: (v, output) => pairwise(v, output, (a, b) => (b === 0 ? a : a === b && a !== null ? 0 : difference(a, b))),
  Mul: (v, output) => pairwise(v, output, (a, b) => productOf([a, b])),
  Div: (v, output) =>
    pairwise(v, output, (a, b, whole) => {
      if (typeof a === 'number' && typeof b === 'number') return b === 0 ? null : whole ? Math.trunc(a / b) : a / b;
      return b === 1 ? a : whole ? restOfOne(a, b) : null;
    }),
  Mod: (v, output) =>
    pairwise(v, output, (a, b) => (typeof a === 'number' && typeof b === 'number' && a >= 0 && b > 0 ? a % b : null)),
  Max: (v, output) => extreme(v, output, Math.max),
  Min: (v, output) => extreme(v, output, Math.min),
  Equal: (v, output) => truth(v, output, (a, b) => a === b, true),
  Greater: (v, output) => truth(v, output, (a, b) => a > b),
  Less: (v, output) => truth(v, output, (a, b) => a < b),
  GreaterOrEqual: (v, output) => truth(v, output, (a, b) => a >= b),
  LessOrEqual: (v, output) => truth(v, output, (a, b) => a <= b),
  And: (v, output) => truth(v, output, (a, b) => a !== 0 && b !== 0),
  Or: (v, output) => truth(v, output, (a, b) => a !== 0 || b !== 0),
  Not: (v) => each(v, (d) => (d === 0 ? 1 : 0)),
  Neg: (v) => each(v, (d) => -d),
  Abs: (v) => each(v, Math.abs),
  Floor: (v) => each(v, Math.floor),
  Ceil: (v) => each(v, Math.ceil),
  Round: (v) => each(v, roundEven),
  Sqrt: (v) => each(v, Math.sqrt),
  ReduceProd: (v, output) => whole(v, output, productOf),
  ReduceSum: (v, output) => whole(v, output, sumOf),
};

/** Longer lists are none of sizes. */
const mostUnknown = 64;

/** A list of numbers none of which is known. */
function unknownList(shape: Shape | null): readonly Dim[] | null {
  const [length] = shape ?? [];
  return shape?.length === 1 && typeof length === 'number' && length <= mostUnknown
    ? new Array<Dim>(length).fill(null)
    : null;
}

const integers: ReadonlySet<number> = new Set([
  T.INT64,
  T.INT32,
  T.INT16,
  T.INT8,
  T.UINT8,
  T.UINT16,
  T.UINT32,
  T.UINT64,
]);
const wide: ReadonlySet<number> = new Set([T.INT64, T.INT32, T.UINT32, T.UINT64]);

/** Null where the result depends on how a type wraps around. */
function castTo(value: number, to: number): Dim {
  if (to === T.BOOL) return value === 0 ? 0 : 1;
  if (wide.has(to)) return Math.abs(value) < 2 ** 31 || to === T.INT64 ? Math.trunc(value) : null;
  if (integers.has(to)) return value >= 0 && value < 128 ? Math.trunc(value) : null;
  if (to === T.FLOAT) return Math.fround(value);
  return to === T.DOUBLE ? value : null;
}

function rounded(element: number, value: Dim): Dim {
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) return null;
  return element === T.FLOAT ? Math.fround(value) : value;
}

function difference(a: Dim, b: Dim): Dim {
  return typeof a === 'number' && typeof b === 'number' ? a - b : null;
}
function restOfOne(a: Dim, b: Dim): Dim {
  return a === null || b === null || typeof a === 'number' ? null : restOf([a], [b]);
}

function pairwise(
  v: NodeView,
  output: readonly number[] | null,
  of: (a: Dim, b: Dim, whole: boolean) => Dim,
): Known | null {
  const [a, b] = [v.known(0), v.known(1)];
  if (a === null || b === null || output === null || v.opset < 7) return null;
  const at = reader(output);
  const whole = integers.has(a.element);
  return known(
    a.element,
    output,
    Array.from({ length: count(output) }, (_, i) => rounded(a.element, of(at(a, i), at(b, i), whole))),
  );
}

function extreme(v: NodeView, output: readonly number[] | null, of: (...all: number[]) => number): Known | null {
  const all = v.node.input.map((_, i) => v.known(i));
  if (output === null || v.opset < 8) return null;
  const at = reader(output);
  const lists = all.filter((one): one is Known => one !== null);
  if (lists.length !== all.length || lists.length === 0) return null;
  return known(
    lists[0].element,
    output,
    Array.from({ length: count(output) }, (_, i) => {
      const dims = lists.map((list) => at(list, i));
      if (dims.every((d) => d === dims[0])) return dims[0];
      return dims.every((d): d is number => typeof d === 'number') ? of(...dims) : null;
    }),
  );
}

function truth(
  v: NodeView,
  output: readonly number[] | null,
  of: (a: number, b: number) => boolean,
  sameSymbolHolds = false,
): Known | null {
  const made = pairwise(v, output, (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return of(a, b) ? 1 : 0;
    // A symbol stands for a size, which is never below 0: enough to tell it from the -1 of a Reshape.
    if (sameSymbolHolds && a !== null && a === b) return 1;
    return sameSymbolHolds &&
      ((typeof a === 'number' && a < 0 && b !== null) || (typeof b === 'number' && b < 0 && a !== null))
      ? 0
      : null;
  });
  return made === null ? null : { ...made, element: T.BOOL };
}

/** Half to even, as ONNX rounds. */
function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

function each(v: NodeView, of: (d: number) => number): Known | null {
  const from = v.known(0);
  if (from === null) return null;
  return known(
    from.element,
    from.shape,
    from.data.map((d) => (typeof d === 'number' ? rounded(from.element, of(d)) : null)),
  );
}

/** Over all elements only. */
function whole(v: NodeView, output: readonly number[] | null, of: (dims: Shape) => Dim): Known | null {
  const from = v.known(0);
  if (from === null || output === null || count(output) !== 1) return null;
  if (from.shape.length > 1 || (v.int('noop_with_empty_axes', 0) !== 0 && v.intsOrInput('axes', 1) === null))
    return null;
  return known(from.element, output, [rounded(from.element, of(from.data))]);
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, d) => product * d, 1);
}

function numericShape(shape: Shape | null): readonly number[] | null {
  return shape?.every((d): d is number => typeof d === 'number') && count(shape) <= 1024 ? shape : null;
}

/** Reads the element that meets the `i`th of a broadcast result. */
function reader(output: readonly number[]): (from: Known, i: number) => Dim {
  return (from, i) => {
    let [rest, at, step] = [i, 0, 1];
    for (let axis = output.length - 1; axis >= 0; axis--) {
      const place = rest % output[axis];
      rest = Math.floor(rest / output[axis]);
      const own = from.shape.length - output.length + axis;
      if (own < 0) continue;
      if (from.shape[own] !== 1) at += place * step;
      step *= from.shape[own];
    }
    return from.data[at] ?? null;
  };
}
