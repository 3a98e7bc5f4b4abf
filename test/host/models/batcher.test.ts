import { describe, expect, it } from 'vitest';
import type { ModelRun } from '../../../core/define/host.ts';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { type BatchClock, Batcher, type BatcherInit } from '../../../host/models/batcher.ts';
import { toleranceOf } from '../../../host/models/batchProof.ts';
import type { Tensors } from '../../../host/models/messages.ts';
import { float32, never, nothing } from './fixture.ts';

/** Time that stands still until a test moves it. */
class TestClock implements BatchClock {
  private time = 0;
  private alarms: { readonly at: number; readonly call: () => void }[] = [];
  now(): number {
    return this.time;
  }
  after(ms: number, call: () => void): () => void {
    const alarm = { at: this.time + ms, call };
    this.alarms.push(alarm);
    return () => {
      this.alarms = this.alarms.filter((other) => other !== alarm);
    };
  }
  soon(call: () => void): void {
    setImmediate(call);
  }
  async pass(ms: number): Promise<void> {
    this.time += ms;
    const due = this.alarms.filter((alarm) => alarm.at <= this.time);
    this.alarms = this.alarms.filter((alarm) => alarm.at > this.time);
    for (const alarm of due) alarm.call();
    await settle();
  }
}

/** Lets everything that is ready happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setImmediate(resolve));
}

interface Sent {
  readonly rows: number;
  readonly count: number;
  readonly signal: AbortSignal;
  readonly end: () => void;
}

/** A model that runs when the test says so: `answer` works on whole tensors, as a runtime does. */
function bench(init: Partial<BatcherInit> = {}, answer: (x: TensorValue) => TensorValue = doubled) {
  const clock = new TestClock();
  const sent: Sent[] = [];
  let held = false;
  const batcher = new Batcher({
    most: 4,
    waitMs: 0,
    lanes: () => 1,
    maxBytes: 1e9,
    tolerance: toleranceOf('cpu'),
    mayBeOneItem: (error) => error instanceof Problem && error.data.code === 'model-failed',
    clock,
    send: (feeds, _, signal, count) =>
      new Promise<ModelRun>((resolve, reject) => {
        const end = () => {
          try {
            resolve({ outputs: { y: answer(feeds['x']) }, runMs: 1, queueMs: 0 });
          } catch (error) {
            reject(error);
          }
        };
        sent.push({ rows: feeds['x'].shape[0], count, signal, end });
        if (!held) end();
      }),
    ...init,
  });
  return {
    batcher,
    clock,
    sent,
    hold: () => {
      held = true;
    },
    go: async () => {
      held = false;
      for (const { end } of sent) end();
      await settle();
    },
    run: (values: readonly number[], signal = never) =>
      batcher.run({ x: float32([values.length, 1], values) }, nothing, signal),
    /** Two items together, so that the model has shown that it keeps items apart; then forgets what was sent. */
    async proven() {
      await Promise.all([this.run([1]), this.run([2])]);
      sent.length = 0;
    },
  };
}

function mapped(x: TensorValue, one: (value: number, all: Float32Array) => number): TensorValue {
  const data = x.data as Float32Array;
  return float32(
    x.shape,
    data.map((value) => one(value, data)),
  );
}
function doubled(x: TensorValue): TensorValue {
  return mapped(x, (value) => 2 * value);
}
function valuesOf(run: { readonly outputs: Tensors }): readonly number[] {
  return [...(run.outputs['y'].data as Float32Array)];
}

