import { afterAll, expect, it } from 'vitest';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { Lane, type LaneResult } from '../../../host/models/lanes.ts';
import { cpuRequest, float32, loopModel, workbench } from './fixture.ts';

const bench = workbench({ spread: false });
const lane = new Lane(0, undefined);
afterAll(() => lane.close(5000));

const request = { ...cpuRequest, file: bench.write('loop.onnx', loopModel()), name: 'loop.onnx' };

function run(trips: number, signal?: AbortSignal): Promise<LaneResult> {
  const count: TensorValue = { kind: 'tensor', dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(trips)) };
  const feeds = { x: float32([1], [0]), trips: count };
  return lane.submit({
    ask: { ask: 'run', session: 1, feeds },
    buffers: [],
    limitMs: 0,
    doing: 'running "loop.onnx"',
    ...(signal === undefined ? {} : { signal }),
  });
}
const summed = ({ value }: LaneResult) => value.outputs?.['y'].data[0];

it('does one job after the other, each beginning where the one before it ended', async () => {
  await lane.submit({ ask: { ask: 'open', session: 1, request }, buffers: [], limitMs: 0, doing: 'opening' });
  const done = await Promise.all([run(20_000), run(20_001), run(20_002), run(20_003)]);
  expect(done.map(summed)).toEqual([20_000, 20_001, 20_002, 20_003]);
  for (const [i, { times, queueMs }] of done.entries()) {
    expect(queueMs).toBe(times.sentMs - times.queuedMs);
    const order = [times.queuedMs, times.sentMs, times.receivedMs, times.ranFromMs, times.ranToMs, times.answeredMs];
    expect([...order, times.backMs]).toEqual([...order, times.backMs].sort((a, b) => a - b));
    if (i > 0) expect(times.sentMs).toBeGreaterThanOrEqual(done[i - 1].times.answeredMs);
  }
  expect([lane.runs, lane.load()]).toEqual([4, 0]);
  const inLane = done.reduce((sum, { times }) => sum + times.answeredMs - times.sentMs, 0);
  expect(lane.busyMs).toBeGreaterThanOrEqual(inLane);
});

it('leaves out the job that lies ready, and those behind it, when they are cancelled', async () => {
  const before = lane.runs;
  const stop = new AbortController();
  const first = run(200_000);
  const [ready, waiting] = [run(200_001, stop.signal), run(200_002, stop.signal)];
  const last = run(5);
  stop.abort(new Error('enough'));
  await expect(ready).rejects.toThrow('enough');
  await expect(waiting).rejects.toThrow('enough');
  expect(summed(await first)).toBe(200_000);
  expect(summed(await last)).toBe(5);
  expect([lane.runs - before, lane.load()]).toEqual([2, 0]);
});

it('refuses what cannot be handed over, and goes on', async () => {
  const feeds = { x: { ...float32([1], [0]), data: () => 0 } as unknown as TensorValue };
  const first = run(50_000);
  const bad = lane.submit({ ask: { ask: 'run', session: 1, feeds }, buffers: [], limitMs: 0, doing: 'a strange run' });
  const last = run(6);
  await expect(bad).rejects.toMatchObject({ data: { code: 'internal' } });
  expect([summed(await first), summed(await last)]).toEqual([50_000, 6]);
});

it('settles every job, whichever are cancelled and whenever', async () => {
  let seed = 11;
  const drawn = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed % below;
  };
  for (let round = 0; round < 40; round++) {
    const jobs = Array.from({ length: 8 }, (_, i) => {
      const stop = new AbortController();
      const trips = 1 + drawn(2000);
      const done = run(trips, stop.signal).then(
        (result) => summed(result) === trips,
        (error: Error) => error.message === 'enough',
      );
      if (drawn(2) === 0) setTimeout(() => stop.abort(new Error('enough')), drawn(12) + i);
      return done;
    });
    expect(await Promise.all(jobs)).toEqual(jobs.map(() => true));
    expect(await lane.idle(5000)).toBe(true);
  }
});
