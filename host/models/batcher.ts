import { setMaxListeners } from 'node:events';
import type { ModelRun, ModelTime } from '../../core/define/host.ts';
import { altered, disagreement, type Tolerance } from './batchProof.ts';
import { joinKey, joinTensors, largestBytes, rowsOf, splitTensors } from './joinTensors.ts';
import type { Tensors } from './messages.ts';
import { bytesOf } from './transfer.ts';

export interface BatchClock {
  now(): number;
  /** Calls back once, after `ms`; the answer calls it off. */
  after(ms: number, call: () => void): () => void;
  /** Calls back once what is ready now has been heard. */
  soon(call: () => void): void;
}

export const realBatchClock: BatchClock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  soon(call) {
    setImmediate(call);
  },
};

export interface BatcherInit {
  /** Runs that go through the model together, at the most. */
  readonly most: number;
  /** How long one waits for others, while a lane stands idle. */
  readonly waitMs: number;
  /** One run of the model; `count`: of how many it is made. */
  readonly send: (feeds: Tensors, give: ReadonlySet<string>, signal: AbortSignal, count: number) => Promise<ModelRun>;
  /** Lanes that hold the model now. */
  readonly lanes: () => number;
  /** Bytes of one joined tensor. */
  readonly maxBytes: number;
  readonly tolerance: Tolerance;
  /** Whether a failure of a batch may be the fault of one of its items, so that each is worth a run alone. */
  readonly mayBeOneItem: (error: unknown) => boolean;
  readonly clock: BatchClock;
}

interface Waiting {
  readonly feeds: Tensors;
  readonly give: ReadonlySet<string>;
  readonly signal: AbortSignal;
  readonly key: string;
  readonly rows: number;
  readonly bytes: number;
  readonly since: number;
  /** Cancelled: it has been told, and nobody listens any more. */
  left: boolean;
  readonly onLeave: Set<() => void>;
  readonly resolve: (run: ModelRun) => void;
  readonly reject: (error: unknown) => void;
}

/** Whether items stay apart in this model. */
type Standing = { readonly is: 'unknown' | 'proving' | 'proven' } | { readonly is: 'refused'; readonly why: string };

/** Batches that wait in each lane behind the one that runs: full ones gain nothing by waiting here. */
const fullPerLane = 3;
/** Sendings over which the mean size is taken. */
const remembered = 64;

/**
 * Joins runs of one model that wait at the same time along the first axis, and parts the answers again. A run goes at
 * once while a lane is idle (or after `waitMs`); those that come meanwhile wait, and go together when it is free. The
 * first batch is held back until one item has shown that its answers do not depend on its neighbours; a model that
 * fails this goes on one by one.
 */
export class Batcher {
  private readonly init: BatcherInit;
  private waiting: Waiting[] = [];
  private underWay = 0;
  private looking = false;
  private standing: Standing = { is: 'unknown' };
  private callOff: (() => void) | null = null;
  private readonly sizes: number[] = [];

  constructor(init: BatcherInit) {
    this.init = init;
  }

