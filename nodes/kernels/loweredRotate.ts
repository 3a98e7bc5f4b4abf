import type { LoweredImage, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { type Amount, amountValue, ceiled, floored, least, minus, most, over, plus, times } from './loweredAmount.ts';
import { doubles } from './loweredChannels.ts';
import { type LoweredStep, movedImage, sizeOf } from './loweredGeometry.ts';
import { counting } from './loweredInterpolate.ts';
import { turnLowered } from './loweredPicture.ts';
import { round15, withinTurn } from './turn.ts';

/** What `rotatePicture` is for values: the same bytes, since every step is the same in float64. */
export function rotateLowered(
  onnx: OnnxGraph,
  image: LoweredImage,
  angleDegrees: number,
  expand: boolean,
  fill: readonly number[],
): LoweredImage {
  const angle = withinTurn(angleDegrees);
  const size = sizeOf(onnx, image);
  const square = typeof size.width === 'number' && size.width === size.height;
  if (angle % 180 === 0 || (angle % 90 === 0 && (expand || square))) return turnLowered(onnx, image, angle / 90);
  const { width, height, step } = rotation(onnx, size, angle, expand);
  const pixels = sampled(onnx, image.pixels, size, { width, height }, step, fill);
  return movedImage(onnx, image, pixels, width, height, step);
}

interface Size {
  readonly width: Amount;
  readonly height: Amount;
}

/** `rotation` of turn.ts, for a size that may be known only when the picture comes. */
function rotation(onnx: OnnxGraph, old: Size, angle: number, expand: boolean): Size & { readonly step: LoweredStep } {
  const radians = -(angle * Math.PI) / 180;
  const cos = round15(Math.cos(radians));
  const sin = round15(Math.sin(radians));
  const turn = (x: Amount, y: Amount): readonly [Amount, Amount] => [
    plus(onnx, times(onnx, cos, x), times(onnx, sin, y)),
    plus(onnx, times(onnx, -sin, x), times(onnx, cos, y)),
  ];
  const half = (length: Amount): Amount => over(onnx, length, 2);
  const back = (length: Amount): Amount => minus(onnx, 0, half(length));
  const [tx, ty] = turn(back(old.width), back(old.height));
  const [left, top] = [plus(onnx, tx, half(old.width)), plus(onnx, ty, half(old.height))];
  if (!expand) return { ...old, step: [cos, sin, left, -sin, cos, top] };
  const corners = [turn(0, 0), turn(old.width, 0), turn(old.width, old.height), turn(0, old.height)];
  const extent = (axis: 0 | 1, shift: Amount): Amount => {
    const [first, ...others] = corners.map((corner) => plus(onnx, corner[axis], shift));
    const high = others.reduce((a, b) => most(onnx, a, b), first);
    const low = others.reduce((a, b) => least(onnx, a, b), first);
    return minus(onnx, ceiled(onnx, high), floored(onnx, low));
  };
  const [width, height] = [extent(0, left), extent(1, top)];
  const [ex, ey] = turn(back(minus(onnx, width, old.width)), back(minus(onnx, height, old.height)));
  return { width, height, step: [cos, sin, plus(onnx, left, ex), -sin, cos, plus(onnx, top, ey)] };
}

/** `sample` of turn.ts: four pixels around each place, mixed and cut to whole levels. */
function sampled(
  onnx: OnnxGraph,
  pixels: OnnxValue,
  old: Size,
  size: Size,
  [a, b, c, d, e, f]: LoweredStep,
  fill: readonly number[],
): OnnxValue {
  const { add, sub, mul, max, min, floor } = doubles(onnx);
  const amount = (value: Amount): OnnxValue => amountValue(onnx, value);
  const middles = (count: Amount): OnnxValue => add(onnx.cast(counting(onnx, count), 'float64'), 0.5);
  const x = middles(size.width);
  const y = onnx.op('Unsqueeze', [middles(size.height), onnx.integers([1])]);
  const sx = add(add(mul(amount(a), x), mul(amount(b), y)), amount(c));
  const sy = add(add(mul(amount(d), x), mul(amount(e), y)), amount(f));
  const [inX, inY] = [sub(sx, 0.5), sub(sy, 0.5)];
  const [left, top] = [floor(inX), floor(inY)];
  const within = (place: OnnxValue, length: Amount): OnnxValue => min(max(place, 0), amount(minus(onnx, length, 1)));
  const flat = onnx.op('Reshape', [pixels, onnx.integers([0, -1, fill.length])]);
  const pixel = (row: OnnxValue, column: OnnxValue): OnnxValue => {
    const at = add(mul(within(row, old.height), amount(old.width)), within(column, old.width));
    return onnx.cast(onnx.op('Gather', [flat, onnx.cast(at, 'int64')], { axis: 1 }, 'corner'), 'float64');
  };
  const [right, below] = [add(left, 1), add(top, 1)];
  const weight = (share: OnnxValue): readonly [OnnxValue, OnnxValue] => {
    const one = onnx.op('Unsqueeze', [share, onnx.integers([2])]);
    return [sub(1, one), one];
  };
  const [nearX, farX] = weight(sub(inX, left));
  const [nearY, farY] = weight(sub(inY, top));
  const upper = add(mul(pixel(top, left), nearX), mul(pixel(top, right), farX));
  const lower = add(mul(pixel(below, left), nearX), mul(pixel(below, right), farX));
  const mixed = onnx.cast(floor(add(mul(upper, nearY), mul(lower, farY))), 'uint8');
  const outside = onnx.constant({ kind: 'tensor', dtype: 'uint8', shape: [fill.length], data: Uint8Array.from(fill) });
  const seen = onnx.op('And', [inside(onnx, sx, old.width), inside(onnx, sy, old.height)]);
  return onnx.op('Where', [onnx.op('Unsqueeze', [seen, onnx.integers([2])]), mixed, outside], {}, 'rotated');
}

function inside(onnx: OnnxGraph, place: OnnxValue, length: Amount): OnnxValue {
  return onnx.op('And', [
    onnx.op('GreaterOrEqual', [place, amountValue(onnx, 0)]),
    onnx.op('Less', [place, amountValue(onnx, length)]),
  ]);
}
