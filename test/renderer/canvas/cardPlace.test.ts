import { describe, expect, it } from 'vitest';
import { placeBeside } from '../../../renderer/canvas/cardPlace.ts';

const size = { width: 364, height: 216 };
const room = { width: 1000, height: 800 };
const card = (x: number, y: number) => ({ x, y, width: 160, height: 180 });

describe('placeBeside', () => {
  it('stands under what refuses, its right edges in line', () => {
    expect(placeBeside(size, card(600, 100), [card(100, 100)], room)).toEqual({ left: 396, top: 300 });
  });
  it('hides neither what the wire comes from nor what would be inserted', () => {
    const source = card(400, 330);
    const { left, top } = placeBeside(size, card(600, 240), [source], room);
    const apart = left >= source.x + 160 || left + 364 <= source.x || top >= source.y + 180 || top + 216 <= source.y;
    expect(apart).toBe(true);
  });
  it('stays inside, however little room there is', () => {
    for (const [x, y] of [
      [-500, -500],
      [980, 780],
      [500, 790],
    ]) {
      const { left, top } = placeBeside(size, card(x, y), [], room);
      expect(left).toBeGreaterThanOrEqual(8);
      expect(top).toBeGreaterThanOrEqual(8);
      expect(left + size.width).toBeLessThanOrEqual(room.width);
      expect(top + size.height).toBeLessThanOrEqual(room.height);
    }
  });
});
