import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineNode, type NodeDefinition } from '../../../core/define/node.ts';
import { p } from '../../../core/define/param.ts';
import { port } from '../../../core/define/port.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import { anyType, many, type WireType } from '../../../core/kinds/type.ts';
import { cutPipeline } from '../../../core/lower/cut.ts';
import { check, pipeline } from '../pipelines.ts';

const x = { ...anyType.tensor, dtype: 'float32', shape: [1] } as const;
const value = { kind: 'tensor', dtype: 'float32', shape: [1], data: Float32Array.of(1) } as const;
const ports = {
  inputs: { a: port.tensor({ doc: 'a', optional: true }), b: port.tensor({ doc: 'b', optional: true }) },
  outputs: { x: port.tensor({ doc: 'x' }), y: port.tensor({ doc: 'y' }) },
};

/** Nodes of two inputs and outputs: plain work, a model, work that stays outside, a beginning, and a sequence. */
function node(type: string, kind: 'work' | 'model' | 'source' | 'clock'): NodeDefinition {
  const common = { type, version: 1, title: type, summary: 'A node.', examples: [] } as const;
  const values = { x: value, y: value } as const;
  if (kind === 'clock')
    return defineNode({
      ...common,
      ...ports,
      params: {},
      infer: () => ({ x: { ...x, sequence: many }, y: { ...x, sequence: many } }),
      async *stream() {},
    });
  const steps = {
    infer: ({ inputs }: { readonly inputs: Readonly<Record<string, WireType | undefined>> }) => {
      const sequence = Object.values(inputs).find((type) => type?.sequence.count === 'many')?.sequence ?? x.sequence;
      return { x: { ...x, sequence }, y: { ...x, sequence } };
    },
    run: () => values,
  };
  if (kind === 'source') return defineNode({ ...common, ...ports, inputs: {}, params: {}, ...steps });
  if (kind === 'work') return defineNode({ ...common, ...ports, params: {}, ...steps });
  return defineNode({ ...common, ...ports, params: { model: p.file({ role: 'onnx', doc: 'model' }) }, ...steps });
}

const registry = makeRegistry([
  node('t.source', 'source'),
  node('t.work', 'work'),
  node('t.out', 'work'),
  node('t.model', 'model'),
  node('t.clock', 'clock'),
]);
const types = { s: 't.source', w: 't.work', o: 't.out', m: 't.model', c: 't.clock' } as const;

interface Options {
  readonly beside?: readonly string[];
  readonly apart?: boolean;
}

/** Nodes are named by their kind (`s` source, `w` work, `m` model, `o` outside, `c` a sequence) and a number. */
function parts(wires: readonly string[], { beside = [], apart = false }: Options = {}) {
  const ids = [...new Set(wires.flatMap((wire) => wire.split(' > ').map((end) => end.split('.')[0])))];
  const nodes = Object.fromEntries(
    ids.map((id) => {
      const type = types[id[0] as keyof typeof types];
      return [id, id.startsWith('m') ? ([type, { model: 'm.onnx' }] as const) : type];
    }),
  );
  const taken = new Map<string, number>();
  const ends = wires.map((wire) => {
    const [from, to] = wire.split(' > ');
    const nth = taken.get(to) ?? 0;
    taken.set(to, nth + 1);
    return `${from.includes('.') ? from : `${from}.x`} > ${to}.${'ab'[nth]}`;
  });
  const checked = check(pipeline(nodes, ends), registry);
  expect(checked.problems.filter(({ code }) => code.startsWith('wire') || code.startsWith('port'))).toEqual([]);
  const cut = cutPipeline({
    checked,
    types: checked.types,
    alive: checked.order,
    outside: new Set(ids.filter((id) => 'soc'.includes(id[0]))),
    beside: new Set(beside),
    apart,
  });
  return { parts: cut.parts.map((part) => [...part].sort()), left: [...cut.left.keys()].sort() };
}

