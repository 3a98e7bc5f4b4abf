import { describe, expect, it } from 'vitest';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import type { NodeSpec } from '../../../core/studio/catalog.ts';
import { type ByteLabel, placedLabels } from '../../../renderer/profile/byteLabels.ts';
import { heatFlow } from '../../../renderer/profile/canvas/heatFlow.ts';
import { type CompactCard, compactLayout } from '../../../renderer/profile/compactLayout.ts';
import { criticalChain } from '../../../renderer/profile/criticalChain.ts';
import { heatScale, heatStep } from '../../../renderer/profile/heat.ts';
import { plainTitles, toldApart } from '../../../renderer/profile/titles.ts';
import { wireWidth } from '../../../renderer/profile/wireWidth.ts';
import { measuredOf, nodeOf } from './measuredOf.ts';

describe('heat', () => {
  it('has the steps of the design where a run takes 10 ms', () => {
    expect(heatScale(9.9).ms).toEqual([0.15, 0.5, 1, 2, 4]);
    expect([0, 0.1, 0.15, 0.6, 1.1, 2.1, 4.1, 99].map((ms) => heatStep(heatScale(9.9), ms))).toEqual([
      0, 0, 1, 2, 3, 4, 5, 5,
    ]);
  });

  it('has round steps, and the same share of any pipeline within a factor of 1.6 equally hot', () => {
    for (let wall = 0.01; wall < 1e5; wall *= 1.37) {
      const { ms } = heatScale(wall);
      expect(ms.every((value, i) => i === 0 || value > ms[i - 1])).toBe(true);
      const share = ms[2] / wall;
      expect(share).toBeGreaterThan(0.1 / 1.6);
      expect(share).toBeLessThan(0.1 * 1.6);
      expect(Number((ms[2] / 10 ** Math.floor(Math.log10(ms[2] * 1.0001))).toPrecision(6))).toBeOneOf([1, 2, 5]);
    }
  });

  it('has steps for a run that took no time', () => {
    expect(heatScale(0).ms).toEqual([0.15, 0.5, 1, 2, 4]);
    expect(heatScale(Number.NaN).ms).toHaveLength(5);
  });
});

describe('width of a wire', () => {
  it('is the logarithm of its bytes', () => {
    expect(wireWidth(42)).toBeCloseTo(2, 1);
    expect(wireWidth(7.4e6)).toBeCloseTo(8, 1);
    const step = wireWidth(1e4) - wireWidth(1e3);
    expect(wireWidth(1e6) - wireWidth(1e5)).toBeCloseTo(step, 10);
  });

  it('stays between a hair and a rope', () => {
    expect(wireWidth(0)).toBe(1.5);
    expect(wireWidth(1)).toBe(1.5);
    expect(wireWidth(1e15)).toBe(9);
  });
});

describe('labels of bytes', () => {
  const label = (id: string, x: number, y: number, bytes: number): ByteLabel => ({
    id,
    text: '111 KB',
    bytes,
    x,
    y,
    width: 4,
  });

  it('stand over their wires', () => {
    const [placed] = placedLabels([label('a', 100, 100, 5)], []);
    expect(placed.box.y + placed.box.height).toBeLessThan(100);
    expect(placed.box.x + placed.box.width / 2).toBe(100);
  });

  it('never lie on a card, on another or on the middle of a foreign wire', () => {
    const labels = Array.from({ length: 60 }, (_, i) => label(`w${i}`, (i % 10) * 31, Math.floor(i / 10) * 9, i));
    const cards = [{ x: 60, y: 10, width: 70, height: 20 }];
    const placed = placedLabels(labels, cards);
    expect(placed.length).toBeGreaterThan(3);
    expect(placed.length).toBeLessThan(60);
    const boxes = [...placed.map((one) => one.box), ...cards];
    for (const [i, a] of boxes.entries())
      for (const b of boxes.slice(i + 1))
        expect(a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height).toBe(false);
    for (const { id, box } of placed)
      for (const wire of labels)
        if (wire.id !== id)
          expect(wire.x > box.x && wire.x < box.x + box.width && wire.y > box.y && wire.y < box.y + box.height).toBe(
            false,
          );
  });

  it('are given first to those that carry most', () => {
    const placed = placedLabels([label('few', 100, 100, 1), label('many', 104, 100, 9e6)], []);
    expect(placed[0].id).toBe('many');
  });

  it('go under the wire where a card is in the way above', () => {
    const [placed] = placedLabels([label('a', 100, 100, 5)], [{ x: 0, y: 60, width: 200, height: 30 }]);
    expect(placed.box.y).toBeGreaterThan(100);
  });
});

