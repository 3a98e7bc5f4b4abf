import { setMaxListeners } from 'node:events';
import type { ModelHost, ModelOptions, ModelSession } from '../../core/define/host.ts';
import type { Limits } from '../../core/define/limits.ts';
import { Problem, type ProblemData } from '../../core/problems/problem.ts';
import { makeApproval } from './approval.ts';
import { candidatesFor, providerOf, type RealDevice, unavailable } from './devices.ts';
import type { Lane } from './lanes.ts';
import type { OperatorTime, SessionRequest, Tensors } from './messages.ts';
import { inspectModelFile, type ModelFileFacts, stampOf } from './modelFile.ts';
import { OpenModel } from './openModel.ts';
import { LanePool } from './pool.ts';
import { packTensors } from './transfer.ts';

export interface ModelHostDeps {
  readonly limits: Limits;
  /** The absolute real path of a file inside the pipeline folder. Throws `path-outside`. */
  readonly resolvePath: (path: string) => string | Promise<string>;
  readonly cores: number;
  /** A model ran past `modelRunMs`: its thread cannot be stopped, so this process should be replaced. */
  readonly onHang?: (problem: ProblemData) => void;
  /** Where models that opened well in a child process are remembered; null or nothing: in memory only. */
  readonly probeCacheFile?: string | null;
  /** Open a model in further lanes when its runs wait for each other and a lane is idle. Default true. */
  readonly spread?: boolean;
}

export interface ModelHostStats {
  readonly sessions: number;
  /** First openings done in child processes. */
  readonly probes: number;
  readonly lanes: readonly {
    readonly lane: number;
    readonly sessions: number;
    /** Jobs that run or wait. */
    readonly load: number;
    readonly runs: number;
    readonly busyMs: number;
  }[];
}

/** Where the operators of a model really ran and how long they took, from some profiled runs. */
export interface ModelProfile {
  readonly device: RealDevice;
  readonly lane: number;
  readonly threads: number;
  /** Median of runs of a session of its own, without the runtime's profiler. */
  readonly runMs: number;
  readonly profiledRunMs: number;
  readonly operators: readonly OperatorTime[];
  /** Operators that did not run on the device's own provider. */
  readonly fellBack: number;
}

export interface ClosableModelHost extends ModelHost {
  /** Opens the model once more with the runtime's profiler, and runs it on `feeds`. */
  profile(path: string, options: ModelOptions, feeds: Tensors, signal: AbortSignal): Promise<ModelProfile>;
  /** Closes every session that is not running now. */
  release(): Promise<void>;
  stats(): ModelHostStats;
  /** Ends idle lanes. A lane that is stuck in a run ends only with the process. */
  close(): Promise<void>;
}

/** Where a path led, and when that was looked up. */
interface Located {
  readonly atMs: number;
  readonly file: string;
  readonly entry: KnownFile;
  readonly facts: ModelFileFacts;
}
interface Opening {
  readonly promise: Promise<OpenModel>;
  /** Once it is open: what runs that follow closely take without a wait. */
  open: OpenModel | null;
}

interface KnownFile {
  readonly stamp: string;
  readonly facts: Promise<ModelFileFacts>;
  /** Stamps of its external data when it was read. */
  readonly external: Promise<string>;
  readonly models: Map<string, Opening>;
}

/** A file is looked for again after this: runs that follow each other closely share one look at the disk. */
const freshMs = 50;
/** Sessions kept open at once; beyond it the ones that were not used for longest are closed. */
const maxModels = 48;
const closeMs = 5_000;
const profiledRuns = 15;
const profiledMs = 3_000;
const providerNames: Readonly<Record<string, RealDevice>> = {
  CPUExecutionProvider: 'cpu',
  CUDAExecutionProvider: 'cuda',
  TensorrtExecutionProvider: 'tensorrt',
  DmlExecutionProvider: 'directml',
  CoreMLExecutionProvider: 'coreml',
  WebGpuExecutionProvider: 'webgpu',
};

/** What the runtime's profiler calls the provider of a device. */
export function providerNameOf(device: RealDevice): string {
  const [name] = Object.entries(providerNames).find(([, runs]) => runs === device) ?? [''];
  return name;
}

