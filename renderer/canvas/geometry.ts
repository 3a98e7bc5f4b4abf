import type { Kind } from '../../core/kinds/value.ts';
import type { PortShape } from '../../core/studio/catalog.ts';

/**
 * Where everything on a card stands. Cards are laid out by these numbers and not by what the browser measures, so that
 * thousands of them open without a pass of measuring, and wires to cards out of sight know where they end.
 */
export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Ports {
  readonly inputs: readonly PortShape[];
  readonly outputs: readonly PortShape[];
}

export const headerHeight = 28;
export const rowHeight = 24;
export const footerHeight = 24;
export const portSize = 12;
export const grid = 8;
const minWidth = 160;
const maxWidth = 264;
/** Between a well and the footer. */
const wellGap = 4;
/** Mean advance of a letter in the UI font, at 11 px and at 12 px bold. */
const smallLetter = 6.1;
const titleLetter = 7;

/** How high the preview of a kind is on a card: what NodePreview draws, less its last line, which the foot says. */
const wells: Readonly<Record<Kind, number>> = {
  image: 96,
  video: 96,
  boxes: 96,
  mask: 96,
  audio: 80,
  text: 72,
  tensor: 88,
  embedding: 64,
  scores: 112,
  json: 96,
};
export function wellHeight(kind: Kind | null): number {
  return kind === null ? 0 : wells[kind];
}

export function cardWidth(title: string, ports: Ports): number {
  const rows = Math.max(ports.inputs.length, ports.outputs.length);
  let widest = 44 + Math.min(title.length, 60) * titleLetter;
  for (let row = 0; row < rows; row++) {
    const left = ports.inputs[row]?.name.length ?? 0;
    const right = ports.outputs[row]?.name.length ?? 0;
    widest = Math.max(widest, 32 + (left > 0 && right > 0 ? 12 : 0) + (left + right) * smallLetter);
  }
  return Math.min(maxWidth, Math.max(minWidth, Math.ceil(widest / grid) * grid));
}

export function cardHeight(ports: Ports, well: number): number {
  const rows = Math.max(ports.inputs.length, ports.outputs.length);
  return headerHeight + rows * rowHeight + (well > 0 ? well + wellGap : 0) + footerHeight;
}

export function cardSize(title: string, ports: Ports, well: number): Size {
  return { width: cardWidth(title, ports), height: cardHeight(ports, well) };
}

/** Middle of a port's glyph under the card's top. */
export function portY(row: number): number {
  return headerHeight + row * rowHeight + rowHeight / 2;
}

/** Grid lines are where cards may stand. */
export function snapped(value: number): number {
  // Without the minus of a zero, which a file would keep.
  return Math.round(value / grid) * grid + 0;
}
