import { Problem, type ProblemData, problemFrom } from '../../core/problems/problem.ts';
import type { RunEvent } from '../../core/run/result.ts';
import type { Observation } from '../../core/serve/drift/reference.ts';
import type { DeviceTrial } from '../models/devices.ts';
import type { Child, Children } from '../process/children.ts';
import { childrenHere } from '../process/here.ts';
import { BenchJobs } from './benchJobs.ts';
import type {
  Engine,
  EngineOptions,
  EngineResult,
  MediaAnswer,
  PinnedPipeline,
  PinRequest,
  PreviewAnswer,
  RunListeners,
} from './messages.ts';
import { Pending } from './pending.ts';
import type { Ask, Tell } from './wire.ts';

/** What else there is to a run under way. */
interface Followed {
  readonly listeners: RunListeners;
  /** Nodes that had begun and not ended, for the message should the process die. */
  readonly running: Set<string>;
  /** Set once it is cancelled: what its caller is told, whatever the process says. */
  cancelled: Problem | null;
}
type EngineChild = Child<Ask, Tell>;

/** After a cancel, how long a model may go on before its process is replaced. */
const graceMs = 2000;
/** After a cancel, how long its caller waits to hear how far the run had come. */
const soFarMs = 50;

/**
 * Starts engines as processes: the first run starts one, a dead one is replaced by the next run. Runs under way when
 * it dies fail with `engine-died`, naming the nodes that ran.
 */
