import type { Kind } from '../../core/kinds/value.ts';

/** How a wire of a kind is drawn: solid is media, double is an array, dotted is symbols. Never told by hue alone. */
export type WireLine = 'solid' | 'double' | 'dotted';

export interface KindLook {
  readonly title: string;
  readonly line: WireLine;
  /** Path in a box of 12 x 12. */
  readonly glyph: string;
  /** Hollow shapes are drawn by their outline. */
  readonly hollow?: true;
  /** Name of the colour's token. */
  readonly token: string;
}

export const kindLooks: Readonly<Record<Kind, KindLook>> = {
  image: { title: 'Image', line: 'solid', token: '--image', glyph: 'M1.5 1.5h9v9h-9z' },
  audio: { title: 'Audio', line: 'solid', token: '--audio', glyph: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1z' },
  video: { title: 'Video', line: 'solid', token: '--video', glyph: 'M2 1l9 5-9 5z' },
  text: {
    title: 'Text',
    line: 'dotted',
    token: '--text',
    glyph: 'M3.25 3h5.5a3 3 0 0 1 0 6h-5.5a3 3 0 0 1 0-6z',
  },
  tensor: { title: 'Tensor', line: 'double', token: '--tensor', glyph: 'M6 .5L11.5 6 6 11.5.5 6z' },
  embedding: { title: 'Embedding', line: 'double', token: '--embedding', glyph: 'M3.2 1h5.6L11.6 6 8.8 11H3.2L.4 6z' },
  scores: { title: 'Scores', line: 'double', token: '--scores', glyph: 'M1 11V7.5h3.3V4.5h3.3V1H11v10z' },
  boxes: { title: 'Boxes', line: 'double', token: '--boxes', glyph: 'M2 2h8v8H2z', hollow: true },
  mask: {
    title: 'Mask',
    line: 'solid',
    token: '--mask',
    glyph: 'M1.5 1.5h4.5v4.5H1.5zM6 6h4.5v4.5H6z',
  },
  json: {
    title: 'JSON',
    line: 'dotted',
    token: '--json',
    glyph:
      'M4.8 1.2H4C2.9 1.2 2.6 2 2.6 3v1.2C2.6 5.2 2 5.6 1.2 6c.8.4 1.4.8 1.4 1.8V9c0 1 .3 1.8 1.4 1.8h.8M7.2 1.2H8c1.1 0 1.4.8 1.4 1.8v1.2c0 1 .6 1.4 1.4 1.8-.8.4-1.4.8-1.4 1.8V9c0 1-.3 1.8-1.4 1.8h-.8',
    hollow: true,
  },
};

/** What a port for every kind is called and how it looks. */
export const anyLook: KindLook = {
  title: 'Any kind',
  line: 'solid',
  token: '--ink-3',
  glyph: 'M6 1.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z',
  hollow: true,
};

/** A port for several kinds looks like its first, one for more than four like any. */
export function lookOf(kinds: readonly Kind[]): KindLook {
  return kinds.length > 4 || kinds.length === 0 ? anyLook : kindLooks[kinds[0]];
}
