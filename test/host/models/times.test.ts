import { describe, expect, it } from 'vitest';
import { checkDocument } from '../../../core/check/check.ts';
import type { ModelRun, ModelTime } from '../../../core/define/host.ts';
import { defineNode } from '../../../core/define/node.ts';
import { port } from '../../../core/define/port.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import { anyType } from '../../../core/kinds/type.ts';
import { planRun } from '../../../core/plan/plan.ts';
import { attributeRun } from '../../../core/profile/attribute.ts';
import { Recorder } from '../../../core/profile/recorder.ts';
import { runPlan } from '../../../core/run/run.ts';
import { sharedClockMs, sharedClockOffset } from '../../../host/models/clock.ts';
import { out } from '../../core/fake-nodes.ts';
import { pipeline, runHost } from '../../core/pipelines.ts';
import { matmulModel } from '../../onnx-builder.ts';
import { pureHost } from '../../pure-host.ts';
import { cpu, float32, never, nothing, workbench } from './fixture.ts';

const bench = workbench({ spread: false });
bench.write('slow.onnx', matmulModel(256, 6, 128));
const feeds = () => ({ x: float32([128, 256], new Float32Array(128 * 256).fill(0.5)) });

/** Parts follow each other in time, from the call to the answer. */
function expectInOrder({ times = [] }: ModelRun, calledMs: number, answeredMs: number): readonly ModelTime[] {
  expect(times.length).toBeGreaterThan(0);
  expect(times[0].startMs).toBeGreaterThanOrEqual(calledMs);
  for (const [i, part] of times.entries()) {
    expect(part.endMs).toBeGreaterThan(part.startMs);
    if (i > 0) expect(part.startMs).toBe(times[i - 1].endMs);
  }
  expect(times[times.length - 1].endMs).toBeLessThanOrEqual(answeredMs);
  return times;
}
const partOf = (times: readonly ModelTime[], name: string) => times.find((part) => part.name === name);

describe('a model run says where its time went', () => {
  it('part by part: packed, sent, run in its lane, brought back', async () => {
    const session = await bench.host.open('slow.onnx', cpu, never);
    for (let round = 0; round < 3; round++) {
      const calledMs = performance.now();
      const done = await session.run(feeds(), nothing, never);
      const times = expectInOrder(done, calledMs, performance.now());
      const run = partOf(times, 'session.run');
      expect(run).toMatchObject({ kind: 'run', worker: `lane ${session.lane}` });
      expect((run?.endMs ?? 0) - (run?.startMs ?? 0)).toBeCloseTo(done.runMs, 6);
      expect(partOf(times, 'pack')).toMatchObject({ kind: 'copy', worker: 'main', bytes: 128 * 256 * 4 });
      expect(partOf(times, 'unpack')?.bytes ?? 128 * 256 * 4).toBe(128 * 256 * 4);
    }
    expect(session.openedMs).toBeGreaterThan(0);
  });

  it('the second of two that come at once waits in the queue for the first', async () => {
    const session = await bench.host.open('slow.onnx', cpu, never);
    const calledMs = performance.now();
    const [first, second] = await Promise.all([
      session.run(feeds(), nothing, never),
      session.run(feeds(), nothing, never),
    ]);
    const answeredMs = performance.now();
    const ran = partOf(expectInOrder(first, calledMs, answeredMs), 'session.run');
    const times = expectInOrder(second, calledMs, answeredMs);
    const queue = partOf(times, 'lane');
    expect(queue?.kind).toBe('queue');
    expect((queue?.endMs ?? 0) - (queue?.startMs ?? 0)).toBeCloseTo(second.queueMs, 6);
    expect(queue?.endMs).toBeGreaterThanOrEqual(ran?.endMs ?? Number.POSITIVE_INFINITY);
    expect(partOf(times, 'session.run')?.startMs).toBeGreaterThanOrEqual(queue?.endMs ?? Number.POSITIVE_INFINITY);
  });

  it('the clock of all threads runs with that of this one', () => {
    const offset = sharedClockOffset();
    const before = performance.now();
    const shared = sharedClockMs() + offset;
    const after = performance.now();
    expect(shared).toBeGreaterThan(before - 0.1);
    expect(shared).toBeLessThan(after + 0.1);
  });
});

describe('a traced model node', () => {
  const model = defineNode({
    type: 'test.model',
    version: 1,
    title: 'Model',
    summary: 'Runs a model.',
    inputs: {},
    outputs: { y: port.tensor({ doc: 'y' }) },
    params: {},
    infer: () => ({ y: anyType.tensor }),
    run: async ({ host, signal }) => {
      const session = await host.models.open('cold.onnx', cpu, signal);
      const { outputs } = await session.run(feeds(), new Set(), signal);
      return { y: outputs['y'] };
    },
    examples: [],
  });
  const document = pipeline({ m: 'test.model', o: 'fake.out' }, ['m.y > o.value']);

  it('has parts that add up: loading when cold, then copies, hops and the run itself', async () => {
    bench.write('cold.onnx', matmulModel(256, 5, 128));
    const plan = planRun(checkDocument(document, makeRegistry([model, out]), () => undefined));
    const recorder = new Recorder({ originMs: performance.now(), maxSpans: 1000 });
    const host = runHost({ node: pureHost({ models: bench.host, now: () => performance.now() }) });
    for (const cold of [true, false]) {
      const tracer = recorder.run(0);
      await runPlan(plan, host, { inputs: {}, signal: never, tracer });
      const parts = attributeRun(recorder.trace(), tracer.index, plan);
      const [node] = parts.nodes;
      const { tasks } = recorder.trace();
      const task = recorder.trace().runs.firstTask[tracer.index];
      const sum = Object.values(node.ms).reduce((total, ms) => total + ms, 0);
      expect(sum).toBeCloseTo(tasks.endMs[task] - tasks.readyMs[task], 9);
      expect(node.ms.load > 0).toBe(cold);
      expect(node.ms.run).toBeGreaterThan(0);
      expect(node.ms.copy).toBeGreaterThan(0);
      expect(node.ms.gap).toBeGreaterThan(0);
      expect(node.bytesOut).toBe(128 * 256 * 4);
      expect(parts.path.some((step) => step.kind === 'run' && step.worker.startsWith('lane '))).toBe(true);
      const critical = parts.nodes.reduce((total, one) => total + one.criticalMs, 0);
      expect(critical + parts.remainderMs).toBeCloseTo(parts.wallMs, 9);
    }
  });
});