export function startEngine(options: EngineOptions = {}, children: Children = childrenHere()): Engine {
  let child: EngineChild | null = null;
  let closed = false;
  let nextId = 1;
  const runs = new Pending<EngineResult>();
  const followed = new Map<number, Followed>();
  /** Of runs that are looked at for drift; the look comes after the answer. */
  const observers = new Map<number, (seen: Observation) => void>();
  /** Who wants to know when the engine is done with a run. */
  const overs = new Map<number, () => void>();
  const previews = new Pending<PreviewAnswer>();
  const media = new Pending<MediaAnswer>();
  const devices = new Pending<readonly DeviceTrial[]>();
  const jobs = new BenchJobs({
    send: (ask) => ensure().send(ask),
    nextId: () => nextId++,
    stuck: () => {
      if (child !== null) retireIdle(child);
    },
  });
  const deathListeners: ((problem: ProblemData) => void)[] = [];

  function ensure(): EngineChild {
    // What is still at work behind a close must not start another process, which nobody would end.
    if (closed) throw engineClosed();
    if (child !== null) return child;
    const started: EngineChild = children.start('engine');
    child = started;
    started.onMessage((message) => heard(message, started));
    started.onExit(({ how, lastWords }) => {
      if (started === child) gone((running) => engineDied(running, how, lastWords));
    });
    started.send({ ask: 'open', options });
    return started;
  }

  function heard(message: Tell, from: EngineChild): void {
    if (message.tell === 'hang') {
      if (from === child) gone(() => problemFrom(message.problem));
      from.kill();
    } else if (message.tell === 'stuck') {
      retireIdle(from);
    } else if (message.tell === 'observed') {
      const hear = observers.get(message.id);
      observers.delete(message.id);
      hear?.(message.seen);
    } else if (message.tell === 'preview') previews.answer(message.id, message.answer);
    else if (message.tell === 'media') media.answer(message.id, message.answer);
    else if (message.tell === 'devices') devices.answer(message.id, message.answer);
    else if (message.tell === 'progress' || message.tell === 'measured' || message.tell === 'summingUp')
      jobs.heard(message);
    else if (message.tell === 'item') followed.get(message.id)?.listeners.onItem?.(message.output, message.item);
    else if (message.tell === 'event') follow(followed.get(message.id), message.event);
    else ended(message);
  }

  function ended(message: Extract<Tell, { tell: 'done' | 'failed' }>): void {
    const { id } = message;
    over(id);
    const run = followed.get(id);
    followed.delete(id);
    if (message.tell === 'failed') {
      observers.delete(id);
      if (message.soFar !== undefined && runs.has(id)) run?.listeners.onFailure?.(message.soFar);
      for (const waiting of [runs, previews, media, devices])
        waiting.fail(id, run?.cancelled ?? problemFrom(message.problem));
      jobs.fail(id, problemFrom(message.problem));
    } else if (run?.cancelled) runs.fail(id, run.cancelled);
    else runs.answer(id, message.result);
  }

  function over(id: number): void {
    const hear = overs.get(id);
    overs.delete(id);
    hear?.();
  }

  function allOver(): void {
    for (const id of [...overs.keys()]) over(id);
  }

  function follow(run: Followed | undefined, event: RunEvent): void {
    if (run === undefined || run.cancelled !== null) return;
    if (event.event === 'node') {
      if (event.state === 'running') run.running.add(event.node);
      else run.running.delete(event.node);
    }
    run.listeners.onEvent?.(event);
  }

  /** The process and all that it held are no more. */
  function gone(problemOf: (running: readonly string[]) => Problem): void {
    child = null;
    observers.clear();
    allOver();
    const all = [...new Set([...followed.values()].flatMap((run) => [...run.running]))];
    runs.failAll((id) => followed.get(id)?.cancelled ?? problemOf([...(followed.get(id)?.running ?? [])]));
    followed.clear();
    previews.failAll(() => problemOf([]));
    media.failAll(() => problemOf([]));
    devices.failAll(() => problemOf([]));
    jobs.failAll(() => problemOf([]));
    for (const listener of deathListeners) listener(problemOf(all).data);
  }

  function idle(): boolean {
    return runs.count() === 0 && jobs.count() === 0;
  }

  /** Ends a process that no run needs, where another can take its place. */
  function retireIdle(from: EngineChild): void {
    if (from !== child || !from.replaceable || !idle()) return;
    gone(leftRunning);
    from.kill();
  }

  function cancel(id: number, reason: unknown): void {
    const run = followed.get(id);
    const running = child;
    if (run === undefined || running === null) return;
    run.cancelled =
      reason instanceof Problem
        ? reason
        : new Problem('cancelled', {
            message: 'The run was cancelled.',
            fix: 'Run it again when you want the result.',
            cause: reason,
          });
    const problem = run.cancelled;
    running.send({ ask: 'cancel', id });
    setTimeout(() => runs.fail(id, problem), soFarMs);
    // A node that blocks the engine's own thread never answers (a model in its lane does, see `stuck`): end the process,
    // unless others still need it.
    setTimeout(() => {
      if (followed.delete(id)) retireIdle(running);
    }, graceMs).unref();
  }

  async function begin(
    listeners: RunListeners,
    send: (engine: EngineChild, id: number) => void,
    onOver: () => void = () => undefined,
  ): Promise<EngineResult> {
    const { signal } = listeners;
    const id = nextId++;
    overs.set(id, onOver);
    let engine: EngineChild;
    try {
      engine = ensure();
    } catch (error) {
      over(id);
      throw error;
    }
    followed.set(id, { listeners, running: new Set(), cancelled: null });
    const result = runs.wait(id);
    send(engine, id);
    const onAbort = (): void => cancel(id, signal?.reason);
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    try {
      return await result;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  function pin(request: PinRequest): PinnedPipeline {
    const id = nextId++;
    let told: EngineChild | null = null;
    return {
      run: (pinned, signal, onObserved, following, onOver) => {
        const send = (engine: EngineChild, run: number): void => {
          if (pinned.observe && onObserved !== undefined) observers.set(run, onObserved);
          if (told !== engine) engine.send({ ask: 'pin', pin: id, request });
          told = engine;
          engine.send({
            ask: 'runPinned',
            id: run,
            pin: id,
            request: following === undefined ? pinned : { ...pinned, follow: true },
          });
        };
        return begin({ signal, ...following }, send, onOver);
      },
      unpin: () => {
        if (told !== null && told === child) told.send({ ask: 'unpin', pin: id });
        told = null;
      },
    };
  }

  return {
    run: (request, listeners = {}) => begin(listeners, (engine, id) => engine.send({ ask: 'run', id, request })),
    pin,
    preview: async (request) => {
      // No process, no values: none is started for this.
      if (child === null) return { preview: null, blobs: {} };
      const id = nextId++;
      child.send({ ask: 'preview', id, request });
      return previews.wait(id);
    },
    media: async (request) => {
      const engine = ensure();
      const id = nextId++;
      engine.send({ ask: 'media', id, request });
      return media.wait(id);
    },
    devices: async () => {
      const engine = ensure();
      const id = nextId++;
      engine.send({ ask: 'devices', id });
      return devices.wait(id);
    },
    profile: (target, document, settings, listeners) =>
      jobs.profile({ kind: 'profile', target, document, settings }, listeners),
    trial: (target, variants, settings, listeners) =>
      jobs.trial({ kind: 'trial', target, variants, settings }, listeners),
    load: (target, document, settings, listeners) => jobs.load({ kind: 'load', target, document, settings }, listeners),
    shrink: (target, document, request, listeners) =>
      jobs.shrink({ kind: 'shrink', target, document, request }, listeners),
    release: (run) => child?.send({ ask: 'release', run }),
    onDeath: (listener) => {
      deathListeners.push(listener);
    },
    pid: () => child?.pid() ?? null,
    close: async () => {
      closed = true;
      const ending = child;
      if (ending === null) return;
      child = null;
      followed.clear();
      allOver();
      for (const waiting of [runs, previews, media, devices]) waiting.failAll(engineClosed);
      jobs.failAll(engineClosed);
      const exited = new Promise<void>((resolve) => ending.onExit(() => resolve()));
      ending.send({ ask: 'close' });
      const hard = setTimeout(() => ending.kill(), graceMs);
      await exited;
      clearTimeout(hard);
    },
  };
}

function engineClosed(): Problem {
  return new Problem('cancelled', { message: 'The engine was closed.', fix: 'Start it again.' });
}

function engineDied(running: readonly string[], why: string, lastWords: string): Problem {
  const nodes = running.length === 0 ? '' : ` while ${running.map((node) => `"${node}"`).join(', ')} ran`;
  return new Problem('engine-died', {
    message: `The engine process ended${nodes}: ${why}.`,
    fix: 'The next run starts a new one. If it happens again, run the model of that node alone to see whether it is at fault.',
    where: running.length === 1 ? { node: running[0] } : {},
    cause: lastWords.trim() === '' ? undefined : lastWords.trim(),
  });
}

function leftRunning(): Problem {
  return new Problem('engine-died', {
    message: 'The engine process was replaced: a cancelled run had left a node that could not be stopped.',
    fix: 'The next run starts a new one; values of earlier runs are gone.',
  });
}
