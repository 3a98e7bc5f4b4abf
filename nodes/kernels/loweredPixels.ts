import type { LoweredImage, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { Problem } from '../../core/problems/problem.ts';

/** uint8 [N, height, width, 3], in the order given of red, green and blue: grey is repeated, alpha left out. */
export function loweredRgb(onnx: OnnxGraph, image: LoweredImage, order: readonly number[] = [0, 1, 2]): OnnxValue {
  const places = { rgb: [0, 1, 2], rgba: [0, 1, 2], bgr: [2, 1, 0], grey: [0, 0, 0] } as const;
  const { colour } = image;
  if (colour === 'hsv' || colour === 'ycbcr' || colour === 'lab') {
    throw new Problem('not-lowerable', {
      message: `A picture in ${colour} is taken apart into red, green and blue by tables that no operator of ONNX has.`,
      fix: 'Convert it back to rgb before, or let this part run outside the ONNX file.',
    });
  }
  const chosen = order.map((c) => places[colour][c]);
  const asItIs = colour !== 'rgba' && colour !== 'grey' && chosen.every((c, at) => c === at);
  if (asItIs) return image.pixels;
  return onnx.op('Gather', [image.pixels, onnx.integers(chosen)], { axis: 3 }, 'rgb');
}
