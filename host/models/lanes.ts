import { setMaxListeners } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { Problem, type ProblemData, problemFrom } from '../../core/problems/problem.ts';
import { entryPoint, startWorker } from '../entry.ts';
import { sharedClockOffset } from './clock.ts';
import type { LaneAnswer, LaneAsk, LaneClock, LaneValue } from './messages.ts';

type Unnumbered<A> = A extends LaneAsk ? Omit<A, 'id'> : never;

export interface LaneJob {
  readonly ask: Unnumbered<LaneAsk>;
  readonly buffers: readonly ArrayBuffer[];
  /** Aborting rejects at once; a job that runs already goes on, unheard. */
  readonly signal?: AbortSignal;
  /** Longest time in the lane, 0 for any. */
  readonly limitMs: number;
  /** What is being done, for the message when it takes too long: `running "m.onnx"`. */
  readonly doing: string;
}

export interface LaneResult {
  readonly value: LaneValue;
  readonly queueMs: number;
  readonly times: LaneTimes;
}

/** A job's way through a lane, by `performance.now` of the main thread; each moment at or after the one before. */
export interface LaneTimes {
  readonly queuedMs: number;
  /** Handed to the worker, and nothing was before it there any more. */
  readonly sentMs: number;
  readonly receivedMs: number;
  /** In the runtime; both as `receivedMs` for jobs that run nothing. */
  readonly ranFromMs: number;
  readonly ranToMs: number;
  readonly answeredMs: number;
  /** The main thread has the answer. */
  readonly backMs: number;
}

interface Waiting {
  readonly job: LaneJob;
  readonly queuedAt: number;
  readonly resolve: (result: LaneResult) => void;
  readonly reject: (error: unknown) => void;
  readonly forget: () => void;
}

/** A job that the worker has. */
interface Sent {
  readonly id: number;
  readonly entry: Waiting;
  /** When it was there and nothing before it any more, by `performance.now`. */
  startedAt: number;
  timer: NodeJS.Timeout | undefined;
}

/** Beside the job that runs, one lies ready in the worker: it begins without a word from here. */
const mostSent = 2;

/**
 * The main thread's side of one worker thread. Jobs wait here; the worker has one that runs and one that follows, which
 * does not start if it is cancelled before. The worker is never terminated, which would abort the process: a lane that
 * hangs is left behind as dead.
 */
export class Lane {
  readonly index: number;
  dead = false;
  runs = 0;
  busyMs = 0;
  private worker: Worker | null = null;
  private readonly sent: Sent[] = [];
  private readonly waiting: Waiting[] = [];
  private lastId = 0;
  /** The number of the job that the worker must leave out. */
  private readonly left = new Int32Array(new SharedArrayBuffer(4));
  private readonly onHang: ((problem: ProblemData) => void) | undefined;

  constructor(index: number, onHang: ((problem: ProblemData) => void) | undefined) {
    this.index = index;
    this.onHang = onHang;
  }

  /** Jobs that run or wait. */
  load(): number {
    return this.waiting.length + this.sent.length;
  }

  /** Starts the worker now, so that it is up when the first job comes. */
  warm(): void {
    if (this.worker !== null || this.dead) return;
    this.start().unref();
  }

