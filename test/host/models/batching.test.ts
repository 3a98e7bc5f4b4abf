import { describe, expect, it } from 'vitest';
import type { ModelSession } from '../../../core/define/host.ts';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { type BuilderNode, buildModel, matmulModel, value } from '../../onnx-builder.ts';
import { addOne, cpu, float32, never, nothing, problemOf, workbench } from './fixture.ts';

/** Rows that differ from each other and from run to run. */
function rows(count: number, width: number, seed: number): TensorValue {
  const data = Float32Array.from({ length: count * width }, (_, i) => Math.sin(seed * 12.9 + i * 0.7));
  return float32([count, width], data);
}

function one(op: string, attributes: BuilderNode['attributes'] = {}, inputs: readonly string[] = ['x']): Uint8Array {
  return buildModel({
    inputs: [value('x', 'float32', ['n', 4])],
    outputs: [value('y', 'float32', ['n', 4])],
    nodes: [{ op, inputs, outputs: ['y'], attributes }],
  });
}

function at(session: ModelSession, feeds: readonly TensorValue[]) {
  return Promise.all(feeds.map((x) => session.run({ x }, nothing, never)));
}

describe('a batch through the runtime', () => {
  const bench = workbench();

  it('gives what one by one gives, within rounding, for sizes that differ', async () => {
    bench.write('deep.onnx', matmulModel(48, 4));
    const alone = await bench.host.open('deep.onnx', cpu, never);
    const session = await bench.host.open('deep.onnx', { ...cpu, batch: 8 }, never);
    const feeds = Array.from({ length: 30 }, (_, i) => rows(1 + (i % 3), 48, i));
    const together = await at(session, feeds);
    expect(Math.max(...together.map((run) => run.batch ?? 0))).toBeGreaterThan(3);
    for (const [i, x] of feeds.entries()) {
      const expected = (await alone.run({ x }, nothing, never)).outputs['y'];
      const got = together[i].outputs['y'];
      expect(got.shape).toEqual(expected.shape);
      const want = expected.data as Float32Array;
      const largest = want.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      (got.data as Float32Array).forEach((v, at) => {
        expect(Math.abs(v - want[at])).toBeLessThanOrEqual(1e-5 * largest);
      });
    }
    expect(together.every((run) => run.batchRefused === undefined)).toBe(true);
  });

  it('is bit for bit the same where no sums are taken, for several inputs and dtypes', async () => {
    bench.write(
      'many.onnx',
      buildModel({
        inputs: [value('a', 'float32', ['n', 2, 'w']), value('ids', 'int64', ['m'])],
        outputs: [value('b', 'float32', [null, 2, 'w']), value('ids_out', 'int64', ['k'])],
        nodes: [
          { op: 'Neg', inputs: ['a'], outputs: ['b'] },
          { op: 'Add', inputs: ['ids', 'ids'], outputs: ['ids_out'] },
        ],
      }),
    );
    const session = await bench.host.open('many.onnx', { ...cpu, batch: 16 }, never);
    const runs = await Promise.all(
      Array.from({ length: 24 }, (_, i) => {
        const a = float32(
          [1, 2, 1 + (i % 2)],
          Array.from({ length: 2 + 2 * (i % 2) }, (_, k) => i + k / 8),
        );
        const ids: TensorValue = { kind: 'tensor', dtype: 'int64', shape: [1], data: BigInt64Array.of(BigInt(i)) };
        return session.run({ a, ids }, nothing, never);
      }),
    );
    runs.forEach(({ outputs }, i) => {
      const wanted = Array.from({ length: 2 + 2 * (i % 2) }, (_, k) => -(i + k / 8));
      expect(outputs['b']).toEqual(float32([1, 2, 1 + (i % 2)], wanted));
      expect(outputs['ids_out'].data).toEqual(BigInt64Array.of(BigInt(2 * i)));
    });
    expect(runs.at(-1)?.batch).toBeGreaterThan(1);
  });

  it('leaves tensors whole that were not given away, and takes those that were', async () => {
    bench.write('add.onnx', addOne());
    const session = await bench.host.open('add.onnx', { ...cpu, batch: 4 }, never);
    const kept = [float32([1], [1]), float32([2], [2, 3]), float32([1], [4])];
    const runs = await at(session, kept);
    expect(kept.map((x) => [...(x.data as Float32Array)])).toEqual([[1], [2, 3], [4]]);
    expect(runs.map((run) => [...(run.outputs['y'].data as Float32Array)])).toEqual([[2], [3, 4], [5]]);
    const given = new Set(['x']);
    const again = await Promise.all([1, 2, 3].map((v) => session.run({ x: float32([1], [v]) }, given, never)));
    expect(again.map((run) => [...(run.outputs['y'].data as Float32Array)])).toEqual([[2], [3], [4]]);
  });

  it.each([
    ['a softmax over the items', one('Softmax', { axis: { i: 0 } })],
    ['a sum over those before', undefined],
    ['a mean over all', undefined],
  ] as const)('refuses %s, and gives right answers', async (name, given) => {
    const bytes =
      given ??
      (name.includes('mean')
        ? buildModel({
            inputs: [value('x', 'float32', ['n', 4])],
            outputs: [value('y', 'float32', ['n', 4])],
            nodes: [
              { op: 'ReduceMean', inputs: ['x'], outputs: ['m'], attributes: { axes: { ints: [0] } } },
              { op: 'Sub', inputs: ['x', 'm'], outputs: ['y'] },
            ],
          })
        : buildModel({
            inputs: [value('x', 'float32', ['n', 4])],
            outputs: [value('y', 'float32', ['n', 4])],
            nodes: [{ op: 'CumSum', inputs: ['x', 'axis'], outputs: ['y'] }],
            initializers: [{ name: 'axis', dtype: 'int64', shape: [], data: BigInt64Array.of(0n) }],
          }));
    bench.write('mixing.onnx', bytes);
    const alone = await bench.host.open('mixing.onnx', cpu, never);
    const session = await bench.host.open('mixing.onnx', { ...cpu, batch: 8 }, never);
    const feeds = Array.from({ length: 12 }, (_, i) => rows(1 + (i % 2), 4, i));
    const together = await at(session, feeds);
    for (const [i, x] of feeds.entries())
      expect(together[i].outputs).toEqual((await alone.run({ x }, nothing, never)).outputs);
    expect((await session.run({ x: rows(1, 4, 1) }, nothing, never)).batchRefused).toContain('"y" changes');
  });

  it('is not tried where the file fixes the first dimension', async () => {
    bench.write('fixed.onnx', matmulModel(4, 1, 1));
    const session = await bench.host.open('fixed.onnx', { ...cpu, batch: 8 }, never);
    const [run] = await at(session, [rows(1, 4, 1), rows(1, 4, 2)]);
    expect(run.batch).toBe(1);
    expect(run.batchRefused).toBe('its input "x" has a fixed first dimension, 1');
  });

  it('shares its sessions with runs that ask for no batch', async () => {
    bench.write('shared.onnx', matmulModel(8, 1));
    const before = bench.host.stats().sessions;
    await bench.host.open('shared.onnx', cpu, never);
    await bench.host.open('shared.onnx', { ...cpu, batch: 8 }, never);
    await bench.host.open('shared.onnx', { ...cpu, batch: 4, batchWaitMs: 2 }, never);
    expect(bench.host.stats().sessions).toBe(before + 1);
  });

  it('lets one bad item fail alone', async () => {
    bench.write(
      'gather.onnx',
      buildModel({
        inputs: [value('x', 'int64', ['n'])],
        outputs: [value('y', 'float32', ['n'])],
        nodes: [{ op: 'Gather', inputs: ['table', 'x'], outputs: ['y'] }],
        initializers: [{ name: 'table', dtype: 'float32', shape: [4], data: Float32Array.of(10, 11, 12, 13) }],
      }),
    );
    const session = await bench.host.open('gather.onnx', { ...cpu, batch: 8 }, never);
    const pick = (...ids: number[]): TensorValue => ({
      kind: 'tensor',
      dtype: 'int64',
      shape: [ids.length],
      data: BigInt64Array.from(ids.map(BigInt)),
    });
    await at(session, [pick(0, 1), pick(2, 3)]);
    const ends = await Promise.allSettled(
      [pick(0), pick(1), pick(99), pick(3)].map((x) => session.run({ x }, nothing, never)),
    );
    expect(ends.map((end) => (end.status === 'fulfilled' ? [...end.value.outputs['y'].data] : 'failed'))).toEqual([
      [10],
      [11],
      'failed',
      [13],
    ]);
    const problem = await problemOf(session.run({ x: pick(99) }, nothing, never));
    expect(problem.code).toBe('model-failed');
  });

  it('says where its time went without holes', async () => {
    bench.write('timed.onnx', matmulModel(32, 2));
    const session = await bench.host.open('timed.onnx', { ...cpu, batch: 4 }, never);
    await at(session, [rows(1, 32, 1), rows(1, 32, 2)]);
    const runs = await at(session, [rows(1, 32, 3), rows(1, 32, 4), rows(1, 32, 5)]);
    for (const { times = [] } of runs) {
      expect(times.map((part) => part.name)).toEqual(expect.arrayContaining(['batch', 'join', 'session.run', 'split']));
      times.slice(1).forEach((part, i) => {
        expect(part.startMs).toBeCloseTo(times[i].endMs, 6);
      });
    }
  });
});

