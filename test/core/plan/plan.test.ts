import { describe, expect, it } from 'vitest';
import { checkDocument } from '../../../core/check/check.ts';
import type { ImageStep } from '../../../core/define/image-step.ts';
import { defineNode } from '../../../core/define/node.ts';
import { p } from '../../../core/define/param.ts';
import { port } from '../../../core/define/port.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import { originalGeometry } from '../../../core/kinds/geometry.ts';
import { anyType } from '../../../core/kinds/type.ts';
import type { ImageValue } from '../../../core/kinds/value.ts';
import { planRun, type Wanted } from '../../../core/plan/plan.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { ResultCache } from '../../../core/run/cache.ts';
import type { Keeper, Seen } from '../../../core/run/keeper.ts';
import { runPlan } from '../../../core/run/run.ts';
import { pureHost } from '../../pure-host.ts';
import { fakeRegistry, out } from '../fake-nodes.ts';
import { check, pipeline, runHost } from '../pipelines.ts';

function picture(width: number): ImageValue {
  return {
    kind: 'image',
    width,
    height: 1,
    colour: 'grey',
    data: new Uint8Array(width),
    geometry: originalGeometry(width, 1),
  };
}

const photo = defineNode({
  type: 'fake.photo',
  version: 1,
  title: 'Photo',
  summary: 'A picture.',
  external: 'image',
  inputs: {},
  outputs: { image: port.image({ doc: 'picture' }) },
  params: { file: p.file({ role: 'media', doc: 'sample', default: 'a.jpg' }) },
  infer: () => ({ image: anyType.image }),
  step: () => ({ op: 'decode' }),
  run: () => ({ image: picture(8) }),
  examples: [],
});
const widen = defineNode({
  type: 'fake.widen',
  version: 1,
  title: 'Widen',
  summary: 'One pixel more.',
  inputs: { image: port.image({ doc: 'picture' }) },
  outputs: { image: port.image({ doc: 'picture' }) },
  params: {},
  infer: () => ({ image: anyType.image }),
  step: () => ({ op: 'own' }),
  run: ({ inputs }) => ({ image: picture(inputs.image.width + 1) }),
  examples: [],
});
const halve = defineNode({
  type: 'fake.halve',
  version: 1,
  title: 'Halve',
  summary: 'Half the width.',
  inputs: { image: port.image({ doc: 'picture' }) },
  outputs: { image: port.image({ doc: 'picture' }) },
  params: {},
  infer: () => ({ image: anyType.image }),
  step: () => ({ op: 'crop', left: 0, top: 0, width: 4, height: 1 }),
  run: ({ inputs }) => ({ image: picture(inputs.image.width / 2) }),
  examples: [],
});
const spoil = defineNode({
  type: 'fake.spoil',
  version: 1,
  title: 'Spoil',
  summary: 'Fails.',
  inputs: { image: port.image({ doc: 'picture' }) },
  outputs: { image: port.image({ doc: 'picture' }) },
  params: {},
  infer: () => ({ image: anyType.image }),
  step: () => ({ op: 'own' }),
  run: () => {
    throw new TypeError('a bug');
  },
  examples: [],
});
const registry = makeRegistry([photo, widen, halve, spoil, out]);
const plan = (document: ReturnType<typeof pipeline>, wanted?: Wanted) =>
  planRun(
    checkDocument(document, registry, () => undefined),
    wanted,
  );
const stages = (document: ReturnType<typeof pipeline>) =>
  plan(document).stages.map((stage) => stage.nodes.map((node) => node.id).join('+'));

