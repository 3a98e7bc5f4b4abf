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

/** Mean advance at 10 px. */
const letter = 5.6;
const height = 13;
/** Free space that a label keeps around it. */
const air = 1;

/**
 * Labels that can be read: each stands over its wire, else under it, where neither a card nor another label is; those
 * with most bytes choose first, and those without a place are left out (the wire says it under the pointer).
 */
export function placedLabels(labels: readonly ByteLabel[], cards: readonly Box[]): readonly PlacedLabel[] {
  const wires = new Map(labels.map((label) => [label.id, middleOf(label)]));
  const taken: Box[] = [];
  const placed: PlacedLabel[] = [];
  for (const label of [...labels].sort((a, b) => b.bytes - a.bytes || (a.id < b.id ? -1 : 1))) {
    const others = [...wires].flatMap(([id, box]) => (id === label.id ? [] : [box]));
    const box = candidates(label).find((b) => ![...cards, ...taken, ...others].some((other) => meet(b, other)));
    if (box === undefined) continue;
    taken.push(box);
    placed.push({ ...label, box });
  }
  return placed;
}

/** The part of a wire that a label of another must not lie on. */
function middleOf({ x, y, width }: ByteLabel): Box {
  return { x: x - 12, y: y - width / 2, width: 24, height: width };
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
