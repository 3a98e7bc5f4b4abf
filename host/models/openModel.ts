import type { ModelRun, ModelSession } from '../../core/define/host.ts';
import type { Limits } from '../../core/define/limits.ts';
import { Problem } from '../../core/problems/problem.ts';
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
  /** A lane from `pool.reserve` for the first session; null to choose one. */
  readonly reserved: Lane | null;
  /** Model and external data. */
  readonly bytes: number;
  readonly cores: number;
  readonly spread: boolean;
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

  async run(feeds: Tensors, give: ReadonlySet<string>, signal: AbortSignal): Promise<ModelRun> {
    signal.throwIfAborted();
    this.active++;
    try {
      const askedMs = performance.now();
      const parcel = await packTensors(feeds, give);
      const packedMs = performance.now();
      if (this.live().length === 0) await this.open();
      const { lane, session } = this.pick();
      const { value, queueMs, times } = await lane.submit({
        ask: { ask: 'run', session, feeds: parcel.tensors },
        buffers: parcel.buffers,
        signal,
        limitMs: this.init.limits.modelRunMs,
        doing: `A run of "${this.init.request.name}"`,
      });
      const outputs = value.outputs ?? {};
      const moved = { askedMs, packedMs, copiedBytes: parcel.copiedBytes, outputBytes: bytesOf(outputs) };
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
    const { pool, threads, bytes, cores } = this.init;
    const kept = this.reserved;
    this.reserved = null;
    const lane = kept !== null && !kept.dead ? kept : pool.reserve(this.init.lane);
    const share = Math.max(1, Math.floor(cores / pool.inUse()));
    this.threads = threads > 0 ? threads : bytes < smallBytes ? 1 : share;
    this.lane = lane.index;
    await this.openIn(lane, this.threads);
    this.openedMs = performance.now();
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
    const { spread, device, bytes, pool, lane: wanted } = this.init;
    if (!spread || this.growing || device !== 'cpu' || wanted >= 0) return;
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