describe('a plan', () => {
  it('fuses neighbouring image nodes into one pass', () => {
    expect(
      stages(
        pipeline({ a: 'fake.photo', b: 'fake.halve', c: 'fake.widen', o: 'fake.out' }, [
          'a.image > b.image',
          'b.image > c.image',
          'c.image > o.value',
        ]),
      ),
    ).toEqual(['a+b+c', 'o']);
  });
  it('does not fuse past a picture that two nodes read', () => {
    expect(
      stages(
        pipeline({ a: 'fake.photo', b: 'fake.halve', c: 'fake.widen', o: 'fake.out', o2: 'fake.out' }, [
          'a.image > b.image',
          'b.image > c.image',
          'b.image > o2.value',
          'c.image > o.value',
        ]),
      ).sort(),
    ).toEqual(['a+b', 'c', 'o', 'o2']);
  });
  it('drops what the wanted outputs do not need', () => {
    const document = pipeline({ a: 'fake.photo', b: 'fake.halve', c: 'fake.widen', o: 'fake.out', o2: 'fake.out' }, [
      'a.image > b.image',
      'a.image > c.image',
      'b.image > o.value',
      'c.image > o2.value',
    ]);
    expect(plan(document, { outputs: ['o'] }).stages.flatMap((stage) => stage.nodes.map((node) => node.id))).toEqual([
      'a',
      'b',
      'o',
    ]);
  });
  it('goes as far as the nodes that are to be run to, output or not', () => {
    const document = pipeline({ a: 'fake.photo', b: 'fake.halve', c: 'fake.widen', o: 'fake.out' }, [
      'a.image > b.image',
      'b.image > c.image',
      'c.image > o.value',
    ]);
    const planned = plan(document, { targets: ['b'] });
    expect(planned.stages.map((stage) => stage.nodes.map((node) => node.id))).toEqual([['a', 'b']]);
    expect([...planned.outputs]).toEqual([]);
    expect([...plan(document, { targets: ['b', 'o'] }).outputs]).toEqual([['o', 'o']]);
  });
  it('marks a value that nobody else reads as owned', () => {
    const wires = ['s.x > a.x', 's.x > b.x', 'a.x > o.value', 'b.x > o2.value'];
    const planned = planRun(
      check(
        pipeline({ s: 'fake.source', a: 'fake.add', b: 'fake.add', o: 'fake.out', o2: 'fake.out' }, wires),
        fakeRegistry,
      ),
    );
    const owned = Object.fromEntries(planned.stages.map((stage) => [stage.nodes[0].id, [...stage.owned]]));
    expect(owned).toMatchObject({ a: [], b: [], o: ['value'] });
  });
});

describe('a single item that meets a sequence', () => {
  it('is not owned: it is read once per item', () => {
    const wires = ['n.x > add.x', 's.x > add.y', 'add.x > o.value'];
    const planned = planRun(
      check(pipeline({ n: 'fake.count', s: 'fake.source', add: 'fake.add', o: 'fake.out' }, wires), fakeRegistry),
    );
    expect([...(planned.stages.find((stage) => stage.nodes[0].id === 'add')?.owned ?? [])]).toEqual(['x']);
  });
});

