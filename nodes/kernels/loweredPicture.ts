import type { LoweredImage, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { type Amount, minus, plus, sideOf, wholeList } from './loweredAmount.ts';
import { type LoweredStep, movedImage, sizeOf } from './loweredGeometry.ts';

/** What `cutPicture` is for values. */
export function cutLowered(
  onnx: OnnxGraph,
  image: LoweredImage,
  left: Amount,
  top: Amount,
  width: Amount,
  height: Amount,
): LoweredImage {
  const from = wholeList(onnx, [top, left]);
  const to = wholeList(onnx, [plus(onnx, top, height), plus(onnx, left, width)]);
  const cut = onnx.op('Slice', [image.pixels, from, to, onnx.integers([1, 2])], {}, 'cut');
  return movedImage(onnx, image, cut, width, height, [1, 0, left, 0, 1, top]);
}

export interface LoweredBorders {
  readonly left: Amount;
  readonly top: Amount;
  readonly right: Amount;
  readonly bottom: Amount;
}

/** What `padPicture` is for values; `colour` has one byte for each channel. */
export function padLowered(
  onnx: OnnxGraph,
  image: LoweredImage,
  borders: LoweredBorders,
  colour: readonly number[],
): LoweredImage {
  const plain = colour.every((level) => level === colour[0]);
  const pixels = plain
    ? onnx.op('Pad', [image.pixels, padList(onnx, borders), byte(onnx, colour[0])], { mode: 'constant' }, 'pad')
    : framed(onnx, image.pixels, borders, colour);
  return withBorders(onnx, image, pixels, borders);
}

/** What `extendPicture` is for values. */
export function extendLowered(
  onnx: OnnxGraph,
  image: LoweredImage,
  borders: LoweredBorders,
  mode: 'edge' | 'reflect',
): LoweredImage {
  return withBorders(onnx, image, onnx.op('Pad', [image.pixels, padList(onnx, borders)], { mode }, 'pad'), borders);
}

function padList(onnx: OnnxGraph, { left, top, right, bottom }: LoweredBorders): OnnxValue {
  return wholeList(onnx, [0, top, left, 0, 0, bottom, right, 0]);
}

function byte(onnx: OnnxGraph, level: number): OnnxValue {
  return onnx.constant({ kind: 'tensor', dtype: 'uint8', shape: [], data: Uint8Array.of(level) });
}

/** A border of several levels: `Pad` fills with one only, so the four sides are laid around the picture. */
function framed(
  onnx: OnnxGraph,
  pixels: OnnxValue,
  { left, top, right, bottom }: LoweredBorders,
  colour: readonly number[],
): OnnxValue {
  const one = onnx.constant({
    kind: 'tensor',
    dtype: 'uint8',
    shape: [1, 1, 1, colour.length],
    data: Uint8Array.from(colour),
  });
  const items = onnx.dim(pixels, 0);
  const block = (height: Amount, width: Amount): OnnxValue => {
    const shape = [items, wholeList(onnx, [height, width]), onnx.integers([colour.length])];
    return onnx.op('Expand', [one, onnx.op('Concat', shape, { axis: 0 })], {}, 'border');
  };
  const height = sideOf(onnx, pixels, 1);
  const width = plus(onnx, sideOf(onnx, pixels, 2), plus(onnx, left, right));
  const row = onnx.op('Concat', [block(height, left), pixels, block(height, right)], { axis: 2 });
  return onnx.op('Concat', [block(top, width), row, block(bottom, width)], { axis: 1 }, 'pad');
}

function withBorders(
  onnx: OnnxGraph,
  image: LoweredImage,
  pixels: OnnxValue,
  { left, top, right, bottom }: LoweredBorders,
): LoweredImage {
  const size = sizeOf(onnx, image);
  const width = plus(onnx, size.width, plus(onnx, left, right));
  const height = plus(onnx, size.height, plus(onnx, top, bottom));
  return movedImage(onnx, image, pixels, width, height, [1, 0, minus(onnx, 0, left), 0, 1, minus(onnx, 0, top)]);
}

/** What `flipPicture` is for values. */
export function flipLowered(onnx: OnnxGraph, image: LoweredImage, axis: 'horizontal' | 'vertical'): LoweredImage {
  const { width, height } = sizeOf(onnx, image);
  const step: LoweredStep = axis === 'horizontal' ? [-1, 0, width, 0, 1, 0] : [1, 0, 0, 0, -1, height];
  return movedImage(onnx, image, reversed(onnx, image.pixels, axis === 'horizontal' ? [2] : [1]), width, height, step);
}

/** What `quarterTurns` is for values: counter-clockwise by whole quarters. */
export function turnLowered(onnx: OnnxGraph, image: LoweredImage, quarters: number): LoweredImage {
  const { width, height } = sizeOf(onnx, image);
  const turned = (): OnnxValue => onnx.op('Transpose', [image.pixels], { perm: [0, 2, 1, 3] });
  switch (((quarters % 4) + 4) % 4) {
    case 1:
      return movedImage(onnx, image, reversed(onnx, turned(), [1]), height, width, [0, -1, width, 1, 0, 0]);
    case 2: {
      const pixels = reversed(onnx, image.pixels, [1, 2]);
      return movedImage(onnx, image, pixels, width, height, [-1, 0, width, 0, -1, height]);
    }
    case 3:
      return movedImage(onnx, image, reversed(onnx, turned(), [2]), height, width, [0, 1, 0, -1, 0, height]);
    default:
      return image;
  }
}

/** From the last to the first along some axes. */
function reversed(onnx: OnnxGraph, value: OnnxValue, axes: readonly number[]): OnnxValue {
  const each = (number: number): OnnxValue => onnx.integers(axes.map(() => number));
  // An end before the first stands below any length, as Slice has it.
  return onnx.op('Slice', [value, each(-1), each(-(2 ** 31)), onnx.integers(axes), each(-1)], {}, 'reversed');
}
