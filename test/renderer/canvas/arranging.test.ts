import { describe, expect, it } from 'vitest';
import { alignedPlaces, spreadPlaces } from '../../../renderer/canvas/arranging.ts';
import { alignTo, around } from '../../../renderer/canvas/guides.ts';
import { startView } from '../../../renderer/canvas/startView.ts';

const box = (id: string, x: number, y: number, width: number, height: number) => ({ id, x, y, width, height });

describe('align and distribute', () => {
  const boxes = [box('a', 0, 0, 100, 40), box('b', 150, 30, 60, 80), box('c', 400, 10, 200, 20)];
  it.each([
    ['left', 'x', [0, 0, 0]],
    ['right', 'x', [500, 540, 400]],
    ['centre', 'x', [250, 270, 200]],
    ['top', 'y', [0, 0, 0]],
    ['bottom', 'y', [70, 30, 90]],
    ['middle', 'y', [35, 15, 45]],
  ] as const)('%s', (how, way, expected) => {
    const places = alignedPlaces(boxes, how);
    expect(boxes.map(({ id }) => places.get(id)?.[way])).toEqual(expected);
    const other = way === 'x' ? 'y' : 'x';
    expect(boxes.map(({ id }) => places.get(id)?.[other])).toEqual(boxes.map((b) => b[other]));
  });

  it('leaves the same room between neighbours and the outer two where they are', () => {
    const places = spreadPlaces(boxes, 'x');
    expect(boxes.map(({ id }) => places.get(id)?.x)).toEqual([0, 220, 400]);
    expect(spreadPlaces(boxes.slice(0, 2), 'x').size).toBe(0);
    expect(alignedPlaces(boxes.slice(0, 1), 'left').size).toBe(0);
  });
});

describe('alignTo', () => {
  const others = [box('a', 0, 0, 100, 50), box('b', 300, 200, 80, 50)];
  it('takes edges and middles that are near, and draws the line through both', () => {
    const aligned = alignTo(box('m', 3, 120, 100, 50), others, 5);
    expect([aligned.dx, aligned.dy]).toEqual([-3, 0]);
    expect(aligned.guides).toEqual([{ way: 'x', at: 0, from: 0, to: 170 }]);
    expect(alignTo(box('m', 20, 120, 100, 50), others, 5).guides).toEqual([]);
  });
  it('lines up both ways at once', () => {
    const { dx, dy, guides } = alignTo(box('m', 302, 4, 80, 50), others, 5);
    expect([dx, dy]).toEqual([-2, -4]);
    expect(guides.map((guide) => guide.way)).toEqual(['x', 'y']);
  });
  it('has nothing to say beside nothing', () => {
    expect(alignTo(box('m', 0, 0, 1, 1), [], 5)).toEqual({ dx: 0, dy: 0, guides: [] });
    expect(around([])).toBeNull();
  });
});

describe('startView', () => {
  const place = { width: 1000, height: 600 };
  it('puts a small pipeline in the middle at life-size', () => {
    expect(startView([box('a', 100, 50, 200, 100)], place)).toEqual({ x: 300, y: 200, zoom: 1 });
  });
  it('goes back as far as all of it fits', () => {
    const { x, zoom } = startView([box('a', 0, 0, 160, 100), box('b', 1240, 0, 160, 100)], place);
    expect(zoom).toBeCloseTo((1000 / 1400) * 0.94);
    expect(x).toBeCloseTo(30);
  });
  it('shows the beginning of what is too large to be read whole', () => {
    const cards = [box('a', -400, 80, 160, 100), box('b', 9000, 9000, 160, 100)];
    const { x, y, zoom } = startView(cards, place);
    expect(zoom).toBe(0.4);
    expect([-400 * zoom + x, 80 * zoom + y]).toEqual([24, 24]);
  });
  it('begins at the origin when there is nothing', () => {
    expect(startView([], place)).toEqual({ x: 0, y: 0, zoom: 1 });
  });
});