  run(feeds: Tensors, give: ReadonlySet<string>, signal: AbortSignal): Promise<ModelRun> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const rows = rowsOf(feeds);
    if (rows === null || this.standing.is === 'refused') return this.alone(feeds, give, signal);
    setMaxListeners(0, signal);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        entry.left = true;
        this.waiting = this.waiting.filter((other) => other !== entry);
        for (const heard of entry.onLeave) heard();
        reject(signal.reason);
      };
      const settled = () => signal.removeEventListener('abort', onAbort);
      const entry: Waiting = {
        feeds,
        give,
        signal,
        key: joinKey(feeds),
        rows,
        bytes: largestBytes(feeds),
        since: this.init.clock.now(),
        left: false,
        onLeave: new Set(),
        resolve: (run) => {
          settled();
          resolve(run);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(entry);
      this.lookSoon();
    });
  }

  private lookSoon(): void {
    if (this.looking) return;
    this.looking = true;
    this.init.clock.soon(() => {
      this.looking = false;
      this.look();
    });
  }

  /** Sends what may go now, and sets the alarm for what may go later. */
  private look(): void {
    this.callOff?.();
    this.callOff = null;
    const { clock, waitMs, most } = this.init;
    while (this.waiting.length > 0 && this.standing.is !== 'proving') {
      const lanes = Math.max(1, this.init.lanes());
      const groups = this.groups();
      const full = groups.find(({ closed, items }) => closed || items.length >= most);
      if (full !== undefined && this.underWay < lanes * fullPerLane) {
        this.dispatch(full.items);
        continue;
      }
      if (this.underWay >= lanes) return;
      const [oldest] = groups;
      const dueIn = oldest.items[0].since + waitMs - clock.now();
      if (dueIn > 0 && this.standing.is !== 'refused') {
        this.callOff = clock.after(dueIn, () => this.look());
        return;
      }
      this.dispatch(oldest.items);
    }
  }

  /** What could go together, in the order of the oldest of each; `closed` when the next of its kind has no room. */
  private groups(): readonly { readonly items: readonly Waiting[]; readonly closed: boolean }[] {
    const { maxBytes } = this.init;
    const most = this.standing.is === 'refused' ? 1 : this.init.most;
    const groups = new Map<string, { items: Waiting[]; bytes: number; closed: boolean }>();
    for (const entry of this.waiting) {
      const group = groups.get(entry.key);
      if (group === undefined) groups.set(entry.key, { items: [entry], bytes: entry.bytes, closed: most === 1 });
      else if (group.closed) continue;
      else if (group.items.length >= most || group.bytes + entry.bytes > maxBytes) group.closed = true;
      else {
        group.items.push(entry);
        group.bytes += entry.bytes;
      }
    }
    return [...groups.values()];
  }

  private dispatch(items: readonly Waiting[]): void {
    const taken = new Set(items);
    this.waiting = this.waiting.filter((entry) => !taken.has(entry));
    this.underWay++;
    const proving = items.length > 1 && this.standing.is === 'unknown';
    const done = proving ? this.prove(items) : items.length === 1 ? this.single(items[0]) : this.together(items);
    void done.finally(() => {
      this.underWay--;
      this.look();
    });
  }

  private async alone(
    feeds: Tensors,
    give: ReadonlySet<string>,
    signal: AbortSignal,
    since?: number,
  ): Promise<ModelRun> {
    const sentMs = this.init.clock.now();
    this.count(1);
    const run = await this.init.send(feeds, give, signal, 1);
    const { standing } = this;
    return {
      ...run,
      ...waited(run, since ?? sentMs, sentMs),
      batch: this.meanSize(),
      ...(standing.is === 'refused' ? { batchRefused: standing.why } : {}),
    };
  }

  private async single(item: Waiting): Promise<void> {
    if (item.left) return;
    const { feeds, give, signal, since } = item;
    await this.alone(feeds, give, signal, since).then(item.resolve, item.reject);
  }

  private async oneByOne(items: readonly Waiting[]): Promise<void> {
    await Promise.all(items.map((item) => this.single(item)));
  }

  private async together(items: readonly Waiting[]): Promise<void> {
    const staying = items.filter((item) => !item.left);
    if (staying.length < 2) return this.oneByOne(staying);
    const abandoned = new AbortController();
    // Once nobody waits for it any more, a batch that has not begun need not.
    const heard = () => {
      if (staying.every((item) => item.left)) abandoned.abort(staying[0].signal.reason);
    };
    for (const item of staying) item.onLeave.add(heard);
    try {
      const sentMs = this.init.clock.now();
      const run = await this.joined(staying, abandoned.signal, sentMs);
      const rows = staying.map((item) => item.rows);
      const parts = splitTensors(run.outputs, rows);
      if (parts === null) {
        this.refuse('an output does not have one row for each row that went in');
        return this.oneByOne(staying);
      }
      this.count(staying.length);
      const batch = this.meanSize();
      const whole = { ...run, times: withSplit(run, this.init.clock.now()) };
      staying.forEach((item, i) => {
        item.resolve({ ...whole, ...waited(whole, item.since, sentMs), outputs: parts[i], batch });
      });
    } catch (error) {
      if (this.init.mayBeOneItem(error)) return this.oneByOne(staying);
      for (const item of staying) item.reject(error);
    } finally {
      for (const item of staying) item.onLeave.delete(heard);
    }
  }

  private async joined(
    items: readonly { readonly feeds: Tensors }[],
    signal: AbortSignal,
    fromMs = this.init.clock.now(),
  ): Promise<ModelRun> {
    const feeds = await joinTensors(items.map((item) => item.feeds));
    const joinedMs = this.init.clock.now();
    const run = await this.init.send(feeds, new Set(Object.keys(feeds)), signal, items.length);
    const join: ModelTime = {
      kind: 'copy',
      worker: 'main',
      name: 'join',
      startMs: fromMs,
      endMs: run.times?.[0]?.startMs ?? joinedMs,
      bytes: bytesOf(feeds),
    };
    return { ...run, times: run.times === undefined ? undefined : [join, ...run.times] };
  }

  /** Runs the first item alone, then beside another, before it and after it. The others wait for what comes of it. */
  private async prove(items: readonly Waiting[]): Promise<void> {
    const [first, second] = items;
    const other = altered(first.feeds) ?? (differs(first.feeds, second.feeds) ? second.feeds : null);
    // Nothing can be told from two equal items, but nothing is lost either by running this one alone.
    if (other === null) {
      this.waiting = [...items.slice(1).filter((item) => !item.left), ...this.waiting];
      return this.single(first);
    }
    this.standing = { is: 'proving' };
    this.waiting = [...items.slice(1), ...this.waiting];
    const never = new AbortController().signal;
    let standing: Standing = { is: 'unknown' };
    try {
      // Its tensors are needed again below, so they are not given away.
      const run = await this.alone(first.feeds, new Set(), never, first.since);
      first.resolve(run);
      standing = await this.compared(first, other, run.outputs);
    } catch (error) {
      first.reject(error);
    }
    this.standing = standing;
    this.waiting = this.waiting.filter((item) => !item.left);
  }

  private async compared(item: Waiting, other: Tensors, alone: Tensors): Promise<Standing> {
    const never = new AbortController().signal;
    const rows = [item.rows, item.rows];
    for (const place of [1, 0]) {
      const pair = place === 1 ? [{ feeds: other }, item] : [item, { feeds: other }];
      const run = await this.joined(pair, never).catch((error: unknown) => {
        if (this.init.mayBeOneItem(error)) return null;
        throw error;
      });
      if (run === null) return { is: 'refused', why: 'two items together fail where one alone does not' };
      const parts = splitTensors(run.outputs, rows);
      if (parts === null) return { is: 'refused', why: 'an output does not have one row for each row that went in' };
      const fault = disagreement(alone, parts[place], this.init.tolerance);
      if (fault !== null) return { is: 'refused', why: `${fault} when another item goes beside it` };
    }
    return { is: 'proven' };
  }

  private refuse(why: string): void {
    this.standing = { is: 'refused', why };
  }

  private count(size: number): void {
    this.sizes.push(size);
    if (this.sizes.length > remembered) this.sizes.shift();
  }

  /** Items that went through the model together, on the mean of the last sendings, to a tenth. */
  private meanSize(): number {
    const sum = this.sizes.reduce((total, size) => total + size, 0);
    return Math.round((10 * sum) / Math.max(1, this.sizes.length)) / 10;
  }
}

/** The wait for others counts as time in the queue. */
function waited(run: ModelRun, sinceMs: number, sentMs: number): Pick<ModelRun, 'queueMs' | 'times'> {
  const queueMs = run.queueMs + sentMs - sinceMs;
  const { times } = run;
  if (times === undefined || sentMs <= sinceMs) return { queueMs, times };
  const endMs = times[0]?.startMs ?? sentMs;
  return {
    queueMs,
    times: [{ kind: 'queue', worker: 'main', name: 'batch', startMs: sinceMs, endMs, bytes: 0 }, ...times],
  };
}

function withSplit({ times, outputs }: ModelRun, endMs: number): ModelRun['times'] {
  const startMs = times?.at(-1)?.endMs ?? endMs;
  if (times === undefined || endMs <= startMs) return times;
  return [...times, { kind: 'copy', worker: 'main', name: 'split', startMs, endMs, bytes: bytesOf(outputs) }];
}

function differs(a: Tensors, b: Tensors): boolean {
  return Object.entries(a).some(([name, tensor]) => {
    const { data } = b[name];
    return tensor.data.length !== data.length || tensor.data.some((x: unknown, i: number) => !Object.is(x, data[i]));
  });
}
