import type { LoweredImage, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { channelsOf } from '../../core/kinds/value.ts';
import { convertLowered } from './loweredColour.ts';
import type { Layout } from './pixelTensor.ts';

/** uint8 [N, height, width, 3], in the order given of red, green and blue: grey is repeated, alpha left out. */
export function loweredRgb(onnx: OnnxGraph, image: LoweredImage, order: readonly number[] = [0, 1, 2]): OnnxValue {
  const places = { rgb: [0, 1, 2], rgba: [0, 1, 2], bgr: [2, 1, 0], grey: [0, 0, 0] } as const;
  const { colour } = image;
  if (colour === 'hsv' || colour === 'ycbcr' || colour === 'lab') {
    const rgb = convertLowered(onnx, image.pixels, colour, 'rgb', 'drop', [0, 0, 0]);
    return ordered(onnx, rgb, 3, order);
  }
  const chosen = order.map((c) => places[colour][c]);
  return ordered(onnx, image.pixels, channelsOf(colour), chosen);
}

/** Channels of [N, height, width, channels] in another order. */
export function ordered(onnx: OnnxGraph, pixels: OnnxValue, channels: number, order: readonly number[]): OnnxValue {
  if (order.length === channels && order.every((c, at) => c === at)) return pixels;
  const shape = pixels.shape === null ? null : [...pixels.shape.slice(0, 3), order.length];
  return { ...onnx.op('Gather', [pixels, onnx.integers(order)], { axis: 3 }, 'channels'), shape };
}

/** [N, height, width, channels] as a tensor of the layout; with `batch`, the tensor of one item has an axis of 1 in front. */
export function laidOut(onnx: OnnxGraph, pixels: OnnxValue, layout: Layout, batch: boolean): OnnxValue {
  const laid = layout === 'NHWC' ? pixels : onnx.op('Transpose', [pixels], { perm: [0, 3, 1, 2] }, 'planes');
  return batch ? onnx.op('Unsqueeze', [laid, onnx.integers([1])], {}, 'tensor') : laid;
}
