import type { Dim } from '../../kinds/type.ts';
import { TensorProto_DataType as T } from '../gen/onnx-ml_pb.ts';
import { axesIn, axisIn, productOf, type Shape, unknown } from './dims.ts';
import { type NodeView, type Rules, rulesFor, type } from './view.ts';

/** Operators that slide a window over space, or change its size. */
export const windowRules: Rules = {
  ...rulesFor('Conv FusedConv', (v) => [type(v.anyElement(0, 1), convolved(v, 1))]),
  ConvInteger: (v) => [type(T.INT32, convolved(v, 1))],
  QLinearConv: (v) => [type(v.element(7), convolved(v, 3))],
  ConvTranspose: (v) => [type(v.anyElement(0, 1), spread(v))],
  ...rulesFor('AveragePool LpPool', (v) => [type(v.element(0), pooled(v))]),
  MaxPool: (v) => {
    const shape = pooled(v);
    return [type(v.element(0), shape), type(T.INT64, shape)];
  },
  ...rulesFor('GlobalAveragePool GlobalMaxPool GlobalLpPool', (v) => [
    type(v.element(0), v.shape(0)?.map((dim, i) => (i < 2 ? dim : 1)) ?? null),
  ]),
  ...rulesFor('Resize Upsample', (v) => [type(v.element(0), resized(v))]),
  GridSample: (v) => {
    const [x, grid] = [v.shape(0), v.shape(1)];
    if (x === null) return [type(v.element(0), null)];
    const space = grid === null ? unknown(x.length - 2) : grid.slice(1, -1);
    return [type(v.element(0), [...x.slice(0, 2), ...space])];
  },
  RoiAlign: (v) => {
    const [x, rois] = [v.shape(0), v.shape(1)];
    const size = [v.int('output_height', 1), v.int('output_width', 1)];
    return [type(v.element(0), [rois?.[0] ?? null, x?.[1] ?? null, ...size])];
  },
  MaxRoiPool: (v) => {
    const [x, rois, size] = [v.shape(0), v.shape(1), v.ints('pooled_shape')];
    return [type(v.element(0), [rois?.[0] ?? null, x?.[1] ?? null, size?.[0] ?? null, size?.[1] ?? null])];
  },
  AffineGrid: (v) => {
    const size = v.known(1)?.data ?? null;
    if (size === null) return [type(v.element(0), null)];
    return [type(v.element(0), [size[0] ?? null, ...size.slice(2), size.length - 2])];
  },
};

interface Windows {
  readonly kernel: readonly (number | null)[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
  readonly auto: string;
}

function windowsOf(v: NodeView, space: number, weights: Shape | null): Windows {
  const list = (name: string, or: number, length = space) => v.ints(name) ?? Array.from({ length }, () => or);
  const ofWeights = weights?.slice(2).map((dim) => (typeof dim === 'number' ? dim : null));
  return {
    kernel: v.ints('kernel_shape') ?? ofWeights ?? Array.from({ length: space }, () => null),
    strides: list('strides', 1),
    dilations: list('dilations', 1),
    pads: list('pads', 0, 2 * space),
    auto: v.text('auto_pad', 'NOTSET'),
  };
}

/** Conv of the ONNX specification: floor((size + pads - dilation * (kernel - 1) - 1) / stride) + 1. */
function convolved(v: NodeView, weightInput: number): Shape | null {
  const [x, w] = [v.shape(0), v.shape(weightInput)];
  const rank = x?.length ?? w?.length;
  if (rank === undefined || rank < 2) return null;
  const windows = windowsOf(v, rank - 2, w);
  const space = Array.from({ length: rank - 2 }, (_, i) => slid(x?.[i + 2] ?? null, windows, i, false));
  return [x?.[0] ?? null, w?.[0] ?? null, ...space];
}

function pooled(v: NodeView): Shape | null {
  const x = v.shape(0);
  if (x === null || x.length < 2) return null;
  const windows = windowsOf(v, x.length - 2, null);
  const ceils = v.int('ceil_mode', 0) !== 0;
  return [x[0], x[1], ...x.slice(2).map((dim, i) => slid(dim, windows, i, ceils))];
}

function slid(dim: Dim, { kernel, strides, dilations, pads, auto }: Windows, i: number, ceils: boolean): Dim {
  const [stride, dilation] = [strides[i], dilations[i]];
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
    if (stride === 1) return dim;
    return typeof dim === 'number' ? Math.ceil(dim / stride) : null;
  }
  const size = kernel[i];
  if (size === null || stride === undefined || dilation === undefined) return null;
  const before = auto === 'VALID' ? 0 : (pads[i] ?? 0);
  const after = auto === 'VALID' ? 0 : (pads[i + pads.length / 2] ?? 0);
  const missing = before + after - dilation * (size - 1);
  if (stride === 1 && missing === 0) return dim;
  if (typeof dim !== 'number') return null;
  const steps = (dim + missing - 1) / stride;
  if (steps < 0) return null;
  if (!ceils) return Math.floor(steps) + 1;
  const count = Math.ceil(steps) + 1;
  // The last window must begin inside the input or the padding before it.
  return (count - 1) * stride >= dim + before ? count - 1 : count;
}