  submit(job: LaneJob): Promise<LaneResult> {
    const { signal } = job;
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.dead) return Promise.reject(laneDied(job.doing));
    // One signal serves all the runs of a pipeline: many listeners are no leak.
    if (signal !== undefined) setMaxListeners(0, signal);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        const at = this.waiting.indexOf(entry);
        if (at >= 0) this.waiting.splice(at, 1);
        const [, following] = this.sent;
        if (following?.entry === entry) Atomics.store(this.left, 0, following.id);
        reject(signal?.reason);
      };
      const forget = () => signal?.removeEventListener('abort', onAbort);
      const entry: Waiting = { job, queuedAt: performance.now(), resolve, reject, forget };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(entry);
      this.next();
    });
  }

  /** Resolves when nothing runs or waits, or after `limitMs`; says whether it is idle. */
  async idle(limitMs: number): Promise<boolean> {
    const until = performance.now() + limitMs;
    while (this.load() > 0 && !this.dead && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 5));
    return this.load() === 0;
  }

  /** Lets an idle worker end by itself. A busy one is left to the end of its process. */
  async close(limitMs: number): Promise<void> {
    for (const entry of this.waiting.splice(0)) this.settle(entry, () => entry.reject(laneDied(entry.job.doing)));
    const idle = await this.idle(limitMs);
    const { worker } = this;
    if (worker !== null && idle && !this.dead) {
      const gone = new Promise((resolve) => worker.once('exit', resolve));
      await this.submit({ ask: { ask: 'close' }, buffers: [], limitMs, doing: 'closing a lane' }).catch(
        () => undefined,
      );
      worker.ref();
      await gone;
    }
    this.dead = true;
  }

  private next(): void {
    if (this.dead) return;
    while (this.waiting.length > 0 && this.sent.length < mostSent) {
      const entry = this.waiting[0];
      if (this.sent.length > 0 && entry.job.ask.ask !== 'run') return;
      this.waiting.shift();
      this.send(entry);
    }
    if (this.sent.length === 0) this.worker?.unref();
  }

  private send(entry: Waiting): void {
    const { job } = entry;
    const worker = this.start();
    const sent: Sent = { id: ++this.lastId, entry, startedAt: performance.now(), timer: undefined };
    this.sent.push(sent);
    if (this.sent.length === 1) this.watch(sent);
    try {
      worker.postMessage({ ...job.ask, id: sent.id }, [...job.buffers]);
    } catch (cause) {
      const message = `Tensors for ${job.doing} cannot be handed to a lane.`;
      const problem = new Problem('internal', { message, fix: 'Report this with the pipeline that caused it.', cause });
      this.done({ id: sent.id, ok: false, problem: problem.data });
    }
  }

  private watch(sent: Sent): void {
    const { job } = sent.entry;
    if (job.limitMs > 0) sent.timer = setTimeout(() => this.hang(sent.entry), job.limitMs);
  }

  private done(answer: LaneAnswer): void {
    const at = this.sent.findIndex(({ id }) => id === answer.id);
    if (at < 0) return;
    const [{ entry, startedAt, timer }] = this.sent.splice(at, 1);
    clearTimeout(timer);
    const backMs = performance.now();
    const times = answer.ok ? timesOf(answer.value, answer.clock, entry.queuedAt, startedAt, backMs) : null;
    if (at === 0) {
      const endedMs = times?.answeredMs ?? backMs;
      const leftOut = answer.ok && answer.value.runMs === undefined;
      this.runs += entry.job.ask.ask === 'run' && !leftOut ? 1 : 0;
      this.busyMs += endedMs - startedAt;
      const [following] = this.sent;
      if (following !== undefined) {
        following.startedAt = Math.max(following.startedAt, endedMs);
        this.watch(following);
      }
    }
    this.next();
    this.settle(entry, () => {
      if (answer.ok && times !== null)
        entry.resolve({ value: answer.value, queueMs: times.sentMs - entry.queuedAt, times });
      else if (!answer.ok) entry.reject(problemFrom(answer.problem));
    });
  }

  private start(): Worker {
    if (this.worker === null) {
      const worker = startWorker(entryPoint('lane', import.meta.url), this.left);
      worker.on('message', (answer: LaneAnswer) => this.done(answer));
      worker.on('error', (error) => this.fail(error));
      worker.on('exit', () => this.fail(new Error('the worker thread ended')));
      this.worker = worker;
    }
    this.worker.ref();
    return this.worker;
  }

  private hang(entry: Waiting): void {
    const { doing, limitMs } = entry.job;
    const problem = new Problem('model-failed', {
      message: `${doing} did not end within ${limitMs} ms.`,
      fix: 'A loop in the model may have no end; else raise the limit modelRunMs (or modelLoadMs for opening).',
    });
    this.settle(entry, () => entry.reject(problem));
    this.bury((waiting) => waiting.reject(laneDied(waiting.job.doing)));
    this.onHang?.(problem.data);
  }

  private fail(error: unknown): void {
    if (this.dead) return;
    this.bury((waiting) => waiting.reject(laneDied(waiting.job.doing, error)));
  }

  private bury(reject: (entry: Waiting) => void): void {
    this.dead = true;
    this.worker?.unref();
    const sent = this.sent.splice(0);
    for (const { timer } of sent) clearTimeout(timer);
    const lost = [...sent.map(({ entry }) => entry), ...this.waiting.splice(0)];
    for (const entry of lost) this.settle(entry, () => reject(entry));
  }

  private settle(entry: Waiting, act: () => void): void {
    entry.forget();
    act();
  }
}

let clockOffset: number | null = null;

function timesOf(value: LaneValue, clock: LaneClock, queuedMs: number, sentMs: number, backMs: number): LaneTimes {
  clockOffset ??= sharedClockOffset();
  const offset = clockOffset;
  // Two clocks that are read apart differ by a little; no moment may come before the one before it.
  const within = (ms: number, least: number) => Math.min(Math.max(ms + offset, least), backMs);
  const receivedMs = within(clock.receivedMs, sentMs);
  const ranFromMs = value.ranFromMs === undefined ? receivedMs : within(value.ranFromMs, receivedMs);
  const ranToMs = Math.min(ranFromMs + (value.ranFromMs === undefined ? 0 : (value.runMs ?? 0)), backMs);
  const answeredMs = within(clock.answeredMs, ranToMs);
  return { queuedMs, sentMs, receivedMs, ranFromMs, ranToMs, answeredMs, backMs };
}

function laneDied(doing: string, cause?: unknown): Problem {
  return new Problem('engine-died', {
    message: `${doing} was given up: the thread that it was to run in does not answer any more.`,
    fix: 'Run again; another thread or process takes its place.',
    ...(cause === undefined ? {} : { cause }),
  });
}
