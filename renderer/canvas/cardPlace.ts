import type { Box } from './guides.ts';

/**
 * Where a card of this size stands beside `target`: under it, over it or at its sides, wholly inside `room` and, of the
 * places that there are, where it covers the least of `shown`. All in pixels of the window.
 */
export function placeBeside(
  size: { readonly width: number; readonly height: number },
  target: Box,
  shown: readonly Box[],
  room: { readonly width: number; readonly height: number },
): { readonly left: number; readonly top: number } {
  const gap = 20;
  const below = target.y + target.height + gap;
  const above = target.y - size.height - gap;
  const wished = [
    { x: target.x - size.width + target.width, y: below },
    { x: target.x, y: below },
    { x: target.x - size.width - gap, y: below },
    { x: target.x - size.width + target.width, y: above },
    { x: target.x, y: above },
    { x: target.x + target.width + gap, y: target.y },
    { x: target.x - size.width - gap, y: target.y },
  ];
  let best = { left: 8, top: 8 };
  let least = Number.POSITIVE_INFINITY;
  for (const { x, y } of wished) {
    const left = Math.max(8, Math.min(x, room.width - size.width - 8));
    const top = Math.max(8, Math.min(y, room.height - size.height - 8));
    const covered = [target, ...shown].reduce((sum, box) => sum + overlap({ x: left, y: top, ...size }, box), 0);
    if (covered < least) {
      least = covered;
      best = { left, top };
    }
  }
  return best;
}

function overlap(a: Box, b: Box): number {
  const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const tall = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return wide > 0 && tall > 0 ? wide * tall : 0;
}
