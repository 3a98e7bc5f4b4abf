import type { ModelRun, ModelSession } from '../../core/define/host.ts';
import type { Limits } from '../../core/define/limits.ts';
import { Problem } from '../../core/problems/problem.ts';
import { Batcher, realBatchClock } from './batcher.ts';
import { toleranceOf } from './batchProof.ts';
import type { RealDevice } from './devices.ts';
import type { Lane } from './lanes.ts';
import type { SessionRequest, Tensors } from './messages.ts';
import type { LanePool } from './pool.ts';
import { modelTimes } from './times.ts';
import { bytesOf, packTensors } from './transfer.ts';

export interface OpenModelInit {
  readonly device: RealDevice;
  readonly request: Omit<SessionRequest, 'threads'>;
  /** As the node asks: 0 threads and lane -1 leave it to the policy. */
  readonly threads: number;
  readonly lane: number;
  /** Lanes to open it in at once; 0 leaves it to the policy. */
  readonly copies: number;
  /** A lane from `pool.reserve` for the first session; null to choose one. */
  readonly reserved: Lane | null;
  /** Model and external data. */
  readonly bytes: number;
  readonly cores: number;
  readonly spread: boolean;
  /** Why runs cannot be joined, as the file says it; null when nothing in it speaks against it. */
  readonly batchFault: string | null;
  readonly limits: Limits;
  readonly pool: LanePool;
}

interface Replica {
  readonly lane: Lane;
  readonly session: number;
}

/** Below this size a second thread costs more than it gives (measured on small classifiers). */
const smallBytes = 1024 * 1024;
/** Copies of one model that spreading may make. */
const spreadBytes = 512 * 1024 * 1024;
/** Runs in a row that found others waiting, before a model is opened in one more lane. */
const pressureToSpread = 4;
let lastSession = 0;

/**
 * A model that is open in one or more lanes.
 *
 * Threads, when left to the policy: one for a small model; for others the cores divided by the lanes that hold
 * sessions. Sessions do not spin while they wait, so a model alone uses what the others leave.
 *
 * Spreading: when runs keep waiting for each other while a lane stands idle (a folder of pictures through one
 * classifier), the model is opened in that lane too, with one thread. One lane with all threads comes near the same
 * throughput for large matrix products; for small operators, lanes of one thread scale and threads do not.
 *
 * A number of copies that is named is opened at once, and neither grows nor shrinks.
 */
export class OpenModel implements ModelSession {
  readonly device: RealDevice;
  lane = -1;
  threads = 0;
  openedMs = 0;
  /** Runs that have not come back. */
  active = 0;
  private readonly init: OpenModelInit;
  private readonly replicas: Replica[] = [];
  private reserved: Lane | null;
  private opening: Promise<void> | null = null;
  private pressure = 0;
  private growing = false;
  private readonly batchers = new Map<string, Batcher>();

  constructor(init: OpenModelInit) {
    this.init = init;
    this.device = init.device;
    this.reserved = init.reserved;
  }

  /** Opens the first session. Also called again after its lane died or after `release`. */
  open(): Promise<void> {
    this.opening ??= this.openFirst().finally(() => {
      this.opening = null;
    });
    return this.opening;
  }

  /** The same model, with up to `batch` runs joined into one; see `Batcher`. */
  joining(batch: number, waitMs: number): ModelSession {
    const { device, lane, threads, openedMs } = this;
    const { batchFault } = this.init;
    if (batch <= 1) return this;
    if (batchFault !== null) {
      const run: ModelSession['run'] = async (feeds, give, signal) => {
        return { ...(await this.run(feeds, give, signal)), batch: 1, batchRefused: batchFault };
      };
      return { device, lane, threads, openedMs, run };
    }
    const batcher = this.batcherOf(batch, waitMs);
    const run: ModelSession['run'] = async (feeds, give, signal) => {
      // Counted while it waits too: a model that is in use is not closed to make room.
      this.active++;
      return batcher.run(feeds, give, signal).finally(() => {
        this.active--;
      });
    };
    return { device, lane, threads, openedMs, run };
  }

