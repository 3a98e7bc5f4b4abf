import type { LoweredImage, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { TensorType } from '../../core/kinds/type.ts';
import { channelsOf } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { clampedBytes, doubles } from './loweredChannels.ts';
import { ownGeometry } from './loweredGeometry.ts';
import { laidOut, ordered } from './loweredPixels.ts';
import type { Layout } from './pixelTensor.ts';

export type LevelRange = '0..1' | '0..255' | '-1..1';

/**
 * Levels as floats, correctly rounded: with one division they are what the table of image.toTensor holds, for each of the
 * 256 levels.
 */
function floatLevels(onnx: OnnxGraph, pixels: OnnxValue, range: LevelRange): OnnxValue {
  const levels = onnx.cast(pixels, 'float32');
  if (range === '0..255') return levels;
  const top = onnx.float(255);
  if (range === '0..1') return onnx.op('Div', [levels, top]);
  return onnx.op('Div', [onnx.op('Sub', [onnx.op('Add', [levels, levels]), top]), top]);
}

interface TensorForm {
  readonly dtype: 'float32' | 'float16' | 'uint8';
  readonly range: LevelRange;
  readonly layout: Layout;
  readonly batch: boolean;
}

/** A picture's levels as a tensor, its channels in the order given. */
export function levelsTensor(
  onnx: OnnxGraph,
  image: LoweredImage,
  order: readonly number[],
  { dtype, range, layout, batch }: TensorForm,
): OnnxValue {
  const pixels = ordered(onnx, image.pixels, channelsOf(image.colour), order);
  const levels = dtype === 'uint8' ? pixels : onnx.cast(floatLevels(onnx, pixels, range), dtype);
  return laidOut(onnx, levels, layout, batch);
}

const colours = { 1: 'grey', 3: 'rgb', 4: 'rgba' } as const;

/** A tensor's levels as a picture, clamped to whole ones, halves to the even neighbour. */
export function pictureOfLevels(
  onnx: OnnxGraph,
  tensor: OnnxValue,
  type: TensorType,
  low: number,
  high: number,
  layout: Layout,
): LoweredImage {
  const shape = type.shape ?? [];
  const inner = shape.length === 4 && (shape[0] === 1 || typeof shape[0] !== 'number') ? shape.slice(1) : shape;
  const channels = layout === 'NCHW' ? inner[0] : inner[2];
  if (inner.length !== 3 || type.dtype === 'string' || (channels !== 1 && channels !== 3 && channels !== 4)) {
    throw new Problem('not-lowerable', {
      message: `Which axes of a tensor [${type.shape?.join(', ') ?? '?'}] are channels, height and width is not known: 1, 3 or 4 channels in the layout ${layout} are needed.`,
      fix: 'Set the layout, or fix the shape with tensor.reshape before it.',
    });
  }
  const one = inner.length === shape.length ? tensor : onnx.op('Squeeze', [tensor, onnx.integers([1])]);
  const laid = layout === 'NHWC' ? one : onnx.op('Transpose', [one], { perm: [0, 2, 3, 1] });
  const { sub, mul, div } = doubles(onnx);
  const levels = mul(div(sub(onnx.cast(laid, 'float64'), low), high - low), 255);
  const [height, width] = layout === 'NCHW' ? inner.slice(1) : inner;
  const pixels = { ...clampedBytes(onnx, levels), shape: [tensor.shape?.[0] ?? null, height, width, channels] };
  return { kind: 'image', pixels, colour: colours[channels], geometry: ownGeometry(onnx, pixels), straight: true };
}
