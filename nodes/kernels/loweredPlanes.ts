import type { LoweredImage, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { type Amount, amountValue, minus, most, over, times } from './loweredAmount.ts';
import { geometryRow } from './loweredBoxes.ts';
import { doubles } from './loweredChannels.ts';
import { sizeOf } from './loweredGeometry.ts';
import { counting } from './loweredInterpolate.ts';

interface Size {
  readonly width: Amount;
  readonly height: Amount;
}

/** Where the pixels of an original lie in planes, in the planes' own coordinates, float64. */
export interface Places {
  /** [height, width], or only one row and one column where the map is straight. */
  readonly u: OnnxValue;
  readonly v: OnnxValue;
  /** bool [1, height, width]: pixels that the model never saw. */
  readonly outside: OnnxValue;
}

/** `toPlanes` of result.segmentation, for each pixel of the original of the one picture there is. */
export function placesInPlanes(onnx: OnnxGraph, image: LoweredImage, planes: Size): Places {
  const { add, sub, mul, div, above } = doubles(onnx);
  const [width, height, a, b, c, d, e, f] = geometryRow(onnx, image.geometry);
  const size = sizeOf(onnx, image);
  const scale = (length: Amount, own: Amount): OnnxValue => amountValue(onnx, over(onnx, length, own));
  const [sx, sy] = [scale(planes.width, size.width), scale(planes.height, size.height)];
  // invertAffine
  const det = sub(mul(a, e), mul(b, d));
  const [ia, ib] = [div(e, det), div(sub(0, b), det)];
  const [id, ie] = [div(sub(0, d), det), div(a, det)];
  const ic = sub(0, add(mul(ia, c), mul(ib, f)));
  const jf = sub(0, add(mul(id, c), mul(ie, f)));
  const middles = (count: OnnxValue): OnnxValue => add(onnx.cast(counting(onnx, count), 'float64'), 0.5);
  const x = onnx.op('Unsqueeze', [middles(width), onnx.integers([0])]);
  const y = onnx.op('Unsqueeze', [middles(height), onnx.integers([1])]);
  const place = (p: OnnxValue, q: OnnxValue, r: OnnxValue, s: OnnxValue): OnnxValue =>
    add(add(mul(mul(p, s), x), mul(mul(q, s), y)), mul(r, s));
  const straight = image.straight === true;
  const u = straight ? add(mul(mul(ia, sx), x), mul(ic, sx)) : place(ia, ib, ic, sx);
  const v = straight ? add(mul(mul(ie, sy), y), mul(jf, sy)) : place(id, ie, jf, sy);
  // A pixel's middle may leave the planes by rounding alone.
  const slack = amountValue(onnx, times(onnx, 1e-6, most(onnx, planes.width, planes.height)));
  const beyond = (at: OnnxValue, length: Amount): OnnxValue => {
    const low = above(sub(0, slack), at);
    return onnx.op('Or', [low, above(at, add(amountValue(onnx, length), slack))]);
  };
  const outside = onnx.op('Or', [beyond(u, planes.width), beyond(v, planes.height)]);
  return { u, v, outside: onnx.op('Unsqueeze', [outside, onnx.integers([0])]) };
}

interface Neighbours {
  /** int64: the pixel before a place and the one behind it, inside the planes. */
  readonly low: OnnxValue;
  readonly high: OnnxValue;
  /** float32: their shares. */
  readonly near: OnnxValue;
  readonly far: OnnxValue;
}

function neighbours(onnx: OnnxGraph, at: OnnxValue, length: Amount): Neighbours {
  const { add, sub, min, max, floor } = doubles(onnx);
  const last = amountValue(onnx, minus(onnx, length, 1));
  const inside = min(max(sub(at, 0.5), 0), last);
  const low = floor(inside);
  const share = sub(inside, low);
  const single = (value: OnnxValue): OnnxValue => onnx.cast(value, 'float32');
  const whole = (value: OnnxValue): OnnxValue => onnx.cast(value, 'int64');
  return { low: whole(low), high: whole(min(add(low, 1), last)), near: single(sub(1, share)), far: single(share) };
}

function mixed(onnx: OnnxGraph, a: OnnxValue, b: OnnxValue, { near, far }: Neighbours): OnnxValue {
  return onnx.op('Add', [onnx.op('Mul', [a, near]), onnx.op('Mul', [b, far])]);
}

type Enlarge = (planes: OnnxValue) => OnnxValue;

/** Planes [1, some, height, width] at the places of a straight map: columns first, then whole rows. */
export function straightPlanes(onnx: OnnxGraph, { u, v }: Places, size: Size): Enlarge {
  const flat = (value: OnnxValue): OnnxValue => onnx.op('Reshape', [value, onnx.integers([-1])]);
  const columns = neighbours(onnx, flat(u), size.width);
  const rows = neighbours(onnx, flat(v), size.height);
  const upright = (value: OnnxValue): OnnxValue => onnx.op('Unsqueeze', [value, onnx.integers([1])]);
  const down = { ...rows, near: upright(rows.near), far: upright(rows.far) };
  return (planes) => {
    const pick = (from: OnnxValue, places: OnnxValue, axis: number): OnnxValue =>
      onnx.op('Gather', [from, places], { axis }, 'enlarged');
    const wide = mixed(onnx, pick(planes, columns.low, 3), pick(planes, columns.high, 3), columns);
    return mixed(onnx, pick(wide, rows.low, 2), pick(wide, rows.high, 2), down);
  };
}

/** Planes [1, some, height, width] at the places of any map: four pixels around each. */
export function slantedPlanes(onnx: OnnxGraph, { u, v }: Places, size: Size): Enlarge {
  const columns = neighbours(onnx, u, size.width);
  const rows = neighbours(onnx, v, size.height);
  const stride = onnx.cast(amountValue(onnx, size.width), 'int64');
  const place = (row: OnnxValue, column: OnnxValue): OnnxValue =>
    onnx.op('Add', [onnx.op('Mul', [row, stride]), column]);
  const upper = [place(rows.low, columns.low), place(rows.low, columns.high)];
  const lower = [place(rows.high, columns.low), place(rows.high, columns.high)];
  const behind = (value: OnnxValue): OnnxValue => onnx.op('Unsqueeze', [value, onnx.integers([2])]);
  const shares = (of: Neighbours): Neighbours => ({ ...of, near: behind(of.near), far: behind(of.far) });
  const [across, down] = [shares(columns), shares(rows)];
  return (planes) => {
    // All planes of a pixel side by side: one copy for each place instead of one for each plane.
    const last = onnx.op('Transpose', [planes], { perm: [0, 2, 3, 1] });
    const shape = onnx.op('Concat', [onnx.integers([-1]), onnx.dim(planes, 1)], { axis: 0 });
    const flat = onnx.op('Reshape', [last, shape]);
    const pick = (at: OnnxValue): OnnxValue => onnx.op('Gather', [flat, at], { axis: 0 }, 'enlarged');
    const blend = ([a, b]: readonly OnnxValue[]): OnnxValue => mixed(onnx, pick(a), pick(b), across);
    const sum = mixed(onnx, blend(upper), blend(lower), down);
    return onnx.op('Unsqueeze', [onnx.op('Transpose', [sum], { perm: [2, 0, 1] }), onnx.integers([0])]);
  };
}
