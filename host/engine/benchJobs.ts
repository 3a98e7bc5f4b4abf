import { Problem } from '../../core/problems/problem.ts';
import type { BenchListeners, ProfileAnswer, TrialOutcome } from '../../core/profile/bench.ts';
import type { LoadResult } from '../../core/profile/load.ts';
import type { ShrinkAnswer } from '../shrink/pipeline.ts';
import { Pending } from './pending.ts';
import type { Ask, BenchAnswer, BenchJob, Tell } from './wire.ts';

export interface BenchJobsDeps {
  /** Starts a process when there is none. */
  readonly send: (ask: Ask) => void;
  readonly nextId: () => number;
  /** A cancelled job does not come back. */
  readonly stuck: () => void;
}

type JobOf<K extends BenchJob['kind']> = Extract<BenchJob, { kind: K }>;
type JobTell = Extract<Tell, { tell: 'progress' | 'measured' | 'summingUp' }>;

interface Followed {
  readonly listeners: BenchListeners;
  cancelled: Problem | null;
  summingUp: boolean;
}

/** After a cancel, how long its caller waits to hear whether there is something to show. */
const soFarMs = 50;
/** How long a cancelled job may go on before its process is replaced. */
const graceMs = 2000;
/** How long it may take to sum up what it has. */
const sumUpMs = 20_000;

/** The caller's side of the jobs that an engine process measures. */
export class BenchJobs {
  readonly #deps: BenchJobsDeps;
  readonly #waiting = new Pending<BenchAnswer>();
  readonly #followed = new Map<number, Followed>();
  /** Jobs that the process is still at, whether or not anybody waits for them. */
  readonly #unanswered = new Set<number>();

  constructor(deps: BenchJobsDeps) {
    this.#deps = deps;
  }

  async profile(job: JobOf<'profile'>, listeners: BenchListeners = {}): Promise<ProfileAnswer> {
    const measured = await this.#ask(job, listeners);
    if (measured.kind === 'profile') return measured.answer;
    throw otherAnswer(job.kind, measured.kind);
  }

  async trial(job: JobOf<'trial'>, listeners: BenchListeners = {}): Promise<readonly TrialOutcome[]> {
    const measured = await this.#ask(job, listeners);
    if (measured.kind === 'trial') return measured.answer;
    throw otherAnswer(job.kind, measured.kind);
  }

  async load(job: JobOf<'load'>, listeners: BenchListeners = {}): Promise<LoadResult> {
    const measured = await this.#ask(job, listeners);
    if (measured.kind === 'load') return measured.answer;
    throw otherAnswer(job.kind, measured.kind);
  }

  async shrink(job: JobOf<'shrink'>, listeners: BenchListeners = {}): Promise<ShrinkAnswer> {
    const measured = await this.#ask(job, listeners);
    if (measured.kind === 'shrink') return measured.answer;
    throw otherAnswer(job.kind, measured.kind);
  }

  heard(message: JobTell): void {
    const job = this.#followed.get(message.id);
    if (message.tell === 'measured') {
      this.#unanswered.delete(message.id);
      this.#waiting.answer(message.id, message.answer);
    } else if (job === undefined) return;
    else if (message.tell === 'summingUp') job.summingUp = true;
    else if (job.cancelled === null) job.listeners.onProgress?.(message.progress);
  }

  fail(id: number, problem: Problem): void {
    this.#unanswered.delete(id);
    this.#waiting.fail(id, this.#followed.get(id)?.cancelled ?? problem);
  }

  failAll(problemOf: () => Problem): void {
    this.#unanswered.clear();
    this.#waiting.failAll((id) => this.#followed.get(id)?.cancelled ?? problemOf());
  }

  count(): number {
    return this.#waiting.count();
  }

  async #ask(job: BenchJob, listeners: BenchListeners): Promise<BenchAnswer> {
    const { signal } = listeners;
    if (signal?.aborted) throw cancelledBy(signal.reason);
    const id = this.#deps.nextId();
    this.#followed.set(id, { listeners, cancelled: null, summingUp: false });
    const onAbort = (): void => this.#cancel(id, signal?.reason);
    try {
      this.#deps.send({ ask: 'bench', id, job });
      this.#unanswered.add(id);
      signal?.addEventListener('abort', onAbort);
      return await this.#waiting.wait(id);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#followed.delete(id);
    }
  }

  #cancel(id: number, reason: unknown): void {
    const job = this.#followed.get(id);
    if (job === undefined) return;
    const problem = cancelledBy(reason);
    job.cancelled = problem;
    this.#deps.send({ ask: 'cancel', id });
    setTimeout(() => {
      if (!job.summingUp) this.#waiting.fail(id, problem);
    }, soFarMs);
    setTimeout(() => {
      if (this.#unanswered.has(id) && !job.summingUp) this.#giveUp(id);
    }, graceMs).unref();
    setTimeout(() => {
      this.#waiting.fail(id, problem);
      if (this.#unanswered.has(id)) this.#giveUp(id);
    }, sumUpMs).unref();
  }

  #giveUp(id: number): void {
    this.#unanswered.delete(id);
    this.#deps.stuck();
  }
}

function cancelledBy(reason: unknown): Problem {
  if (reason instanceof Problem) return reason;
  return new Problem('cancelled', {
    message: 'The measuring was cancelled.',
    fix: 'Start it again when you want the result.',
    cause: reason,
  });
}

function otherAnswer(asked: string, got: string): Problem {
  return new Problem('internal', {
    message: `The engine was asked for a ${asked} and gave a ${got}.`,
    fix: 'Report this.',
  });
}