/** The next of a repeatable row of numbers in [0, 1). */
function mulberry(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

describe('compact layout', () => {
  const card = (id: string, x: number, y: number): CompactCard => ({
    id,
    designed: { x, y, width: 160, height: 240 },
    width: 116,
    height: 68,
  });
  const at = (cards: readonly CompactCard[], id: string) => {
    const place = compactLayout(cards).get(id);
    if (place === undefined) throw new Error(`no place for ${id}`);
    return place;
  };

  it('moves a chain together and keeps it in line', () => {
    const cards = [card('a', 0, 8), card('b', 400, 0), card('c', 900, 12)];
    const [a, b, c] = ['a', 'b', 'c'].map((id) => at(cards, id));
    expect(new Set([a.y, b.y, c.y]).size).toBe(1);
    expect(b.x - a.x).toBe(c.x - b.x);
    expect(b.x - a.x).toBeGreaterThan(116);
    expect(b.x - a.x).toBeLessThan(200);
  });

  it('keeps columns that stand in line', () => {
    const cards = [card('a', 0, 0), card('b', 400, 0), card('c', 404, 300), card('d', 800, 300)];
    expect(at(cards, 'b').x).toBe(at(cards, 'c').x);
  });

  it('never lays cards over one another, and never changes who stands left of or above whom', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = mulberry(seed);
      const cards: CompactCard[] = [];
      while (cards.length < 24) {
        const next = card(`n${cards.length}`, Math.round(random() * 1600), Math.round(random() * 1600));
        const { x, y, width, height } = next.designed;
        const free = cards.every(
          ({ designed: d }) => x >= d.x + d.width || d.x >= x + width || y >= d.y + d.height || d.y >= y + height,
        );
        if (free) cards.push(next);
        else if (random() < 0.02) break;
      }
      const places = compactLayout(cards);
      for (const a of cards)
        for (const b of cards) {
          if (a === b) continue;
          const [pa, pb] = [places.get(a.id)!, places.get(b.id)!];
          const apart =
            pa.x >= pb.x + b.width || pb.x >= pa.x + a.width || pa.y >= pb.y + b.height || pb.y >= pa.y + a.height;
          expect(apart, `seed ${seed}: ${a.id} and ${b.id}`).toBe(true);
          if (a.designed.x <= b.designed.x) expect(pa.x).toBeLessThanOrEqual(pb.x);
          if (a.designed.y <= b.designed.y) expect(pa.y).toBeLessThanOrEqual(pb.y);
        }
    }
  });

  it('has a place for no cards', () => {
    expect(compactLayout([]).size).toBe(0);
  });
});

describe('critical chain', () => {
  const wires = [
    { from: 'a.out', to: 'join.left' },
    { from: 'b.out', to: 'join.right' },
    { from: 'join.out', to: 'end.in' },
  ];
  const node = (id: string, stage: number, onPathPercent: number, criticalPercent = onPathPercent) => ({
    node: id,
    stage,
    onPathPercent,
    criticalPercent,
  });

  it('follows the input that was waited for in most runs', () => {
    const chain = criticalChain(wires, [node('a', 0, 45), node('b', 1, 55), node('join', 2, 100), node('end', 3, 100)]);
    expect([...chain.nodes].sort()).toEqual(['b', 'end', 'join']);
    expect([...chain.wires].sort()).toEqual(['end.in', 'join.right']);
  });

  it('goes through a pass as a whole, though one node of it takes nothing', () => {
    const chain = criticalChain(
      [
        { from: 'a.out', to: 'b.in' },
        { from: 'b.out', to: 'c.in' },
      ],
      [node('a', 0, 90), node('b', 0, 0), node('c', 0, 40)],
    );
    expect([...chain.nodes].sort()).toEqual(['a', 'b', 'c']);
    expect(chain.wires.size).toBe(2);
  });

  it('tells equals apart by time, and is empty where nothing was on a path', () => {
    const chain = criticalChain(wires, [
      node('a', 0, 100, 30),
      node('b', 1, 100, 60),
      node('join', 2, 100),
      node('end', 3, 100),
    ]);
    expect(chain.nodes.has('b')).toBe(true);
    expect(chain.nodes.has('a')).toBe(false);
    expect(criticalChain(wires, [node('a', 0, 0)]).nodes.size).toBe(0);
  });
});

