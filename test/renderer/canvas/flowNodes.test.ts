import { describe, expect, it } from 'vitest';
import { grouped, moved } from '../../../core/graph/changes.ts';
import { applyChanges } from '../../../core/graph/edit.ts';
import { FlowEdges } from '../../../renderer/canvas/flowEdges.ts';
import { FlowNodes, type FlowSource } from '../../../renderer/canvas/flowNodes.ts';
import { documentOf, reportOf, specs } from './specs.ts';

const start = documentOf(
  {
    photo: ['input.image', 0, 0],
    small: ['image.resize', 240, 0],
    flat: ['image.normalise', 480, 0],
    odd: ['mine.thing', 720, 0],
  },
  ['photo.image > small.image', 'small.image > flat.image', 'flat.tensor > odd.in'],
);
const nothing: ReadonlySet<string> = new Set();

function source(part: Partial<FlowSource> = {}): FlowSource {
  return { document: start, report: reportOf(start), specs, selected: nothing, dragged: null, ...part };
}

describe('FlowNodes', () => {
  it('gives what did not change as the same object, so that a drag touches one card in a thousand', () => {
    const made = new FlowNodes();
    const before = made.of(source());
    const dragged = made.of(source({ dragged: new Map([['small', { x: 300, y: 40 }]]) }));
    expect(dragged.map((node, i) => node === before[i])).toEqual([true, false, true, true]);
    expect(dragged[1].position).toEqual({ x: 300, y: 40 });
    // The card itself is not drawn anew: what it shows is the same object.
    expect(dragged[1].data).toBe(before[1].data);
  });

  it('keeps a card through the edit that ends its drag, and through a new report that says the same', () => {
    const made = new FlowNodes();
    const before = made.of(source());
    const document = applyChanges(start, moved(start, new Map([['small', { x: 8, y: 8 }]])));
    const after = made.of(source({ document, report: reportOf(document) }));
    expect(after[1].data).toBe(before[1].data);
    expect(after[2]).toBe(before[2]);
  });

  it('draws a card anew when its parameters, its name or its ports change', () => {
    const made = new FlowNodes();
    const before = made.of(source());
    const nodes = start.nodes.map((node) => (node.id === 'small' ? { ...node, params: { width: 8 } } : node));
    const after = made.of(source({ document: { ...start, nodes } }));
    expect(after[1].data).not.toBe(before[1].data);
    const longer = start.nodes.map((node) =>
      node.id === 'small' ? { ...node, label: 'A name that needs room' } : node,
    );
    expect(made.of(source({ document: { ...start, nodes: longer } }))[1].width).toBeGreaterThan(before[1].width ?? 0);
  });

  it('knows where handles are before anything is drawn: inputs on the left edge, outputs on the right', () => {
    const [, small] = new FlowNodes().of(source());
    expect(small.handles?.map((handle) => [handle.id, handle.type, handle.x + 6, handle.y + 6])).toEqual([
      ['in:small.image', 'target', 0, 40],
      ['out:small.image', 'source', small.width, 40],
    ]);
    expect(small.measured).toEqual({ width: small.width, height: small.height });
  });

  it('gives a node of an unknown type the ports that wires name', () => {
    const odd = new FlowNodes().of(source())[3];
    expect(odd.handles?.map((handle) => handle.id)).toEqual(['in:odd.in']);
  });

  it('frames a group, and folds it into one card with the ports that cross its border', () => {
    const open = applyChanges(start, grouped(start, ['small', 'flat'], 'Preparation'));
    const made = new FlowNodes();
    const [frame, ...cards] = made.of(source({ document: open }));
    expect(frame.type).toBe('frame');
    expect(cards).toHaveLength(4);
    expect(frame.position.x).toBeLessThan(240);
    expect(frame.position.x + (frame.width ?? 0)).toBeGreaterThan(480 + (cards[2].width ?? 0));

    const document = { ...open, groups: [{ ...open.groups[0], collapsed: true }] };
    const shown = made.of(source({ document }));
    expect(shown.map((node) => node.id)).toEqual(['photo', 'odd', 'group']);
    expect(shown[2].data).toMatchObject({ ports: { inputs: ['small.image'], outputs: ['flat.tensor'] } });
    expect(shown[2].position).toEqual({ x: 240, y: 0 });

    const edges = new FlowEdges().of(document, nothing, null);
    expect(edges.map((edge) => `${edge.source} ${edge.sourceHandle} > ${edge.target} ${edge.targetHandle}`)).toEqual([
      'photo out:photo.image > group in:small.image',
      'group out:flat.tensor > odd in:odd.in',
    ]);
  });

  it('moves a frame with what is dragged inside it', () => {
    const open = applyChanges(start, grouped(start, ['small', 'flat'], 'Preparation'));
    const made = new FlowNodes();
    const [before] = made.of(source({ document: open }));
    const dragged = new Map([
      ['small', { x: 340, y: 100 }],
      ['flat', { x: 580, y: 100 }],
    ]);
    const [frame] = made.of(source({ document: open, dragged }));
    expect([frame.position.x - before.position.x, frame.position.y - before.position.y]).toEqual([100, 100]);
  });

  it('opens 5,000 nodes within a few frames', () => {
    const many = Object.fromEntries(
      Array.from({ length: 5000 }, (_, i) => [
        `n${i}`,
        ['tensor.cast', (i % 50) * 240, Math.floor(i / 50) * 260] as const,
      ]),
    );
    const document = documentOf(many);
    const made = new FlowNodes();
    const from = performance.now();
    const first = made.of(source({ document, report: null }));
    const again = made.of(source({ document, report: null, dragged: new Map([['n7', { x: 1, y: 1 }]]) }));
    expect(first).toHaveLength(5000);
    expect(again.filter((node, i) => node !== first[i])).toHaveLength(1);
    expect(performance.now() - from).toBeLessThan(1500);
  });
});

describe('FlowEdges', () => {
  it('gives wires that did not change as the same objects; only those that may be taken hold of have open ends', () => {
    const made = new FlowEdges();
    const before = made.of(start, nothing, null);
    const after = made.of(start, new Set(['flat.image']), 'small.image');
    expect(after.map((edge, i) => edge === before[i])).toEqual([false, false, true]);
    expect(after.map((edge) => edge.reconnectable)).toEqual([true, true, false]);
    expect(after[1].selected).toBe(true);
  });

  it('draws both of two wires into one input, and none to a node that is not there', () => {
    const document = {
      ...start,
      wires: [...start.wires, { from: 'photo.image', to: 'flat.image' }, { from: 'x.y', to: 'photo.z' }],
    };
    const edges = new FlowEdges().of(document, nothing, null);
    expect(edges).toHaveLength(4);
    expect(new Set(edges.map((edge) => edge.id)).size).toBe(4);
  });
});
