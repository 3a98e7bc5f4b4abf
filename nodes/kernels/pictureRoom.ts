import type { Limits } from '../../core/define/limits.ts';
import { Problem } from '../../core/problems/problem.ts';

/** Throws `media-too-large` before a picture over the limit is made. Sizes in pixels. */
export function requirePictureRoom(width: number, height: number, limits: Limits): void {
  if (width * height <= limits.imagePixels) return;
  throw new Problem('media-too-large', {
    message: `A picture of ${width}x${height} would have ${width * height} pixels, over the limit of ${limits.imagePixels}.`,
    fix: 'Ask for a smaller picture, cut the picture before it, or raise the limit imagePixels.',
  });
}

/** The same for a resize, whose first pass across makes a picture of the new width and the old height. */
export function requireResizeRoom(oldHeight: number, width: number, height: number, limits: Limits): void {
  requirePictureRoom(width, height, limits);
  requirePictureRoom(width, oldHeight, limits);
}
