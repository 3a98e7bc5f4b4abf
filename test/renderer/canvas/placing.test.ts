import { describe, expect, it } from 'vitest';
import { applyChanges } from '../../../core/graph/edit.ts';
import { addition, freshNode, insertion, portFor, sizeOf, wiredInto } from '../../../renderer/canvas/placing.ts';
import { documentOf, reportOf, specs } from './specs.ts';

const start = documentOf(
  {
    photo: ['input.image', 0, 0],
    small: ['image.resize', 220, 0],
    flat: ['image.normalise', 440, 0],
    note: ['image.flip', 440, 400],
  },
  ['photo.image > small.image', 'small.image > flat.image'],
);
const report = reportOf(start);
const wire = { from: 'small.image', to: 'flat.image' };
const put = { type: 'image.flip', params: {}, input: 'image', output: 'image' };

describe('insertion', () => {
  it('makes room by moving what follows, in one set of changes', () => {
    const { changes, id } = insertion(start, wire, put, report, specs);
    const next = applyChanges(start, changes);
    expect(id).toBe('flip');
    expect(next.wires).toContainEqual({ from: 'small.image', to: 'flip.image' });
    expect(next.wires).toContainEqual({ from: 'flip.image', to: 'flat.image' });
    const at = (node: string) => next.nodes.find((n) => n.id === node)?.position ?? { x: 0, y: 0 };
    const small = sizeOf(start, start.nodes[1], report, specs);
    expect(at('flip').x).toBeGreaterThanOrEqual(220 + small.width + 32);
    expect(at('flat').x).toBeGreaterThan(at('flip').x + 160);
    expect(at('flip').y).toBe(0);
    expect([at('photo').x, at('small').x, at('note').x]).toEqual([0, 220, 440]);
  });

  it('moves nothing where there is room', () => {
    const wide = documentOf({ photo: ['input.image', 0, 0], flat: ['image.normalise', 800, 0] }, [
      'photo.image > flat.image',
    ]);
    const { changes } = insertion(wide, { from: 'photo.image', to: 'flat.image' }, put, reportOf(wide), specs);
    const next = applyChanges(wide, changes);
    expect(next.nodes[1].position).toEqual({ x: 800, y: 0 });
    expect(next.nodes[2].position).toEqual({ x: 400, y: 0 });
  });

  it('stands under a card that is in its place', () => {
    const full = documentOf(
      { photo: ['input.image', 0, 0], middle: ['image.flip', 400, 0], flat: ['image.normalise', 800, 0] },
      ['photo.image > flat.image'],
    );
    const { changes, id } = insertion(full, { from: 'photo.image', to: 'flat.image' }, put, reportOf(full), specs);
    const node = applyChanges(full, changes).nodes.find((n) => n.id === id);
    expect(node?.position.y).toBeGreaterThanOrEqual(sizeOf(full, full.nodes[1], null, specs).height);
  });

  it('puts a node into a wire that is only meant, and into a loop of places', () => {
    const { changes } = insertion(start, { from: 'flat.tensor', to: 'small.image' }, put, report, specs);
    expect(applyChanges(start, changes).wires).toContainEqual({ from: 'flip.image', to: 'small.image' });
  });
});

describe('addition', () => {
  it('stands on the grid, has a free id and the version of its type', () => {
    const node = freshNode(start, 'image.resize', { width: 8 }, { x: 13, y: -3 }, specs.get('image.resize'));
    expect(node).toEqual({
      id: 'resize',
      type: 'image.resize',
      version: 1,
      params: { width: 8 },
      position: { x: 16, y: 0 },
    });
    const next = applyChanges(start, addition(start, node, { from: 'photo.image', to: 'resize.image' }));
    expect(next.wires.at(-1)).toEqual({ from: 'photo.image', to: 'resize.image' });
  });

  it('a card that is there goes into a wire', () => {
    const next = applyChanges(start, wiredInto(start, wire, 'note', 'image', 'image'));
    expect(next.wires).toContainEqual({ from: 'small.image', to: 'note.image' });
    expect(next.wires).toContainEqual({ from: 'note.image', to: 'flat.image' });
    expect(next.wires).toHaveLength(3);
  });
});

describe('portFor', () => {
  it('finds the first port that takes or gives a kind', () => {
    expect(portFor(specs.get('image.normalise'), 'in', ['image'])).toBe('image');
    expect(portFor(specs.get('image.normalise'), 'out', ['image'])).toBeNull();
    expect(portFor(specs.get('image.normalise'), 'out', [])).toBe('tensor');
    expect(portFor(undefined, 'in', [])).toBeNull();
  });
});