describe('runs that wait at the same time', () => {
  it('go together, and each gets its own rows', async () => {
    const b = bench();
    await b.proven();
    const runs = await Promise.all([b.run([1]), b.run([2, 3]), b.run([4])]);
    expect(runs.map(valuesOf)).toEqual([[2], [4, 6], [8]]);
    expect(runs.map((run) => run.outputs['y'].shape)).toEqual([
      [1, 1],
      [2, 1],
      [1, 1],
    ]);
    expect(b.sent.map(({ rows, count }) => [rows, count])).toEqual([[4, 3]]);
  });

  it('go at once while the model is idle, and wait for it while it works', async () => {
    const b = bench();
    await b.proven();
    b.hold();
    const first = b.run([1]);
    await settle();
    const others = [b.run([2]), b.run([3])];
    await settle();
    expect(b.sent.map((s) => s.count)).toEqual([1]);
    b.sent[0].end();
    await settle();
    expect(b.sent.map((s) => s.count)).toEqual([1, 2]);
    await b.go();
    expect((await Promise.all([first, ...others])).map(valuesOf)).toEqual([[2], [4], [6]]);
  });

  it('are no more than the parameter says', async () => {
    const b = bench();
    await b.proven();
    const runs = await Promise.all(Array.from({ length: 10 }, (_, i) => b.run([i])));
    expect(runs.map(valuesOf)).toEqual(Array.from({ length: 10 }, (_, i) => [2 * i]));
    expect(b.sent.map((s) => s.count)).toEqual([4, 4, 2]);
  });

  it('are no more than a tensor may hold', async () => {
    const b = bench({ maxBytes: 8 });
    await b.proven();
    await Promise.all(Array.from({ length: 5 }, (_, i) => b.run([i])));
    expect(b.sent.map((s) => s.count)).toEqual([2, 2, 1]);
  });

  it('are joined only with their like', async () => {
    const b = bench();
    await b.proven();
    const wide = (value: number) => b.batcher.run({ x: float32([1, 2], [value, value]) }, nothing, never);
    const runs = await Promise.all([b.run([1]), wide(2), b.run([3]), wide(4)]);
    expect(runs.map(valuesOf)).toEqual([[2], [4, 4], [6], [8, 8]]);
    expect(b.sent.map((s) => s.count)).toEqual([2, 2]);
  });

  it('leave what has no first axis to go alone', async () => {
    const b = bench();
    await b.proven();
    const point = (value: number) => b.batcher.run({ x: float32([], [value]) }, nothing, never);
    const empty = b.batcher.run({ x: float32([0, 1], []) }, nothing, never);
    const runs = await Promise.all([point(1), point(2), empty]);
    expect(runs.map(valuesOf)).toEqual([[2], [4], []]);
    expect(b.sent.map((s) => s.count)).toEqual([1, 1, 1]);
  });

  it('say how many went together on the mean', async () => {
    const b = bench();
    await b.proven();
    const before = (await b.run([1])).batch ?? 0;
    const [run] = await Promise.all([b.run([1]), b.run([2]), b.run([3]), b.run([4])]);
    expect(run.batch).toBeGreaterThan(before);
  });
});

describe('the wait for others', () => {
  it('lasts as long as the parameter says', async () => {
    const b = bench({ waitMs: 10 });
    const early = b.run([1]);
    await settle();
    await b.clock.pass(9);
    expect(b.sent).toHaveLength(0);
    const late = b.run([2]);
    await settle();
    await b.clock.pass(1);
    expect(valuesOf(await early)).toEqual([2]);
    await b.clock.pass(10);
    await late;
    b.sent.length = 0;
    const third = b.run([3]);
    await settle();
    await b.clock.pass(6);
    const fourth = b.run([4]);
    await settle();
    await b.clock.pass(4);
    expect(b.sent.map((s) => s.count)).toEqual([2]);
    expect((await third).queueMs).toBe(10);
    expect((await fourth).queueMs).toBe(4);
  });

  it('ends when there are enough', async () => {
    const b = bench({ waitMs: 1000 });
    const warm = Promise.all([b.run([1]), b.run([2]), b.run([3]), b.run([4])]);
    await settle();
    await b.clock.pass(1000);
    await warm;
    b.sent.length = 0;
    await Promise.all([b.run([1]), b.run([2]), b.run([3]), b.run([4])]);
    expect(b.sent.map((s) => s.count)).toEqual([4]);
  });
});

