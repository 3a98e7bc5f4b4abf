import type { Point } from '../../core/graph/changes.ts';
import type { Box } from '../canvas/guides.ts';

/** A card as it stands in the design, and how large it is here. */
export interface CompactCard {
  readonly id: string;
  readonly designed: Box;
  readonly width: number;
  readonly height: number;
}

/** Room between cards that stand beside and above each other: a wire with its label, a bracket. */
const gapX = 46;
const gapY = 28;
/** Cards whose edges are this near stand in line. */
const inLine = 20;

/**
 * Moves cards that became smaller nearer together. Who stands left of, above or in line with whom stays as a person has
 * arranged it: columns keep their order and so do rows, each as near to the one before as the cards in them allow.
 */
export function compactLayout(cards: readonly CompactCard[]): ReadonlyMap<string, Point> {
  const xs = packed(
    cards.map(({ designed, width }) => ({ at: designed.x, size: width })),
    gapX,
    (a, b) => overlap(rows(cards[a]), rows(cards[b])),
  );
  // What has come to stand above one another by moving nearer is kept apart like what stood so before.
  const now = cards.map(({ width }, i) => ({ from: xs[i], to: xs[i] + width }));
  const ys = packed(
    cards.map(({ designed, height }) => ({ at: designed.y, size: height })),
    gapY,
    (a, b) => overlap(now[a], now[b]) || overlap(columns(cards[a]), columns(cards[b])),
  );
  return new Map(cards.map(({ id }, i) => [id, { x: xs[i], y: ys[i] }]));
}

interface Span {
  readonly from: number;
  readonly to: number;
}
function rows({ designed }: CompactCard): Span {
  return { from: designed.y, to: designed.y + designed.height };
}
function columns({ designed }: CompactCard): Span {
  return { from: designed.x, to: designed.x + designed.width };
}
function overlap(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to;
}

/** New beginnings along one axis. `meet`: two cards that one line across would cut. */
function packed(
  cards: readonly { readonly at: number; readonly size: number }[],
  gap: number,
  meet: (a: number, b: number) => boolean,
): readonly number[] {
  const order = cards.map((_, i) => i).sort((a, b) => cards[a].at - cards[b].at);
  const places = new Array<number>(cards.length).fill(0);
  const placed: number[] = [];
  let before = 0;
  let beforeAt = order.length > 0 ? cards[order[0]].at : 0;
  for (let i = 0; i < order.length; ) {
    const begins = cards[order[i]].at;
    let last = i;
    while (last + 1 < order.length && cards[order[last + 1]].at - begins <= inLine) last++;
    const line = order.slice(i, last + 1);
    let place = before + Math.min(inLine, begins - beforeAt);
    for (const card of line)
      for (const other of placed) {
        const ends = places[other] + cards[other].size + gap;
        if (ends > place && meet(card, other)) place = ends;
      }
    for (const card of line) {
      places[card] = place;
      placed.push(card);
    }
    before = place;
    beforeAt = begins;
    i = last + 1;
  }
  return places;
}
