import type { Point } from '../../core/graph/changes.ts';
import { around, type Box } from './guides.ts';

/** No view opens further away than this: one reads where the pipeline begins, and the map shows the rest. */
const leastReadable = 0.4;
/** Share of the place that stays free. */
const margin = 0.06;

/**
 * The view that a pipeline opens with: all cards in the middle of the place, as near as they fit, but no nearer than
 * life-size; of what is too large to be read so, the part around the first card from the top left.
 */
export function startView(
  cards: readonly Box[],
  place: { readonly width: number; readonly height: number },
): Point & { readonly zoom: number } {
  const all = around(cards);
  if (all === null) return { x: 0, y: 0, zoom: 1 };
  const fit = Math.min(place.width / all.width, place.height / all.height) * (1 - margin);
  const zoom = Math.max(leastReadable, Math.min(1, fit));
  const first = cards.reduce((best, card) => (card.x + card.y < best.x + best.y ? card : best));
  const along = (from: number, size: number, room: number, begin: number): number =>
    size * zoom > room ? 24 - begin * zoom : room / 2 - (from + size / 2) * zoom;
  return {
    x: along(all.x, all.width, place.width, first.x),
    y: along(all.y, all.height, place.height, first.y),
    zoom,
  };
}