describe('copies of a model', () => {
  it('are opened at once, in as many lanes, also beyond the cores', async () => {
    const bench = workbench();
    bench.write('add.onnx', addOne());
    await bench.host.open('add.onnx', { ...cpu, copies: 3 }, never);
    const lanes = bench.host.stats().lanes.filter((lane) => lane.sessions > 0);
    expect(lanes.map((lane) => [lane.lane, lane.sessions])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
  });

  it('share the cores, and the runs', async () => {
    const bench = workbench({ cores: 4 });
    bench.write('large.onnx', matmulModel(520, 1));
    const session = await bench.host.open('large.onnx', { ...cpu, threads: 0, copies: 2 }, never);
    expect(session.threads).toBe(2);
    await at(
      session,
      Array.from({ length: 12 }, (_, i) => rows(8, 520, i)),
    );
    const runs = bench.host.stats().lanes.flatMap((lane) => (lane.runs > 0 ? [lane.runs] : []));
    expect(runs).toHaveLength(2);
    expect(Math.min(...runs)).toBeGreaterThan(3);
  });

  it('stay one when one is asked for, however many runs wait', async () => {
    const bench = workbench();
    bench.write('large.onnx', matmulModel(256, 2));
    const session = await bench.host.open('large.onnx', { ...cpu, copies: 1 }, never);
    for (let round = 0; round < 10; round++)
      await at(
        session,
        Array.from({ length: 8 }, (_, i) => rows(4, 256, i)),
      );
    expect(bench.host.stats().lanes.filter((lane) => lane.sessions > 0)).toHaveLength(1);
  });

  it('begin at the lane that is named', async () => {
    const bench = workbench({ cores: 1 });
    bench.write('add.onnx', addOne());
    const session = await bench.host.open('add.onnx', { ...cpu, lane: 2, copies: 2 }, never);
    expect(session.lane).toBe(2);
    expect(bench.host.stats().lanes.filter((lane) => lane.sessions > 0)).toHaveLength(2);
    expect((await session.run({ x: float32([1], [1]) }, nothing, never)).outputs['y']).toEqual(float32([1], [2]));
  });

  it('work with batches: each lane takes its own', async () => {
    const bench = workbench();
    bench.write('deep.onnx', matmulModel(64, 3));
    const session = await bench.host.open('deep.onnx', { ...cpu, batch: 4, copies: 2 }, never);
    const alone = await bench.host.open('deep.onnx', cpu, never);
    const feeds = Array.from({ length: 32 }, (_, i) => rows(1, 64, i));
    const runs = await at(session, feeds);
    for (const [i, x] of feeds.entries()) {
      const want = (await alone.run({ x }, nothing, never)).outputs['y'].data as Float32Array;
      (runs[i].outputs['y'].data as Float32Array).forEach((v, at) => {
        expect(v).toBeCloseTo(want[at], 5);
      });
    }
    expect(bench.host.stats().lanes.filter((lane) => lane.runs > 1).length).toBe(2);
  });
});