describe('an item that fails or leaves', () => {
  it('fails alone: the others of its batch are run again one by one', async () => {
    const b = bench({}, (x) => {
      if ((x.data as Float32Array).some((value) => value === 13))
        throw new Problem('model-failed', { message: 'thirteen', fix: 'another number' });
      return doubled(x);
    });
    await b.proven();
    const runs = await Promise.allSettled([b.run([1]), b.run([13]), b.run([3])]);
    expect(runs.map((run) => (run.status === 'fulfilled' ? valuesOf(run.value) : 'failed'))).toEqual([
      [2],
      'failed',
      [6],
    ]);
    expect(b.sent.map((s) => s.count)).toEqual([3, 1, 1, 1]);
  });

  it('brings its batch down when it is not the items that are at fault', async () => {
    const died = new Problem('engine-died', { message: 'gone', fix: 'again' });
    let alive = true;
    const b = bench({}, (x) => {
      if (!alive) throw died;
      return doubled(x);
    });
    await b.proven();
    alive = false;
    const runs = await Promise.allSettled([b.run([1]), b.run([2])]);
    expect(runs.map((run) => run.status === 'rejected' && run.reason)).toEqual([died, died]);
    expect(b.sent).toHaveLength(1);
  });

  it('leaves the queue when it is cancelled, and the rest go on', async () => {
    const b = bench();
    await b.proven();
    b.hold();
    const controller = new AbortController();
    const running = b.run([1]);
    await settle();
    const cancelled = b.run([2], controller.signal);
    const staying = b.run([3]);
    await settle();
    controller.abort(new Error('enough'));
    await expect(cancelled).rejects.toThrow('enough');
    await b.go();
    expect([valuesOf(await running), valuesOf(await staying)]).toEqual([[2], [6]]);
    expect(b.sent.map((s) => s.rows)).toEqual([1, 1]);
  });

  it('is told at once when its batch runs already, which is called off only when all have left', async () => {
    const b = bench();
    await b.proven();
    b.hold();
    const controllers = [new AbortController(), new AbortController()];
    const runs = controllers.map(({ signal }, i) => b.run([i], signal));
    await settle();
    expect(b.sent.map((s) => s.count)).toEqual([2]);
    controllers[0].abort(new Error('first'));
    await expect(runs[0]).rejects.toThrow('first');
    expect(b.sent[0].signal.aborted).toBe(false);
    controllers[1].abort(new Error('second'));
    await expect(runs[1]).rejects.toThrow('second');
    expect(b.sent[0].signal.aborted).toBe(true);
    await b.go();
    expect(valuesOf(await b.run([7]))).toEqual([14]);
  });

  it('is refused when it comes cancelled', async () => {
    const b = bench();
    await expect(b.run([1], AbortSignal.abort(new Error('late')))).rejects.toThrow('late');
    expect(b.sent).toHaveLength(0);
  });
});

describe('a model that mixes its items', () => {
  const mean = (all: Float32Array) => all.reduce((sum, value) => sum + value, 0) / all.length;
  const mixing: Readonly<Record<string, (x: TensorValue) => TensorValue>> = {
    'takes the mean over them': (x) => mapped(x, (value, all) => value - mean(all)),
    'adds up those before': (x) => {
      let sum = 0;
      return mapped(x, (value) => {
        sum += value;
        return sum;
      });
    },
    'adds up those after': (x) => {
      const sums: number[] = [];
      for (const value of [...(x.data as Float32Array)].reverse()) sums.unshift(value + (sums[0] ?? 0));
      return float32(x.shape, sums);
    },
    'gives one row for all': (x) => float32([1, 1], [mean(x.data as Float32Array)]),
    'gives one row more': (x) => float32([x.shape[0] + 1, 1], [...(x.data as Float32Array), 0]),
    'takes only one': (x) => {
      if (x.shape[0] !== 1) throw new Problem('model-failed', { message: 'Reshape', fix: 'one' });
      return doubled(x);
    },
  };

  it.each(Object.keys(mixing))('and %s goes one by one, with right answers, and says why', async (name) => {
    const answer = mixing[name];
    const b = bench({}, answer);
    const values = [3, 5, 5, 9, 2];
    const runs = await Promise.all(values.map((v) => b.run([v])));
    expect(runs.map(valuesOf)).toEqual(values.map((v) => [...(answer(float32([1, 1], [v])).data as Float32Array)]));
    const later = await Promise.all([b.run([1]), b.run([2])]);
    for (const run of later) expect(run.batchRefused).toMatch(/output|together/);
    expect(b.sent.slice(-2).map((s) => s.count)).toEqual([1, 1]);
  });

  it('is found out even by equal items', async () => {
    const b = bench({}, mixing['takes the mean over them']);
    await Promise.all([b.run([4]), b.run([4]), b.run([4])]);
    expect((await b.run([4])).batchRefused).toContain('"y" changes');
  });

  it('is believed when only rounding differs', async () => {
    const b = bench({}, (x) => mapped(x, (value, all) => value * (1 + all.length * 1e-7)));
    await b.proven();
    await Promise.all([b.run([1]), b.run([2])]);
    expect(b.sent.map((s) => s.count)).toEqual([2]);
  });
});