/** ONNX Runtime in lanes of this process. See `OpenModel` for how threads and lanes are shared out. */
export function makeModelHost(deps: ModelHostDeps): ClosableModelHost {
  const { limits } = deps;
  const cores = Math.max(1, Math.floor(deps.cores));
  const pool = new LanePool(cores, deps.onHang);
  const approval = makeApproval(limits, deps.probeCacheFile ?? null, cores);
  const files = new Map<string, KnownFile>();
  const places = new Map<string, Located>();
  /** Every open model, least recently used first. */
  const used = new Map<Promise<OpenModel>, () => void>();
  let closed = false;

  function known(file: string, name: string): KnownFile {
    const stamp = stampOf(file, name);
    const before = files.get(file);
    if (before?.stamp === stamp) return before;
    forget(file);
    const facts = inspectModelFile(file, name);
    const external = facts.then((read) => stampsOf(read, name));
    const entry: KnownFile = { stamp, facts, external, models: new Map() };
    files.set(file, entry);
    external.catch(() => {
      if (files.get(file) === entry) files.delete(file);
    });
    return entry;
  }

  function forget(file: string): void {
    for (const { promise } of files.get(file)?.models.values() ?? []) retire(promise);
    files.delete(file);
  }

  function retire(model: Promise<OpenModel>): void {
    used.get(model)?.();
    used.delete(model);
    model.then(
      (open) => open.release(),
      () => undefined,
    );
  }

  async function located(path: string, options: ModelOptions): Promise<Located> {
    if (closed)
      throw new Problem('engine-died', { message: 'The model host is closed.', fix: 'Start another engine.' });
    const fresh = justLocated(path, options);
    if (fresh !== null) return fresh;
    const file = await deps.resolvePath(path);
    let entry = known(file, path);
    let facts = await entry.facts;
    if (stampsOf(facts, path) !== (await entry.external)) {
      forget(file);
      entry = known(file, path);
      facts = await entry.facts;
    }
    const place = { atMs: performance.now(), file, entry, facts };
    places.set(path, place);
    return asRecorded(place, path, options);
  }

  function justLocated(path: string, options: ModelOptions): Located | null {
    const place = places.get(path);
    const fresh = place !== undefined && performance.now() - place.atMs < freshMs;
    return fresh && files.get(place.file) === place.entry ? asRecorded(place, path, options) : null;
  }

  function asRecorded(place: Located, path: string, options: ModelOptions): Located {
    const { facts } = place;
    if (options.sha256 !== undefined && options.sha256 !== '' && options.sha256 !== facts.sha256) {
      throw new Problem('model-changed', {
        message: `"${path}" is not the file that was checked: its sha256 is now ${facts.sha256.slice(0, 12)}..., it was ${options.sha256.slice(0, 12)}....`,
        fix: 'Run again to check the new file, or put the old one back.',
        where: { file: path },
      });
    }
    return place;
  }

  async function openFirst(
    file: string,
    path: string,
    facts: ModelFileFacts,
    options: ModelOptions,
  ): Promise<OpenModel> {
    const request: Omit<SessionRequest, 'threads'> = {
      file,
      name: path,
      adapt: facts.adapt,
      provider: 'cpu',
      precision: options.precision,
      optimisation: options.optimisation,
    };
    // Reserved before the wait: models that open at once then share out the cores knowing of each other.
    let reserved: Lane | null = pool.reserve(options.lane);
    const [candidates] = await Promise.all([
      candidatesFor(options, path),
      approval.approve(facts.sha256, { ...request, threads: 1 }),
    ]).catch((error: unknown) => {
      pool.drop(reserved as Lane);
      throw error;
    });
    let failure: unknown;
    for (const device of candidates) {
      const model = new OpenModel({
        device,
        request: { ...request, provider: providerOf(device) },
        threads: options.threads,
        lane: options.lane,
        copies: options.copies ?? 0,
        batchFault: facts.batchFault,
        reserved,
        bytes: facts.bytes,
        cores,
        spread: deps.spread ?? true,
        limits,
        pool,
      });
      reserved = null;
      try {
        await model.open();
        return model;
      } catch (error) {
        if (device === 'cpu') throw error;
        failure = error;
        if (options.device !== 'auto')
          throw unavailable(device, path, error instanceof Error ? error.message : String(error), error);
      }
    }
    throw failure;
  }

  async function open(path: string, options: ModelOptions, signal: AbortSignal): Promise<OpenModel> {
    signal.throwIfAborted();
    const { device, threads, lane, precision, optimisation, copies = 0 } = options;
    const key = [device, threads, lane, precision, optimisation, copies].join('|');
    const found = closed ? undefined : justLocated(path, options)?.entry.models.get(key);
    if (found !== undefined && found.open !== null) {
      touch(found.promise);
      return found.open;
    }
    const { file, entry, facts } = await orAbort(located(path, options), signal);
    const before = entry.models.get(key);
    if (before !== undefined) touch(before.promise);
    const opening = before ?? start(openFirst(file, path, facts, options), entry, key);
    return orAbort(opening.promise, signal);
  }

  function start(promise: Promise<OpenModel>, { models }: KnownFile, key: string): Opening {
    const opening: Opening = { promise, open: null };
    models.set(key, opening);
    const drop = () => {
      if (models.get(key) === opening) models.delete(key);
    };
    used.set(promise, drop);
    promise.then(
      (open) => {
        opening.open = open;
      },
      () => {
        used.delete(promise);
        drop();
      },
    );
    void trim();
    return opening;
  }

  function touch(model: Promise<OpenModel>): void {
    const drop = used.get(model);
    used.delete(model);
    if (drop !== undefined) used.set(model, drop);
  }

  async function trim(): Promise<void> {
    if (used.size <= maxModels) return;
    for (const model of [...used.keys()].slice(0, used.size - maxModels))
      if (((await model.catch(() => null))?.active ?? 0) === 0) retire(model);
  }

  return {
    async open(path, options, signal): Promise<ModelSession> {
      const model = await open(path, options, signal);
      return model.joining(options.batch ?? 1, options.batchWaitMs ?? 0);
    },

    async profile(path, options, feeds, signal) {
      const model = await open(path, options, signal);
      const { file, facts } = await located(path, options);
      const parcel = await packTensors(feeds, new Set());
      const request: SessionRequest = {
        file,
        name: path,
        adapt: facts.adapt,
        provider: providerOf(model.device),
        threads: model.threads,
        precision: options.precision,
        optimisation: options.optimisation,
      };
      const { value } = await pool.choose(model.lane).submit({
        ask: { ask: 'profile', request, feeds: parcel.tensors, runs: profiledRuns, budgetMs: profiledMs },
        buffers: parcel.buffers,
        signal,
        limitMs: limits.modelLoadMs + 2 * limits.modelRunMs,
        doing: `A profiled run of "${path}"`,
      });
      const operators = value.operators ?? [];
      const fellBack = operators.filter((o) => providerNames[o.provider] !== model.device).length;
      return {
        device: model.device,
        lane: model.lane,
        threads: model.threads,
        runMs: value.runMs ?? 0,
        profiledRunMs: value.profiledRunMs ?? 0,
        operators,
        fellBack,
      };
    },

    async release() {
      const open = await Promise.all([...used.keys()].map(async (m) => ({ m, open: await m.catch(() => null) })));
      for (const { m, open: model } of open) {
        if (model === null || model.active > 0) continue;
        used.get(m)?.();
        used.delete(m);
        await model.release();
      }
    },

    stats: () => ({
      sessions: used.size,
      probes: approval.count(),
      lanes: pool.all().map((lane) => ({
        lane: lane.index,
        sessions: pool.count(lane),
        load: lane.load(),
        runs: lane.runs,
        busyMs: lane.busyMs,
      })),
    }),

    async close() {
      closed = true;
      await Promise.all(pool.all().map((lane) => lane.close(closeMs)));
      files.clear();
      places.clear();
      used.clear();
    },
  };
}

function stampsOf(facts: ModelFileFacts, name: string): string {
  return facts.external.map((other) => stampOf(other, name)).join('|');
}

/** The promise's result, or the signal's reason as soon as it is aborted. */
function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    setMaxListeners(0, signal);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
