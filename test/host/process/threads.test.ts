import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { type ThreadJob, Threads } from '../../../host/process/threads.ts';

interface Ask {
  /** Answered after so many milliseconds of arithmetic, with the thread's number. */
  readonly busyMs?: number;
  readonly end?: 'exit' | 'throw' | 'never';
  readonly bytes?: Uint8Array;
}
interface Answer {
  readonly thread: number;
  readonly sum: number;
}

const program = `
const { parentPort, threadId } = require('node:worker_threads');
parentPort.on('message', ({ id, ask }) => {
  if (ask.end === 'exit') process.exit(3);
  if (ask.end === 'throw') throw new Error('a fault in the program');
  while (ask.end === 'never') {}
  const until = performance.now() + (ask.busyMs ?? 0);
  while (performance.now() < until) {}
  const sum = ask.bytes === undefined ? 0 : ask.bytes.reduce((a, b) => a + b, 0);
  parentPort.postMessage({ id, answer: { thread: threadId, sum } });
});`;

function made(width: number) {
  const workers: Worker[] = [];
  const threads = new Threads<Ask, Answer>(() => {
    const worker = new Worker(program, { eval: true });
    workers.push(worker);
    return worker;
  }, width);
  const ask = (one: Ask, more: Partial<ThreadJob<Ask>> = {}): Promise<Answer> =>
    threads.ask({ ask: one, buffers: [], signal: new AbortController().signal, limitMs: 0, ...more });
  return { workers, ask };
}

describe('a few threads of one program', () => {
  it('start when they are needed, up to their width, and share the work', async () => {
    const { workers, ask } = made(2);
    expect(workers.length).toBe(0);
    const { thread } = await ask({});
    expect([workers.length, (await ask({})).thread]).toEqual([1, thread]);
    const found = await Promise.all(Array.from({ length: 12 }, () => ask({ busyMs: 20 })));
    expect(workers.length).toBe(2);
    const shares = [...new Set(found.map((one) => one.thread))].map(
      (id) => found.filter((one) => one.thread === id).length,
    );
    expect(shares.length).toBe(2);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(4);
  });

  it('take over buffers, and answer in the order in which they were asked', async () => {
    const { ask } = made(1);
    const order: number[] = [];
    const bytes = Uint8Array.of(1, 2, 3);
    await Promise.all([
      ask({ busyMs: 5 }).then(() => order.push(1)),
      ask({ bytes }, { buffers: [bytes.buffer] }).then(({ sum }) => order.push(sum)),
      ask({}).then(() => order.push(3)),
      ask({}).then(() => order.push(4)),
    ]);
    expect(order).toEqual([1, 6, 3, 4]);
    expect(bytes.length).toBe(0);
  });

  it('an abort rejects at once with its reason, whether the job waits or runs, and spoils no other', async () => {
    const { ask } = made(1);
    const stop = new AbortController();
    const jobs = [0, 1, 2, 3].map((i) => ask({ busyMs: 30 }, i % 2 === 1 ? { signal: stop.signal } : {}));
    const running = ask({ busyMs: 1 }, { signal: AbortSignal.abort(new Error('before')) });
    stop.abort(new Error('enough'));
    const found = await Promise.allSettled([...jobs, running]);
    expect(found.map((one) => (one.status === 'rejected' ? one.reason.message : one.status))).toEqual([
      'fulfilled',
      'enough',
      'fulfilled',
      'enough',
      'before',
    ]);
  });

  it('a thread that ends fails what it had; what waits and what comes later goes to a new one', async () => {
    for (const end of ['exit', 'throw'] as const) {
      const { workers, ask } = made(1);
      const found = await Promise.allSettled([ask({ end }), ask({}), ask({}), ask({})]);
      expect(found.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled']);
      await ask({});
      expect(workers.length).toBe(2);
    }
  });

  it('after three that ended, none is started any more, until one has answered', async () => {
    const { workers, ask } = made(1);
    await expect(ask({ end: 'exit' })).rejects.toThrow(/ended/);
    await expect(ask({ end: 'exit' })).rejects.toThrow(/ended/);
    await ask({});
    for (let i = 0; i < 3; i++) await expect(ask({ end: 'exit' })).rejects.toThrow(/ended/);
    await expect(ask({})).rejects.toThrow(/again and again/);
    expect(workers.length).toBe(5);
  });

  it('a job over its limit is ended with its thread; the one behind it in that thread fails, others do not', async () => {
    const { workers, ask } = made(1);
    const found = await Promise.allSettled([ask({ end: 'never' }, { limitMs: 100 }), ask({}), ask({})]);
    expect(found.map((one) => (one.status === 'rejected' ? one.reason.message : one.status))).toEqual([
      'timeout',
      'the thread was ended: a job before this one took too long',
      'fulfilled',
    ]);
    expect(workers.length).toBe(2);
  });

  it("a job's limit begins when the one before it is done", async () => {
    const { ask } = made(1);
    const found = await Promise.all(Array.from({ length: 4 }, () => ask({ busyMs: 150 }, { limitMs: 2000 })));
    expect(found.length).toBe(4);
  });
});