describe('as few files as the order allows', () => {
  it('is one for what hangs together, and for what does not', () => {
    expect(parts(['s1 > w1', 'w1 > m1', 's2 > m2']).parts).toEqual([['m1', 'm2', 'w1']]);
  });

  it('is one behind two branches of which only one goes through a node outside', () => {
    // Going along the wires, the straight branch would be a file before the other one begins.
    expect(parts(['s1 > w1', 'w1 > m1', 's1 > o1', 'o1 > m2', 'm1 > w2', 'm2 > w2']).parts).toEqual([
      ['m1', 'm2', 'w1', 'w2'],
    ]);
  });

  it('is two where a model stands on both sides of a node outside', () => {
    expect(parts(['s1 > m1', 'm1 > o1', 'o1 > m2']).parts).toEqual([['m1'], ['m2']]);
  });

  it('lets a late branch wait: three files of a greedy cut become two', () => {
    // m3 could be with m1, but o2 behind it leads to m4, which o1 makes wait for m1 as well.
    const cut = parts(['s1 > m1', 'm1 > o1', 'o1 > m2', 's1 > m3', 'm3 > o2', 'o2 > m4']);
    expect(cut.parts).toEqual([
      ['m1', 'm3'],
      ['m2', 'm4'],
    ]);
  });

  it('never lets a file wait for itself', () => {
    const cut = parts(['s1 > m1', 'm1 > w1', 'm1 > o1', 'o1 > w1', 'w1 > m2']);
    expect(cut.parts).toEqual([['m1'], ['m2', 'w1']]);
  });

  it('leaves work without a model outside where it would be a file more', () => {
    const cut = parts(['s1 > w1', 'w1 > o1', 'o1 > m1']);
    expect(cut.parts).toEqual([['m1']]);
    expect(cut.left).toEqual(['w1']);
    const behind = parts(['s1 > m1', 'm1 > o1', 'o1 > w1']);
    expect(behind.parts).toEqual([['m1']]);
    expect(behind.left).toEqual(['w1']);
  });

  it('has a file of work alone where there is no model at all', () => {
    expect(parts(['s1 > w1', 'w1 > w2']).parts).toEqual([['w1', 'w2']]);
  });

  it('has items of different times in different files', () => {
    expect(parts(['s1 > c1', 's1 > c2', 'c1 > m1', 'c2 > m2']).parts).toEqual([['m1'], ['m2']]);
    expect(parts(['s1 > c1', 'c1 > m1', 'c1 > m2']).parts).toEqual([['m1', 'm2']]);
  });

  it('knows that an output which only the node itself can give comes from outside', () => {
    const cut = parts(['s1 > m1', 'm1.x > w1', 'w1 > m2', 'm1.y > m3'], { beside: ['m1.y'] });
    // m1 runs outside too, for its y: what reads that can still be in the one file, behind it.
    expect(cut.parts.flat().sort()).toEqual(['m1', 'm2', 'm3', 'w1']);
  });
});

describe('branches apart', () => {
  it('have a file for each input that they wait for, and none for what joins them without a model', () => {
    const cut = parts(['s1 > w1', 'w1 > m1', 's2 > m2', 'm1 > w2', 'm2 > w2'], { apart: true });
    expect(cut.parts).toEqual([['m1', 'w1'], ['m2']]);
    expect(cut.left).toEqual(['w2']);
  });

  it('have a file for a model that joins them', () => {
    const cut = parts(['s1 > m1', 's2 > m2', 'm1 > w1', 'm2 > w1', 'w1 > m3'], { apart: true });
    expect(cut.parts).toEqual([['m1'], ['m2'], ['m3', 'w1']]);
  });

  it('are not made of work without a model: it waits with the model that reads it', () => {
    const cut = parts(['s1 > w1', 's2 > w2', 'w1 > m1', 'w2 > m1'], { apart: true });
    expect(cut).toEqual({ parts: [['m1', 'w1', 'w2']], left: [] });
  });
});

describe('against every division there is', () => {
  /** Whether groups of nodes, each done at once, can be done one after the other. */
  function possible(wires: readonly (readonly [string, string])[], groupOf: ReadonlyMap<string, string>): boolean {
    const group = (id: string) => groupOf.get(id) ?? id;
    const edges = wires.map(([from, to]) => [group(from), group(to)] as const).filter(([from, to]) => from !== to);
    const left = new Set(edges.flat());
    for (let before = -1; before !== left.size; ) {
      before = left.size;
      for (const one of left) if (!edges.some(([from, to]) => to === one && left.has(from))) left.delete(one);
    }
    return left.size === 0;
  }

  /** The fewest groups that the nodes can be in. */
  function fewest(ids: readonly string[], wires: readonly (readonly [string, string])[]): number {
    const groupOf = new Map<string, string>();
    let best = ids.length;
    const divide = (at: number, groups: number): void => {
      if (groups >= best) return;
      if (at === ids.length) {
        if (possible(wires, groupOf)) best = groups;
        return;
      }
      for (let group = 0; group <= groups; group++) {
        groupOf.set(ids[at], `group ${group}`);
        divide(at + 1, Math.max(groups, group + 1));
      }
    };
    divide(0, 0);
    return best;
  }

  it('no graph of models has fewer files than what comes out, and each file can run', () => {
    // Each node reads from at most two before it; the first letter says what it is.
    const graphs = fc.array(fc.tuple(fc.constantFrom('m', 'm', 'o'), fc.nat(), fc.nat(), fc.boolean()), {
      minLength: 2,
      maxLength: 8,
    });
    fc.assert(
      fc.property(graphs, (given) => {
        const ids = given.map(([kind], at) => `${kind}${at}`);
        const wires = given.flatMap(([, a, b, two], at): [string, string][] => {
          const before = ['s', ...ids.slice(0, at)].map((id) => (id === 's' ? 's0' : id));
          const sources = new Set([before[a % before.length], ...(two ? [before[b % before.length]] : [])]);
          return [...sources].map((source) => [source, ids[at]]);
        });
        const models = ids.filter((id) => id.startsWith('m'));
        if (models.length === 0) return;
        const cut = parts(wires.map(([from, to]) => `${from} > ${to}`));
        expect(cut.parts.flat().sort()).toEqual([...models].sort());
        const groupOf = new Map(cut.parts.flatMap((part, at) => part.map((id) => [id, `part ${at}`] as const)));
        expect(possible(wires, groupOf)).toBe(true);
        expect(cut.parts.length).toBe(fewest(models, wires));
      }),
      { numRuns: 300 },
    );
  });
});
