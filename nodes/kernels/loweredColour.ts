import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { type Colour, channelsOf } from '../../core/kinds/value.ts';
import { rgbFromYcbcr, type SumTables, ycbcrFromRgb } from './colour.ts';
import { clampedBytes } from './loweredChannels.ts';
import { loweredHsv, loweredRgbOfHsv } from './loweredHsv.ts';
import { loweredLab, loweredRgbOfLab } from './loweredLab.ts';

/** `convertColour` for uint8 [N, height, width, channels]: the same bytes. */
export function convertLowered(
  onnx: OnnxGraph,
  pixels: OnnxValue,
  from: Colour,
  to: Colour,
  alpha: 'flatten' | 'drop',
  background: readonly number[],
): OnnxValue {
  if (from === to) return pixels;
  const shape = pixels.shape === null ? null : [...pixels.shape.slice(0, 3), channelsOf(to)];
  return { ...fromRgb(onnx, toRgb(onnx, pixels, from, alpha, background), to), shape };
}

function toRgb(
  onnx: OnnxGraph,
  pixels: OnnxValue,
  from: Colour,
  alpha: 'flatten' | 'drop',
  background: readonly number[],
): OnnxValue {
  switch (from) {
    case 'rgb':
      return pixels;
    case 'bgr':
      return chosen(onnx, pixels, [2, 1, 0]);
    case 'grey':
      return chosen(onnx, pixels, [0, 0, 0]);
    case 'rgba':
      return alpha === 'drop' ? chosen(onnx, pixels, [0, 1, 2]) : flattened(onnx, pixels, background);
    case 'hsv':
      return loweredRgbOfHsv(onnx, pixels);
    case 'ycbcr':
      return tabled(onnx, pixels, rgbFromYcbcr);
    case 'lab':
      return loweredRgbOfLab(onnx, pixels);
  }
}

function fromRgb(onnx: OnnxGraph, rgb: OnnxValue, to: Colour): OnnxValue {
  switch (to) {
    case 'rgb':
      return rgb;
    case 'bgr':
      return chosen(onnx, rgb, [2, 1, 0]);
    case 'grey':
      return luma(onnx, rgb);
    case 'rgba':
      return onnx.op('Pad', [rgb, onnx.integers([0, 0, 0, 0, 0, 0, 0, 1]), opaque(onnx)], { mode: 'constant' }, 'rgba');
    case 'hsv':
      return loweredHsv(onnx, rgb);
    case 'ycbcr':
      return tabled(onnx, rgb, ycbcrFromRgb);
    case 'lab':
      return loweredLab(onnx, rgb);
  }
}

function chosen(onnx: OnnxGraph, pixels: OnnxValue, channels: readonly number[]): OnnxValue {
  return onnx.op('Gather', [pixels, onnx.integers(channels)], { axis: 3 }, 'channels');
}

function opaque(onnx: OnnxGraph): OnnxValue {
  return onnx.constant({ kind: 'tensor', dtype: 'uint8', shape: [], data: Uint8Array.of(255) });
}

/** `lumaOf`: whole numbers below 2^24 and powers of two are exact in float32. */
function luma(onnx: OnnxGraph, rgb: OnnxValue): OnnxValue {
  const weights = onnx.floats([19595, 38470, 7471], [3, 1]);
  const sum = onnx.op('MatMul', [onnx.cast(rgb, 'float32'), weights]);
  const half = onnx.op('Add', [sum, onnx.float(2 ** 15)]);
  return onnx.cast(onnx.op('Floor', [onnx.op('Mul', [half, onnx.float(2 ** -16)])]), 'uint8');
}

/** Over a background, as `flattened` in colour.ts; exact in float32 as `luma` is. */
function flattened(onnx: OnnxGraph, pixels: OnnxValue, background: readonly number[]): OnnxValue {
  const floats = onnx.cast(pixels, 'float32');
  const [colours, alpha] = onnx.ops('Split', [floats, onnx.integers([3, 1])], 2, { axis: 3 });
  const behind = onnx.op('Mul', [onnx.floats(background), onnx.op('Sub', [onnx.float(255), alpha])]);
  const sum = onnx.op('Add', [onnx.op('Add', [onnx.op('Mul', [colours, alpha]), behind]), onnx.float(128)]);
  const high = (value: OnnxValue): OnnxValue => onnx.op('Floor', [onnx.op('Mul', [value, onnx.float(1 / 256)])]);
  return onnx.cast(high(onnx.op('Add', [high(sum), sum])), 'uint8');
}

/** Each channel looks up what it adds, as the tables of colour.ts have it. */
function tabled(onnx: OnnxGraph, pixels: OnnxValue, { tables, offsets }: SumTables): OnnxValue {
  const channels = onnx.ops('Split', [onnx.cast(pixels, 'int32')], 3, { axis: 3, num_outputs: 3 });
  const parts = tables.map((table, c) => {
    const one = onnx.op('Squeeze', [channels[c], onnx.integers([3])]);
    return onnx.op('Gather', [onnx.floats(table.flat(), [256, 3]), one], { axis: 0 }, 'table');
  });
  const sum = parts.reduce((a, b) => onnx.op('Add', [a, b]));
  const whole = onnx.op('Floor', [onnx.op('Mul', [sum, onnx.float(1 / 64)])]);
  return clampedBytes(onnx, onnx.op('Add', [whole, onnx.floats(offsets)]));
}
