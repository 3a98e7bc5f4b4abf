import type { Dim } from '../../kinds/type.ts';
import { TensorProto_DataType as T } from '../gen/onnx-ml_pb.ts';
import { axesIn, axisIn, broadcast, type Shape, unknown } from './dims.ts';
import { type NodeView, type Rules, rulesFor, type } from './view.ts';

/** Products, reductions, recurrent layers, transforms: operators that take sums over axes. */
export const productRules: Rules = {
  MatMul: (v) => [type(v.anyElement(0, 1), matrixProduct(v.shape(0), v.shape(1)))],
  MatMulInteger: (v) => [type(T.INT32, matrixProduct(v.shape(0), v.shape(1)))],
  DynamicQuantizeMatMul: (v) => [type(T.FLOAT, matrixProduct(v.shape(0), v.shape(1)))],
  QLinearMatMul: (v) => [type(v.element(7), matrixProduct(v.shape(0), v.shape(3)))],
  FusedMatMul: (v) => {
    const turn = (shape: Shape | null, by: boolean) =>
      !by || shape === null || shape.length < 2
        ? shape
        : [...shape.slice(0, -2), shape.at(-1) ?? null, shape.at(-2) ?? null];
    if (v.int('transBatchA', 0) !== 0 || v.int('transBatchB', 0) !== 0) return [type(v.anyElement(0, 1), null)];
    const [a, b] = [turn(v.shape(0), v.int('transA', 0) !== 0), turn(v.shape(1), v.int('transB', 0) !== 0)];
    return [type(v.anyElement(0, 1), matrixProduct(a, b))];
  },
  MatMulNBits: (v) => {
    const a = v.shape(0);
    return [type(v.element(0), a === null ? null : [...a.slice(0, -1), v.int('N', 0) || null])];
  },
  Gemm: (v) => {
    const [a, b] = [v.shape(0), v.shape(1)];
    const rows = (v.int('transA', 0) === 0 ? a?.[0] : a?.[1]) ?? null;
    const columns = (v.int('transB', 0) === 0 ? b?.[1] : b?.[0]) ?? null;
    return [type(v.anyElement(0, 1), [rows, columns])];
  },
  Einsum: (v) => [type(v.anyElement(...v.node.input.keys()), einsum(v))],
  Det: (v) => [type(v.element(0), v.shape(0)?.slice(0, -2) ?? null)],
  ...rulesFor(
    'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare',
    (v) => [type(v.element(0), reduced(v))],
  ),
  ...rulesFor('ArgMax ArgMin', (v) => {
    const shape = v.shape(0);
    const axis = shape === null ? null : axisIn(v.int('axis', 0), shape.length);
    if (shape === null || axis === null) return [type(T.INT64, null)];
    return [type(T.INT64, without(shape, [axis], v.int('keepdims', 1) !== 0))];
  }),
  TopK: (v) => {
    const shape = v.shape(0);
    const axis = shape === null ? null : axisIn(v.int('axis', -1), shape.length);
    const k = v.opset < 10 ? v.int('k', 0) : (v.known(1)?.data[0] ?? null);
    const kept = shape === null || axis === null ? null : shape.map((dim, i) => (i === axis ? k : dim));
    return [type(v.element(0), kept), type(T.INT64, kept)];
  },
  NonMaxSuppression: () => [type(T.INT64, [null, 3])],
  ...rulesFor('LSTM GRU RNN', recurrent),
  DFT: (v) => [type(v.element(0), transformed(v))],
  STFT: (v) => {
    const signal = v.shape(0);
    const window = v.has(2) ? (v.shape(2)?.[0] ?? null) : null;
    const length = v.has(3) ? (v.numbers(3)?.[0] ?? null) : window;
    const step = v.numbers(1)?.[0];
    const whole = signal?.[1];
    const frames =
      typeof length === 'number' && typeof whole === 'number' && step !== undefined && step > 0
        ? Math.floor((whole - length) / step) + 1
        : null;
    const bins = typeof length === 'number' ? (v.int('onesided', 1) === 0 ? length : (length >> 1) + 1) : null;
    return [type(v.element(0), [signal?.[0] ?? null, frames, bins, 2])];
  },
  ...rulesFor('HannWindow HammingWindow BlackmanWindow', (v) => [
    type(v.int('output_datatype', T.FLOAT), [v.known(0)?.data[0] ?? null]),
  ]),
  MelWeightMatrix: (v) => {
    const [mels, length] = [v.numbers(0)?.[0] ?? null, v.numbers(1)?.[0]];
    return [type(v.int('output_datatype', T.FLOAT), [length === undefined ? null : (length >> 1) + 1, mels])];
  },
  ...rulesFor('RandomNormal RandomUniform', (v) => [type(v.int('dtype', T.FLOAT), v.ints('shape'))]),
  Multinomial: (v) => [type(v.int('dtype', T.INT32), [v.shape(0)?.[0] ?? null, v.int('sample_size', 1)])],
};

