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
const registry = makeRegistry([photo, widen, halve, out]);
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
            return { value: picture(100), taken };
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
});
