import type { Box } from '../canvas/guides.ts';

/** What a wire carries, written over its middle. */
export interface ByteLabel {
  readonly id: string;
  readonly text: string;
  readonly bytes: number;
  /** Middle of the wire. */
  readonly x: number;
  readonly y: number;
  /** Thickness of the wire. */
  readonly width: number;
}
export interface PlacedLabel extends ByteLabel {
  readonly box: Box;
}

const letter = 6.2;
const height = 14;
/** Free space that a label keeps around it. */
const air = 2;

/**
 * Labels that can be read: each stands over its wire, else under it, where neither a card nor another label is; those
 * with most bytes choose first, and those without a place are left out (the wire says it under the pointer).
 */
export function placedLabels(labels: readonly ByteLabel[], cards: readonly Box[]): readonly PlacedLabel[] {
  const taken: Box[] = [];
  const placed: PlacedLabel[] = [];
  for (const label of [...labels].sort((a, b) => b.bytes - a.bytes || (a.id < b.id ? -1 : 1))) {
    const box = candidates(label).find((b) => !cards.some((card) => meet(b, card)) && !taken.some((t) => meet(b, t)));
    if (box === undefined) continue;
    taken.push(box);
    placed.push({ ...label, box });
  }
  return placed;
}

function candidates({ text, x, y, width: thick }: ByteLabel): readonly Box[] {
  const width = text.length * letter + 2 * air;
  const left = x - width / 2;
  return [
    { x: left, y: y - thick / 2 - 2 - height, width, height },
    { x: left, y: y + thick / 2 + 2, width, height },
  ];
}

function meet(a: Box, b: Box): boolean {
  return (
    a.x < b.x + b.width + air && a.x + a.width + air > b.x && a.y < b.y + b.height + air && a.y + a.height + air > b.y
  );
}
