import { describe, expect, it } from 'vitest';
import { swapsSides, turnUpright } from '../../../../host/image/jpeg/turn.ts';

/** An F of two columns and three rows, and what each orientation must make of it (Exif 2.32, 4.6.4). */
const stored = ['ab', 'cd', 'ef'];
const upright: Readonly<Record<number, readonly string[]>> = {
  1: ['ab', 'cd', 'ef'],
  2: ['ba', 'dc', 'fe'],
  3: ['fe', 'dc', 'ba'],
  4: ['ef', 'cd', 'ab'],
  5: ['ace', 'bdf'],
  6: ['eca', 'fdb'],
  7: ['fdb', 'eca'],
  8: ['bdf', 'ace'],
};

function pixels(rows: readonly string[], channels: number): Uint8Array {
  const letters = [...rows.join('')];
  return Uint8Array.from(
    letters.flatMap((letter) => Array.from({ length: channels }, (_, c) => letter.charCodeAt(0) + 100 * c)),
  );
}

describe('turning a picture upright', () => {
  for (const [text, rows] of Object.entries(upright)) {
    const orientation = Number(text);
    it(`orientation ${orientation}, grey and rgb`, () => {
      expect(swapsSides(orientation)).toBe(rows.length === 2);
      for (const channels of [1, 3])
        expect(turnUpright(pixels(stored, channels), 2, 3, channels, orientation)).toEqual(pixels(rows, channels));
    });
  }
});