/** NumPy's matmul: one axis is a row on the left and a column on the right, and goes away again. */
function matrixProduct(a: Shape | null, b: Shape | null): Shape | null {
  if (a === null || b === null || a.length === 0 || b.length === 0) return null;
  const stack = broadcast([a.slice(0, -2), b.slice(0, -2)]);
  if (stack === null) return null;
  const rows = a.length === 1 ? [] : [a.at(-2) ?? null];
  const columns = b.length === 1 ? [] : [b.at(-1) ?? null];
  return [...stack, ...rows, ...columns];
}

function einsum(v: NodeView): Shape | null {
  const equation = v.text('equation', '').replaceAll(' ', '');
  if (equation === '' || equation.includes('.')) return null;
  const [left, right] = equation.split('->');
  const sizes = new Map<string, Dim>();
  for (const [i, letters] of left.split(',').entries()) {
    const shape = v.shape(i);
    if (shape === null || shape.length !== letters.length) return null;
    [...letters].forEach((letter, at) => {
      const before = sizes.get(letter);
      // A letter may meet a size of 1, which is stretched.
      sizes.set(letter, before === undefined ? shape[at] : (broadcast([[before], [shape[at]]])?.[0] ?? null));
    });
  }
  const counts = new Map<string, number>();
  for (const letter of left.replaceAll(',', '')) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const once = [...counts].filter(([, count]) => count === 1).map(([letter]) => letter);
  return [...(right ?? once.sort().join(''))].map((letter) => sizes.get(letter) ?? null);
}

function reduced(v: NodeView): Shape | null {
  const shape = v.shape(0);
  const keeps = v.int('keepdims', 1) !== 0;
  const axes = v.intsOrInput('axes', 1);
  if (shape === null) return axes === null && !keeps && v.int('noop_with_empty_axes', 0) === 0 ? [] : null;
  if (axes === 'unknown') return keeps ? unknown(shape.length) : null;
  if (axes === null || axes.length === 0) {
    if (v.int('noop_with_empty_axes', 0) !== 0) return shape;
    return keeps ? shape.map(() => 1) : [];
  }
  const gone = axesIn(axes, shape.length);
  return gone === null ? null : without(shape, gone, keeps);
}

function without(shape: Shape, axes: readonly number[], keeps: boolean): Shape {
  return keeps ? shape.map((dim, i) => (axes.includes(i) ? 1 : dim)) : shape.filter((_, i) => !axes.includes(i));
}

function recurrent(v: NodeView) {
  const [x, weights] = [v.shape(0), v.shape(2)];
  const element = v.element(0);
  const hidden = v.int('hidden_size', 0) || (weights?.[2] ?? null);
  const directions = v.text('direction', 'forward') === 'bidirectional' ? 2 : 1;
  const first = v.int('layout', 0) !== 0;
  const length = x?.[first ? 1 : 0] ?? null;
  const batch = x?.[first ? 0 : 1] ?? null;
  const all = first ? [batch, length, directions, hidden] : [length, directions, batch, hidden];
  const last = first ? [batch, directions, hidden] : [directions, batch, hidden];
  return [type(element, all), type(element, last), type(element, last)];
}

function transformed(v: NodeView): Shape | null {
  const shape = v.shape(0);
  if (shape === null) return null;
  const said = v.opset >= 20 ? (v.has(2) ? v.numbers(2)?.[0] : -2) : v.int('axis', 1);
  const axis = said === undefined ? null : axisIn(said, shape.length);
  if (axis === null) return unknown(shape.length);
  const given = v.has(1) ? (v.numbers(1)?.[0] ?? null) : shape[axis];
  const oneSided = v.int('onesided', 0) !== 0;
  const inverse = v.int('inverse', 0) !== 0;
  if (oneSided && inverse) return unknown(shape.length);
  const size = oneSided ? (typeof given === 'number' ? (given >> 1) + 1 : null) : given;
  return shape.map((dim, i) => (i === axis ? size : i === shape.length - 1 ? 2 : dim));
}
