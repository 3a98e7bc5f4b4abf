import type { ImageStep, ResizeFilter } from '../../core/define/image-step.ts';
import type { Limits } from '../../core/define/limits.ts';
import { centreOffset, composeGeometry, resizeAffine, shorterSideSize } from '../../core/kinds/geometry.ts';
import type { ImageValue } from '../../core/kinds/value.ts';
import { cutPicture } from '../../nodes/kernels/picture.ts';
import { shrinkJpeg } from './jpeg/shrinkJpeg.ts';
import { decoder, type OpenPicture } from './open.ts';
import { decodePicture, pictureOf, type RawPixels, rawPixels } from './pixels.ts';

export interface Passed {
  readonly value: ImageValue;
  readonly taken: number;
}

/** libvips's kernels that agree with Pillow's filters to a mean below one 8-bit level (test/host/image/pass.test.ts). */
const kernels = { bilinear: 'linear', bicubic: 'cubic', lanczos: 'lanczos3' } as const;

/** Thinner pictures cost nothing to resize exactly, and here libvips's box shrink would show. */
const thinnest = 32;

/**
 * Decodes, and where the next step is an antialiased shrink of an opaque 8-bit picture, decodes straight to the smaller
 * size: JPEG at a half, a quarter or an eighth in the frequency domain, never closer than twice what is wanted; a small
 * one by `shrinkJpeg`, all else by libvips. Then does the cuts that follow. Rows are all read, so a damaged file fails
 * whatever part of it is wanted.
 */
export async function passOver(
  picture: OpenPicture,
  steps: readonly ImageStep[],
  limits: Limits,
  signal: AbortSignal,
): Promise<Passed> {
  const shrink = steps[1] === undefined ? null : shrinkOf(steps[1], picture);
  if (shrink === null) return cuts(await decodePicture(picture, limits, signal), steps, 1);
  const small = pictureOf(
    (await shrinkJpeg(picture, shrink, limits, signal)) ?? (await shrunkByVips(picture, shrink, limits, signal)),
  );
  const { width, height } = shrink;
  const whole = { originalWidth: picture.width, originalHeight: picture.height, toOriginal: small.geometry.toOriginal };
  const geometry = composeGeometry(whole, resizeAffine(picture.width, picture.height, width, height));
  return cuts({ ...small, geometry }, steps, 2);
}

function shrunkByVips(
  picture: OpenPicture,
  { width, height, filter }: Shrink,
  limits: Limits,
  signal: AbortSignal,
): Promise<RawPixels> {
  const pipeline = decoder(picture, limits.decodeMs).resize(width, height, {
    fit: 'fill',
    kernel: kernels[filter],
    fastShrinkOnLoad: false,
  });
  if (picture.pixels === 'grey') pipeline.toColourspace('b-w');
  return rawPixels(pipeline, picture, limits, signal);
}

interface Shrink {
  readonly width: number;
  readonly height: number;
  readonly filter: Exclude<ResizeFilter, 'nearest'>;
}

function shrinkOf(step: ImageStep, picture: OpenPicture): Shrink | null {
  if (step.op !== 'resize' && step.op !== 'resizeShorter') return null;
  if (!step.antialias || step.filter === 'nearest') return null;
  if (picture.deep || (picture.pixels !== 'rgb' && picture.pixels !== 'grey')) return null;
  const size = step.op === 'resize' ? step : shorterSideSize(picture.width, picture.height, step.size);
  if (size.width > picture.width || size.height > picture.height) return null;
  if (Math.min(picture.width, picture.height, size.width, size.height) < thinnest) return null;
  return { width: size.width, height: size.height, filter: step.filter };
}

/** Does the cuts at the front of `steps` from index `at` on, as far as they lie inside the picture. */
function cuts(image: ImageValue, steps: readonly ImageStep[], at: number): Passed {
  let value = image;
  let taken = at;
  for (; taken < steps.length; taken++) {
    const step = steps[taken];
    if (step.op !== 'crop' && step.op !== 'centreCrop') break;
    const left = step.op === 'crop' ? step.left : centreOffset(value.width, step.width);
    const top = step.op === 'crop' ? step.top : centreOffset(value.height, step.height);
    if (left < 0 || top < 0 || left + step.width > value.width || top + step.height > value.height) break;
    value = cutPicture(value, left, top, step.width, step.height);
  }
  return { value, taken };
}