  /** `count`: runs that were joined into this one, each of which may take its time. */
  async run(feeds: Tensors, give: ReadonlySet<string>, signal: AbortSignal, count = 1): Promise<ModelRun> {
    signal.throwIfAborted();
    this.active++;
    try {
      const askedMs = performance.now();
      const parcel = await packTensors(feeds, give);
      const packedMs = performance.now();
      const opens = this.live().length === 0;
      if (opens) await this.open();
      const { lane, session } = this.pick();
      const { value, queueMs, times } = await lane.submit({
        ask: { ask: 'run', session, feeds: parcel.tensors },
        buffers: parcel.buffers,
        signal,
        limitMs: this.init.limits.modelRunMs * count,
        doing: `A run of "${this.init.request.name}"`,
      });
      const outputs = value.outputs ?? {};
      const moved = { askedMs, packedMs, opens, copiedBytes: parcel.copiedBytes, outputBytes: bytesOf(outputs) };
      return { outputs, runMs: value.runMs ?? 0, queueMs, times: modelTimes(moved, times, lane.index) };
    } finally {
      this.active--;
    }
  }

  /** Frees the sessions once their lanes come to it. */
  async release(): Promise<void> {
    for (const { lane, session } of this.replicas.splice(0)) {
      this.init.pool.drop(lane);
      const doing = `Closing "${this.init.request.name}"`;
      await lane.submit({ ask: { ask: 'release', session }, buffers: [], limitMs: 0, doing }).catch(() => undefined);
    }
  }

  /** Lanes that hold it now. */
  lanes(): readonly number[] {
    return this.live().map((replica) => replica.lane.index);
  }

  private async openFirst(): Promise<void> {
    const { pool, threads, bytes, cores, copies } = this.init;
    const kept = this.reserved;
    this.reserved = null;
    const lane = kept !== null && !kept.dead ? kept : pool.reserve(this.init.lane);
    const lanes = [lane];
    while (lanes.length < copies) lanes.push(pool.reserveBeside(lanes));
    const share = Math.max(1, Math.floor(cores / pool.inUse()));
    this.threads = threads > 0 ? threads : bytes < smallBytes ? 1 : share;
    this.lane = lane.index;
    const opened = await Promise.allSettled(lanes.map((each) => this.openIn(each, this.threads)));
    const failed = opened.find((result) => result.status === 'rejected');
    if (failed !== undefined) {
      await this.release();
      throw failed.reason;
    }
    this.openedMs = performance.now();
  }

  private batcherOf(batch: number, waitMs: number): Batcher {
    const key = `${batch}|${waitMs}`;
    const known = this.batchers.get(key);
    if (known !== undefined) return known;
    const batcher = new Batcher({
      most: batch,
      waitMs,
      send: (feeds, give, signal, count) => this.run(feeds, give, signal, count),
      lanes: () => this.live().length,
      maxBytes: this.init.limits.tensorBytes,
      tolerance: toleranceOf(this.device),
      // A lane that died has taken the time of all its items; each anew would take it again.
      mayBeOneItem: (error) => error instanceof Problem && error.data.code === 'model-failed' && this.live().length > 0,
      clock: realBatchClock,
    });
    this.batchers.set(key, batcher);
    return batcher;
  }

  private async openIn(lane: Lane, threads: number): Promise<void> {
    const { request, limits, pool } = this.init;
    const session = ++lastSession;
    try {
      await lane.submit({
        ask: { ask: 'open', session, request: { ...request, threads } },
        buffers: [],
        limitMs: limits.modelLoadMs,
        doing: `Opening "${request.name}"`,
      });
    } catch (error) {
      pool.drop(lane);
      throw error;
    }
    this.replicas.push({ lane, session });
  }

  private live(): readonly Replica[] {
    return this.replicas.filter((replica) => !replica.lane.dead);
  }

  private pick(): Replica {
    const live = this.live();
    const [first, ...others] = live;
    if (first === undefined) {
      throw new Problem('engine-died', {
        message: `"${this.init.request.name}" was closed while a run began.`,
        fix: 'Run again.',
      });
    }
    const best = others.reduce((least, r) => (r.lane.load() < least.lane.load() ? r : least), first);
    this.pressure = best.lane.load() >= 2 ? this.pressure + 1 : 0;
    if (this.pressure >= pressureToSpread) this.grow(live);
    return best;
  }

  private grow(live: readonly Replica[]): void {
    const { spread, device, bytes, pool, lane: wanted, copies } = this.init;
    if (!spread || this.growing || device !== 'cpu' || wanted >= 0 || copies > 0) return;
    if (bytes * (live.length + 1) > spreadBytes) return;
    const lane = pool.idle(live.map((replica) => replica.lane));
    if (lane === null) return;
    this.growing = true;
    pool.hold(lane);
    this.openIn(lane, 1).then(
      () => {
        this.growing = false;
        this.pressure = 0;
      },
      // It opened before, so this is want of memory: one copy goes on, and no other is tried.
      () => undefined,
    );
  }
}
