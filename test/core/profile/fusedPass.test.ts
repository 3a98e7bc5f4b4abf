import { describe, expect, it } from 'vitest';
import { checkDocument } from '../../../core/check/check.ts';
import type { ImageStep } from '../../../core/define/image-step.ts';
import { defineNode, type NodeDefinition } from '../../../core/define/node.ts';
import { port } from '../../../core/define/port.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import { originalGeometry } from '../../../core/kinds/geometry.ts';
import { anyType } from '../../../core/kinds/type.ts';
import type { ImageValue } from '../../../core/kinds/value.ts';
import { planRun } from '../../../core/plan/plan.ts';
import { attributeRun } from '../../../core/profile/attribute.ts';
import { Recorder } from '../../../core/profile/recorder.ts';
import { runPlan } from '../../../core/run/run.ts';
import { pureHost } from '../../pure-host.ts';
import { out } from '../fake-nodes.ts';
import { pipeline, runHost } from '../pipelines.ts';
import { DelayClock } from './delayClock.ts';
import { expectWhole } from './tracedRun.ts';

const picture: ImageValue = {
  kind: 'image',
  width: 10,
  height: 1,
  colour: 'grey',
  data: new Uint8Array(10),
  geometry: originalGeometry(10, 1),
};
const image = port.image({ doc: 'picture' });

/** A picture that is there, then three steps of 4 ms each when they are done one by one, 12 ms in one pass. */
async function fused(taken: number, shares?: readonly number[]) {
  const clock = new DelayClock();
  const made = (type: string, step: ImageStep): NodeDefinition =>
    defineNode({
      type,
      version: 1,
      title: type,
      summary: 'A step.',
      inputs: { image },
      outputs: { image },
      params: {},
      infer: () => ({ image: anyType.image }),
      step: () => step,
      run: () => {
        clock.spin(4);
        return { image: picture };
      },
      examples: [],
    });
  const crop = { op: 'crop', left: 0, top: 0, width: 4, height: 1 } as const;
  const given = defineNode({
    type: 'fake.given',
    version: 1,
    title: 'Given',
    summary: 'A picture.',
    inputs: {},
    outputs: { image },
    params: {},
    infer: () => ({ image: anyType.image }),
    run: () => ({ image: picture }),
    examples: [],
  });
  const registry = makeRegistry([given, made('fake.one', crop), made('fake.two', crop), made('fake.three', crop), out]);
  const document = pipeline({ g: 'fake.given', a: 'fake.one', b: 'fake.two', c: 'fake.three', o: 'fake.out' }, [
    'g.image > a.image',
    'a.image > b.image',
    'b.image > c.image',
    'c.image > o.value',
  ]);
  const plan = planRun(checkDocument(document, registry, () => undefined));
  const node = pureHost({ now: clock.now, sleep: clock.sleep });
  const recorder = new Recorder({ originMs: clock.now(), maxSpans: 1000 });
  const { signal } = new AbortController();
  const pass = async () => {
    await clock.sleep(12, signal);
    return { value: picture, taken };
  };
  const host = runHost({ node: { ...node, image: { ...node.image, pass } } });
  const result = await runPlan(plan, host, { inputs: {}, signal, tracer: recorder.run(0) });
  const parts = attributeRun(recorder.trace(), 0, plan, shares && new Map([[1, shares]]));
  expectWhole(parts);
  const ms = Object.fromEntries(parts.nodes.map((one) => [one.node, one.ms.run]));
  return { parts, ms, result };
}

describe('a fused pass', () => {
  it('is shared out evenly among its nodes when nobody knows better', async () => {
    const { parts, ms } = await fused(3);
    expect(parts.wallMs).toBe(12);
    expect(ms).toEqual({ g: 0, a: 4, b: 4, c: 4, o: 0 });
    expect(parts.path.map(({ node, worker }) => [node, worker])).toEqual([
      ['a', 'image'],
      ['b', 'image'],
      ['c', 'image'],
    ]);
    expect(parts.nodes.map((node) => [node.bytesIn, node.bytesOut])).toEqual([
      [0, 10],
      [10, 0],
      [0, 0],
      [0, 10],
      [10, 0],
    ]);
  });
  it('is shared out as was measured', async () => {
    expect((await fused(3, [2, 1, 1])).ms).toEqual({ g: 0, a: 6, b: 3, c: 3, o: 0 });
  });
  it('that took some nodes only is theirs; the others did their own', async () => {
    expect((await fused(2, [1, 3, 9])).ms).toEqual({ g: 0, a: 3, b: 9, c: 4, o: 0 });
    expect((await fused(1)).ms).toEqual({ g: 0, a: 12, b: 4, c: 4, o: 0 });
  });
  it('that took nothing is still the first node’s time', async () => {
    const { ms, parts } = await fused(0);
    expect(parts.wallMs).toBe(24);
    expect(ms).toEqual({ g: 0, a: 16, b: 4, c: 4, o: 0 });
  });
});