/** ConvTranspose of the specification: stride * (size - 1) + output_padding + dilation * (kernel - 1) + 1 - pads. */
function spread(v: NodeView): Shape | null {
  const [x, w] = [v.shape(0), v.shape(1)];
  const rank = x?.length ?? w?.length;
  if (rank === undefined || rank < 2) return null;
  const { kernel, strides, dilations, pads, auto } = windowsOf(v, rank - 2, w);
  const more = v.ints('output_padding') ?? [];
  const said = v.ints('output_shape');
  const space = Array.from({ length: rank - 2 }, (_, i): Dim => {
    // Some writers give the whole shape, some the space only.
    if (said !== null && said.length > 0) return said[said.length - (rank - 2) + i] ?? null;
    const [dim, size] = [x?.[i + 2] ?? null, kernel[i]];
    if (typeof dim !== 'number' || size === null) return null;
    if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') return dim * strides[i];
    const padded = auto === 'VALID' ? 0 : (pads[i] ?? 0) + (pads[i + rank - 2] ?? 0);
    return strides[i] * (dim - 1) + (more[i] ?? 0) + dilations[i] * (size - 1) + 1 - padded;
  });
  return [x?.[0] ?? null, productOf([w?.[1] ?? null, v.int('group', 1)]), ...space];
}

function resized(v: NodeView): Shape | null {
  const shape = v.shape(0);
  if (shape === null) return null;
  const modern = v.node.opType === 'Resize' && v.opset >= 11;
  const named = modern ? v.ints('axes') : null;
  const axes = named === null ? shape.map((_, i) => i) : axesIn(named, shape.length);
  if (axes === null) return unknown(shape.length);
  const sizes = modern && v.has(3) && v.shape(3)?.[0] !== 0 ? (v.known(3)?.data ?? 'unknown') : null;
  const policy = v.text('keep_aspect_ratio_policy', 'stretch');
  const crops = v.text('coordinate_transformation_mode', 'half_pixel') === 'tf_crop_and_resize';
  const scales = v.floats('scales') ?? v.numbers(modern ? 2 : 1);
  return shape.map((dim, axis) => {
    const at = axisIn(axes.indexOf(axis), axes.length);
    if (at === null || !axes.includes(axis)) return dim;
    if (sizes === 'unknown' || (sizes !== null && policy !== 'stretch')) return null;
    if (sizes !== null) return sizes[at] ?? null;
    const scale = scales?.[at];
    if (scale === undefined || crops) return null;
    if (scale === 1) return dim;
    // The runtime multiplies in single precision.
    return typeof dim === 'number' ? Math.floor(Math.fround(Math.fround(scale) * dim)) : null;
  });
}