describe('a fused pass', () => {
  const document = pipeline({ a: 'fake.photo', b: 'fake.halve', c: 'fake.widen', o: 'fake.out' }, [
    'a.image > b.image',
    'b.image > c.image',
    'c.image > o.value',
  ]);
  const signal = new AbortController().signal;
  function hostTaking(taken: number, seen: (readonly ImageStep[])[] = []) {
    const node = pureHost();
    return runHost({
      node: {
        ...node,
        image: {
          ...node.image,
          pass: async (_source, steps) => {
            seen.push(steps);
            if (taken < 0) throw new Problem('media-corrupt', { message: 'broken', fix: 'another file' });
            return { value: picture(100), taken: Math.min(taken, steps.length) };
          },
        },
      },
    });
  }
  it('lets the host take the head of the chain and runs the rest', async () => {
    const seen: (readonly ImageStep[])[] = [];
    const result = await runPlan(plan(document), hostTaking(2, seen), { inputs: {}, signal });
    expect(seen[0].map((step) => step.op)).toEqual(['decode', 'crop', 'own']);
    expect(result.outputs['o']).toMatchObject({ items: [{ value: { width: 101 } }] });
    expect(result.nodes).toMatchObject({
      a: { items: 1, stage: 0 },
      b: { items: 1, stage: 0 },
      c: { items: 1, stage: 0 },
    });
  });
  it('runs the nodes themselves when the host takes nothing', async () => {
    const result = await runPlan(plan(document), hostTaking(0), { inputs: {}, signal });
    expect(result.outputs['o']).toMatchObject({ items: [{ value: { width: 5 } }] });
  });
  it('passes over the decoding of a picture that is decoded already', async () => {
    const seen: (readonly ImageStep[])[] = [];
    await runPlan(plan(document), hostTaking(1, seen), { inputs: { a: picture(9) }, signal });
    expect(seen[0].map((step) => step.op)).toEqual(['crop', 'own']);
  });
  it('puts a broken file to the input node', async () => {
    await expect(runPlan(plan(document), hostTaking(-1), { inputs: {}, signal })).rejects.toMatchObject({
      data: { code: 'media-corrupt', where: { node: 'a' } },
    });
  });
  describe('that is kept', () => {
    /** The widths of the pictures that were seen, those inside the chain made now. */
    async function widths(seen: readonly (readonly [string, Seen])[]): Promise<Readonly<Record<string, number>>> {
      const found: Record<string, number> = {};
      for (const [end, { value, later }] of seen) {
        const shown = value ?? (await later?.make(signal));
        found[end] = shown?.kind === 'image' ? shown.width : Number.NaN;
      }
      return found;
    }
    function notes(): { readonly seen: (readonly [string, Seen])[]; readonly keeper: Keeper } {
      const seen: (readonly [string, Seen])[] = [];
      const keeper = {
        see: (end: string, given: Seen) => seen.push([end, given]),
        complete: () => undefined,
        inherit: () => null,
      };
      return { seen, keeper };
    }
    it('shows the pictures inside, each by as much of the pass as leads to it', async () => {
      const steps: (readonly ImageStep[])[] = [];
      const { seen, keeper } = notes();
      await runPlan(plan(document), hostTaking(1, steps), { inputs: {}, signal, keeper });
      expect(steps).toHaveLength(1);
      expect(await widths(seen)).toEqual({ 'a.image': 100, 'b.image': 50, 'c.image': 51, 'o.value': 51 });
      expect(steps.slice(1).map((asked) => asked.map((step) => step.op))).toEqual([['decode'], ['decode', 'crop']]);
    });
    it('shows them where the host takes nothing, and for a picture that was given', async () => {
      const plain = notes();
      await runPlan(plan(document), hostTaking(0), { inputs: {}, signal, keeper: plain.keeper });
      expect(await widths(plain.seen)).toEqual({ 'a.image': 8, 'b.image': 4, 'c.image': 5, 'o.value': 5 });
      const given = notes();
      await runPlan(plan(document), hostTaking(0), { inputs: { a: picture(40) }, signal, keeper: given.keeper });
      expect((await widths(given.seen))['a.image']).toBe(40);
    });
    it('shows them when the pass came from the cache, and calls all its nodes cached', async () => {
      const cache = new ResultCache(1e6);
      await runPlan(plan(document), hostTaking(2), { inputs: {}, signal, cache });
      const { seen, keeper } = notes();
      const again = await runPlan(plan(document), hostTaking(2), { inputs: {}, signal, cache, keeper });
      expect(again.nodes).toMatchObject({
        a: { state: 'cached', items: 1 },
        b: { state: 'cached', items: 1 },
        c: { state: 'cached', items: 1 },
        o: { state: 'ran' },
      });
      expect(Object.keys(await widths(seen))).toEqual(['c.image', 'a.image', 'b.image', 'o.value']);
    });
    it('shows them when it fails further on', async () => {
      const { seen, keeper } = notes();
      const bad = pipeline({ a: 'fake.photo', b: 'fake.halve', c: 'fake.spoil', o: 'fake.out' }, [
        'a.image > b.image',
        'b.image > c.image',
        'c.image > o.value',
      ]);
      const run = runPlan(plan(bad), hostTaking(2), { inputs: {}, signal, keeper });
      await expect(run).rejects.toMatchObject({ data: { code: 'node-failed', where: { node: 'c' } } });
      expect(await widths(seen)).toEqual({ 'a.image': 100, 'b.image': 100 });
    });
  });
});
