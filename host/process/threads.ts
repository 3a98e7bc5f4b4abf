import { setMaxListeners } from 'node:events';
import type { Worker } from 'node:worker_threads';

/** What goes to a thread, and what comes back; `id` tells which ask an answer is for. */
export interface ThreadAsk<Ask> {
  readonly id: number;
  readonly ask: Ask;
}
export interface ThreadAnswer<Answer> {
  readonly id: number;
  readonly answer: Answer;
}

export interface ThreadJob<Ask> {
  readonly ask: Ask;
  /** Handed over, not copied. */
  readonly buffers: readonly ArrayBuffer[];
  readonly signal: AbortSignal;
  /** Longest time from when the job is handed over or the one before it in its thread is done; 0 for any. */
  readonly limitMs: number;
}

interface Waiting<Ask, Answer> {
  readonly job: ThreadJob<Ask>;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  readonly forget: () => void;
}

interface Thread<Ask, Answer> {
  readonly worker: Worker;
  /** In the order in which the thread answers them. */
  readonly sent: Map<number, Waiting<Ask, Answer>>;
  timer: NodeJS.Timeout | undefined;
}

/** Beside the job that runs one lies ready in its thread, which begins it without a word from here. */
const mostSent = 2;
/** Threads that end by themselves before no more is started: whatever ends them will end the next. */
const mostDeaths = 3;

/**
 * A few worker threads of one program that does pure arithmetic, one job at a time: any of them may take any job, and may
 * be terminated. Started when jobs need them; idle ones keep no process alive.
 */
export class Threads<Ask, Answer> {
  private readonly start: () => Worker;
  private readonly width: number;
  private readonly threads: Thread<Ask, Answer>[] = [];
  private readonly waiting: Waiting<Ask, Answer>[] = [];
  private lastId = 0;
  private deaths = 0;

  constructor(start: () => Worker, width: number) {
    this.start = start;
    this.width = width;
  }

  /**
   * Rejects with the signal's reason; with an error whose message starts `timeout` when the limit is reached, and the
   * thread is ended; and with another error when the thread ended by itself, or none is started any more.
   */
  ask(job: ThreadJob<Ask>): Promise<Answer> {
    const { signal } = job;
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.deaths >= mostDeaths) return Promise.reject(new Error('the threads ended, again and again'));
    // One signal serves all the stages of a run: many listeners are no leak.
    setMaxListeners(0, signal);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        const at = this.waiting.indexOf(entry);
        if (at >= 0) this.waiting.splice(at, 1);
        reject(signal.reason);
      };
      const entry = { job, resolve, reject, forget: () => signal.removeEventListener('abort', onAbort) };
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(entry);
      this.next();
    });
  }

  private next(): void {
    while (this.waiting.length > 0) {
      const thread = this.free();
      if (thread === null) return;
      const [entry] = this.waiting.splice(0, 1);
      const id = ++this.lastId;
      thread.sent.set(id, entry);
      if (thread.sent.size === 1) {
        thread.worker.ref();
        this.watch(thread, entry);
      }
      thread.worker.postMessage({ id, ask: entry.job.ask } satisfies ThreadAsk<Ask>, [...entry.job.buffers]);
    }
  }

  /** An idle thread, else a new one, else the one with the fewest jobs that still takes one. */
  private free(): Thread<Ask, Answer> | null {
    let best: Thread<Ask, Answer> | null = null;
    for (const thread of this.threads) if (best === null || thread.sent.size < best.sent.size) best = thread;
    if (best !== null && best.sent.size === 0) return best;
    if (this.threads.length < this.width) return this.begin();
    return best !== null && best.sent.size < mostSent ? best : null;
  }

  private begin(): Thread<Ask, Answer> {
    const worker = this.start();
    const thread: Thread<Ask, Answer> = { worker, sent: new Map(), timer: undefined };
    this.threads.push(thread);
    worker.unref();
    worker.on('message', (answer: ThreadAnswer<Answer>) => this.answered(thread, answer));
    worker.on('error', (error) => this.ended(thread, error));
    worker.on('exit', () => this.ended(thread, new Error('the thread ended')));
    return thread;
  }

  private answered(thread: Thread<Ask, Answer>, { id, answer }: ThreadAnswer<Answer>): void {
    const entry = thread.sent.get(id);
    if (entry === undefined) return;
    this.deaths = 0;
    thread.sent.delete(id);
    clearTimeout(thread.timer);
    const [following] = thread.sent.values();
    if (following !== undefined) this.watch(thread, following);
    this.next();
    if (thread.sent.size === 0) thread.worker.unref();
    entry.forget();
    entry.resolve(answer);
  }

  private watch(thread: Thread<Ask, Answer>, { job, reject }: Waiting<Ask, Answer>): void {
    if (job.limitMs <= 0) return;
    thread.timer = setTimeout(() => {
      reject(new Error('timeout'));
      this.leave(thread, new Error('the thread was ended: a job before this one took too long'));
      void thread.worker.terminate();
    }, job.limitMs);
  }

  private ended(thread: Thread<Ask, Answer>, error: Error): void {
    if (!this.threads.includes(thread)) return;
    this.deaths++;
    this.leave(thread, error);
  }

  /** Takes no more answers from a thread; its jobs fail, those that wait go to others. */
  private leave(thread: Thread<Ask, Answer>, error: Error): void {
    clearTimeout(thread.timer);
    this.threads.splice(this.threads.indexOf(thread), 1);
    const lost = [...thread.sent.values(), ...(this.deaths >= mostDeaths ? this.waiting.splice(0) : [])];
    for (const entry of lost) {
      entry.forget();
      entry.reject(error);
    }
    this.next();
  }
}
