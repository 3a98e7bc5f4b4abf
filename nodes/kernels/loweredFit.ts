import type { LoweredImage, OnnxGraph } from '../../core/define/lower.ts';
import { type Amount, evened, floored, least, minus, most, over, rounded, times } from './loweredAmount.ts';
import { sizeOf, withPixels } from './loweredGeometry.ts';
import { cutLowered, type LoweredBorders, padLowered } from './loweredPicture.ts';

interface Size {
  readonly width: Amount;
  readonly height: Amount;
}

/** The size of a resize whose empty sides follow the other, as image.resize computes it. */
export function followingSize(onnx: OnnxGraph, image: LoweredImage, width: number | null, height: number | null): Size {
  const from = sizeOf(onnx, image);
  if (width === null && height === null) return from;
  const follow = (side: number, own: Amount, other: Amount): Amount =>
    most(onnx, 1, rounded(onnx, over(onnx, times(onnx, side, own), other)));
  return {
    width: width ?? follow(height ?? 1, from.width, from.height),
    height: height ?? follow(width ?? 1, from.height, from.width),
  };
}

/** `shorterSideSize`: for the shorter side, size * side / side is the size itself. */
export function loweredShorterSize(onnx: OnnxGraph, image: LoweredImage, size: number): Size {
  const { width, height } = sizeOf(onnx, image);
  const shorter = least(onnx, width, height);
  const scaled = (side: Amount): Amount => most(onnx, 1, floored(onnx, over(onnx, times(onnx, size, side), shorter)));
  return { width: scaled(width), height: scaled(height) };
}

interface Fit {
  readonly width: number;
  readonly height: number;
  readonly enlarge: boolean;
}

/** The size of a picture that fits wholly into another, as image.letterbox computes it. */
export function fittingSize(onnx: OnnxGraph, image: LoweredImage, { width, height, enlarge }: Fit): Size {
  const from = sizeOf(onnx, image);
  const fitting = least(onnx, over(onnx, width, from.width), over(onnx, height, from.height));
  const scale = enlarge ? fitting : least(onnx, 1, fitting);
  const side = (own: Amount, room: number): Amount =>
    least(onnx, room, most(onnx, 1, rounded(onnx, times(onnx, own, scale))));
  return { width: side(from.width, width), height: side(from.height, height) };
}

/** Borders that bring a picture to a size; `before` gives what stands at the left and on top of the room that there is. */
export function bordersTo(
  onnx: OnnxGraph,
  image: LoweredImage,
  width: number,
  height: number,
  before: (room: Amount) => Amount,
): LoweredBorders {
  const size = sizeOf(onnx, image);
  const room = { x: minus(onnx, width, size.width), y: minus(onnx, height, size.height) };
  const [left, top] = [before(room.x), before(room.y)];
  return { left, top, right: minus(onnx, room.x, left), bottom: minus(onnx, room.y, top) };
}

/** Where the YOLO letterbox starts: round(room / 2 - 0.1). */
export function letterboxStart(onnx: OnnxGraph, room: Amount): Amount {
  return rounded(onnx, minus(onnx, over(onnx, room, 2), 0.1));
}

/** The picture in borders that bring it to a known size. */
export function paddedTo(
  onnx: OnnxGraph,
  image: LoweredImage,
  width: number,
  height: number,
  before: (room: Amount) => Amount,
  colour: readonly number[],
): LoweredImage {
  const borders = bordersTo(onnx, image, width, height, before);
  if (Object.values(borders).every((side) => side === 0)) return image;
  const padded = padLowered(onnx, image, borders, colour);
  return { ...padded, ...withPixels(padded, padded.pixels, width, height) };
}

/** The middle of a picture, in borders where it is too small, as image.centreCrop does it. */
export function centreLowered(
  onnx: OnnxGraph,
  image: LoweredImage,
  width: number,
  height: number,
  colour: readonly number[],
): LoweredImage {
  const size = sizeOf(onnx, image);
  const kept = { width: least(onnx, width, size.width), height: least(onnx, height, size.height) };
  const start = (outer: Amount, inner: Amount): Amount => evened(onnx, over(onnx, minus(onnx, outer, inner), 2));
  const [left, top] = [start(size.width, kept.width), start(size.height, kept.height)];
  const middle = cutLowered(onnx, image, left, top, kept.width, kept.height);
  return paddedTo(onnx, middle, width, height, (room) => floored(onnx, over(onnx, room, 2)), colour);
}

/** A cut of a known size from a picture that may be too small when it comes: then the graph fails, as `run` does. */
export function cropLowered(
  onnx: OnnxGraph,
  image: LoweredImage,
  left: number,
  top: number,
  width: number,
  height: number,
): LoweredImage {
  const size = sizeOf(onnx, image);
  const cut = cutLowered(onnx, image, left, top, width, height);
  if (typeof size.width === 'number' && typeof size.height === 'number') return cut;
  const shape = [0, height, width, cut.pixels.shape?.[3] ?? -1].map(Number);
  const whole = onnx.op('Reshape', [cut.pixels, onnx.integers(shape)], {}, 'wholeCut');
  return { ...cut, ...withPixels(cut, whole, width, height) };
}
