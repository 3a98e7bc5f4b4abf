import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { channelsAsDoubles, clampedBytes, doubles } from './loweredChannels.ts';

/** rgb to hsv, uint8 [N, height, width, 3], step by step as Pillow's `rgb2hsv_row` rounds it (see colour.ts). */
export function loweredHsv(onnx: OnnxGraph, pixels: OnnxValue): OnnxValue {
  const { add, sub, mul, div, max, floor, where, equal, single } = doubles(onnx);
  const [r, g, b] = channelsAsDoubles(onnx, pixels, 3);
  const high = onnx.op('Max', [r, g, b]);
  const range = sub(high, onnx.op('Min', [r, g, b]));
  // Where the range is 0, hue and saturation come out as 0 by themselves but for the hue's turn, which is 0 too.
  const divisor = max(range, 1);
  const [rc, gc, bc] = [r, g, b].map((c) => single(div(sub(high, c), divisor)));
  const sector = where(equal(r, high), sub(bc, gc), where(equal(g, high), sub(add(2, rc), bc), sub(add(4, gc), rc)));
  const turns = add(div(single(sector), 6), 1);
  const hue = single(sub(turns, floor(turns)));
  const saturation = single(div(range, max(high, 1)));
  const levels = [floor(mul(hue, 255)), floor(mul(saturation, 255)), high];
  return clampedBytes(onnx, onnx.op('Concat', levels, { axis: 3 }));
}

/** For each of the six sectors, and a seventh that is the first again: which of v, q, p, t red, green and blue are. */
const sectors = [
  [0, 3, 2],
  [1, 0, 2],
  [2, 0, 3],
  [2, 1, 0],
  [3, 2, 0],
  [0, 2, 1],
  [0, 3, 2],
] as const;

/** hsv to rgb, uint8 [N, height, width, 3]. */
export function loweredRgbOfHsv(onnx: OnnxGraph, pixels: OnnxValue): OnnxValue {
  const { add, sub, mul, div, floor, single } = doubles(onnx);
  const [h, saturation, v] = channelsAsDoubles(onnx, pixels, 3);
  const turn = div(mul(h, 6), 255);
  const sector = floor(turn);
  const f = single(sub(turn, sector));
  const s = single(div(saturation, 255));
  const level = (less: OnnxValue): OnnxValue => floor(add(mul(v, sub(1, less)), 0.5));
  const choices = onnx.op('Concat', [v, level(mul(s, f)), level(s), level(mul(s, sub(1, f)))], { axis: 3 });
  const which = onnx.op('Squeeze', [onnx.cast(sector, 'int64'), onnx.integers([3])]);
  const places = onnx.op('Gather', [onnx.integers(sectors.flat(), [7, 3]), which], { axis: 0 });
  return clampedBytes(onnx, onnx.op('GatherElements', [choices, places], { axis: 3 }));
}