describe('the pipeline in heat', () => {
  const document: PipelineDocument = {
    schemaVersion: 1,
    name: 'x',
    nodes: ['photo', 'shrink', 'model', 'off'].map((id, i) => ({
      id,
      type: `t.${id}`,
      version: 1,
      params: {},
      position: { x: i * 300, y: 0 },
    })),
    wires: [
      { from: 'photo.image', to: 'shrink.image' },
      { from: 'shrink.image', to: 'model.x' },
    ],
    groups: [],
    notes: [],
    inputs: {},
    outputs: {},
    files: [],
  };
  const measured = measuredOf(
    [
      nodeOf('photo', 3, { stage: 0, onPathPercent: 100, criticalPercent: 30 }),
      nodeOf('shrink', 0.1, { stage: 0, onPathPercent: 100, criticalPercent: 1 }),
      nodeOf('model', 6, { stage: 1, onPathPercent: 100, criticalPercent: 60, device: 'cuda' }),
    ],
    {
      wires: [
        { from: 'photo.image', to: 'shrink.image', bytes: 0, items: 1 },
        { from: 'shrink.image', to: 'model.x', bytes: 602_112, items: 1 },
      ],
    },
  );
  const specs = new Map<string, NodeSpec>();
  const flow = heatFlow({ document, specs, measured, scale: heatScale(10), titleOf: (id) => id });

  it('gives each node its heat, and those that did not run none', () => {
    expect(flow.nodes.map((node) => node.data.heat)).toEqual([4, 0, 5, 0]);
    expect(flow.nodes.map((node) => node.data.parts === null)).toEqual([false, false, false, true]);
    expect(flow.nodes.map((node) => node.data.onPath)).toEqual([true, true, true, false]);
  });

  it('says what wires carry, but nothing inside a pass', () => {
    expect(flow.labels.map((label) => label.text)).toEqual(['602 KB']);
    const [inside, out] = flow.edges;
    expect(inside.data?.says).toContain('one pass');
    expect(out.data?.says).toContain('602 KB per request');
    expect(out.data?.width).toBeGreaterThan(inside.data?.width ?? 99);
  });

  it('brackets a pass over its cards', () => {
    const [pass] = flow.passes;
    expect(pass.nodes).toEqual(['photo', 'shrink']);
    const last = flow.nodes[1];
    expect(pass.x + pass.width).toBe(last.position.x + (last.width ?? 0));
  });

  it('shows a pipeline that was not measured', () => {
    const plain = heatFlow({ document, specs, measured: null, scale: heatScale(0), titleOf: (id) => id });
    expect(plain.nodes).toHaveLength(4);
    expect(plain.labels).toEqual([]);
    expect(plain.passes).toEqual([]);
  });
});

it('tells nodes of one title apart by their ids', () => {
  const nodes = ['a', 'b', 'c'].map((id) => ({
    id,
    type: id === 'c' ? 'x.other' : 'x.softmax',
    version: 1,
    params: {},
    position: { x: 0, y: 0 },
  }));
  const specs = new Map([['x.softmax', { title: 'Softmax' }]]);
  expect([...plainTitles(nodes, specs).values()]).toEqual(['Softmax', 'Softmax', 'x.other']);
  expect([...toldApart(nodes, specs).values()]).toEqual(['Softmax (a)', 'Softmax (b)', 'x.other']);
});
