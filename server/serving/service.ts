import { Problem, type ProblemData, toProblemData } from '../../core/problems/problem.ts';
import type { RunResult } from '../../core/run/result.ts';
import { Admission, type AdmissionBounds } from '../../core/serve/admission.ts';
import type { PredictAsk, Predicted, PredictionRecord, ServedModel, Service } from './contract.ts';
import type { Runtime } from './runtime.ts';

/** Which versions there are, and which one answers. */
export interface Versions {
  models(): readonly ServedModel[];
  /** Throws `model-unknown` and `not-ready`. */
  choose(ask: PredictAsk): Runtime;
  ready(): boolean;
  /** Hears of what the chosen version answered, once its caller has: for copies, counts, rollback. */
  answered?(ask: PredictAsk, runtime: Runtime, result: RunResult): void;
}

export interface ServiceInit {
  readonly versions: Versions;
  readonly bounds: AdmissionBounds;
  /** Milliseconds of the clock that never jumps. */
  readonly now?: () => number;
}

/** Who is told before its body was read: an ask of which no more is known. */
export type Shed = Omit<PredictAsk, 'model' | 'inputs' | 'decodedBytes'>;

/** A service that can be brought to its end. */
export interface DrainableService extends Service {
  /** Whether whoever comes now is refused whatever it brings; tells it before a body is read. */
  shed(who: Shed): Problem | null;
  /** Takes nothing more. */
  stop(): void;
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>;
  /** Told outside as not ready, while it goes on answering. */
  leave(): void;
}

interface Entry {
  readonly ask: PredictAsk;
  readonly decodedBytes: number;
  readonly deadlineMs: number;
  readonly runtime: Runtime;
  readonly stop: AbortController;
  /** Its place is there. */
  start: () => void;
  refuse: (problem: Problem) => void;
  startedMs: number | null;
  /** Resolves when the engine has let go of it; null before it was given to one. */
  over: Promise<void> | null;
}

/** A node that never comes back does not keep a place for ever. */
const longestOverMs = 30_000;

/** Admission before a pipeline's versions: who runs, who waits, who is told to come again. */
export function makeService({ versions, bounds, now = () => performance.now() }: ServiceInit): DrainableService {
  const admission = new Admission<Entry>(bounds);
  const listeners: ((record: PredictionRecord) => void)[] = [];
  const idleWaiters: (() => void)[] = [];
  let leaving = false;
  let stopped = false;
  let alarm: NodeJS.Timeout | undefined;
  let alarmAtMs = Number.POSITIVE_INFINITY;

  function record(entry: Omit<PredictionRecord, 'shadow'>): void {
    for (const listener of listeners) listener({ ...entry, shadow: false });
  }

  function setAlarm(): void {
    const next = admission.nextDeadlineMs();
    if (next === null || next >= alarmAtMs) return;
    clearTimeout(alarm);
    alarmAtMs = next;
    alarm = setTimeout(
      () => {
        alarmAtMs = Number.POSITIVE_INFINITY;
        for (const entry of admission.expired(now())) entry.refuse(late(entry.ask, 'waited'));
        setAlarm();
      },
      Math.max(1, next - now()),
    );
  }

  function release(entry: Entry): void {
    const { starts, late: tooLate } = admission.ended(entry, now());
    for (const each of tooLate) each.refuse(late(each.ask, 'waited'));
    for (const each of starts) each.start();
    tellIdle();
  }

  /**
   * Who was told that it is cancelled or late may still stand before an engine that is busy. Its place is taken until the
   * engine has let go of it: else requests that nobody waits for would pile up there, and all that follow would be late.
   */
  function leavePlace(entry: Entry): void {
    if (entry.over === null || !entry.stop.signal.aborted) release(entry);
    else {
      const given = new Promise<void>((resolve) => setTimeout(resolve, longestOverMs).unref());
      void Promise.race([entry.over, given]).then(() => release(entry));
    }
  }

  function tellIdle(): void {
    const { running, waiting } = admission.load();
    if (running + waiting > 0) return;
    for (const resolve of idleWaiters.splice(0)) resolve();
  }

  function enter(ask: PredictAsk, runtime: Runtime): { readonly entry: Entry; readonly place: Promise<void> } {
    const entry: Entry = {
      ask,
      decodedBytes: ask.decodedBytes,
      deadlineMs: ask.deadlineMs,
      runtime,
      stop: new AbortController(),
      start: () => undefined,
      refuse: () => undefined,
      startedMs: null,
      over: null,
    };
    const verdict = admission.enter(entry, now());
    if (verdict.is === 'late') throw late(ask, 'came');
    if (verdict.is === 'refused') throw overloaded(verdict.why, verdict.retryAfterSeconds, bounds);
    if (verdict.is === 'runs') return { entry, place: Promise.resolve() };
    const place = new Promise<void>((resolve, reject) => {
      entry.start = resolve;
      entry.refuse = reject;
    });
    setAlarm();
    return { entry, place };
  }

  async function predict(ask: PredictAsk): Promise<Predicted> {
    const cameMs = now();
    let version = ask.version ?? '';
    let entry: Entry | null = null;
    let startedMs: number | null = null;
    try {
      if (stopped) throw ending();
      const runtime = versions.choose(ask);
      version = runtime.version;
      checkOutputs(ask, runtime);
      if (ask.decodedBytes > bounds.decodedBytes) throw tooLarge(ask.decodedBytes, bounds.decodedBytes);
      if (ask.signal.aborted) throw gone();
      const entered = enter(ask, runtime);
      entry = entered.entry;
      await waited(entered.entry, entered.place);
      startedMs = now();
      const result = await ran(entered.entry);
      const predicted = { result, version, queueMs: startedMs - cameMs, runMs: now() - startedMs };
      record({ ask, outcome: 'answered', ...predicted });
      versions.answered?.(ask, runtime, result);
      return predicted;
    } catch (error) {
      const problem = toProblemData(error, 'internal');
      const queueMs = (startedMs ?? now()) - cameMs;
      const runMs = startedMs === null ? 0 : now() - startedMs;
      record({ ask, version, outcome: outcomeOf(problem, startedMs !== null), problem, queueMs, runMs });
      throw error;
    } finally {
      if (entry !== null) leavePlace(entry);
    }
  }

  /** Until its place is there; a caller who goes leaves the queue. */
  async function waited(entry: Entry, place: Promise<void>): Promise<void> {
    const { signal } = entry.ask;
    const leave = (): void => {
      if (admission.left(entry)) entry.refuse(gone());
    };
    signal.addEventListener('abort', leave);
    try {
      await place;
    } finally {
      signal.removeEventListener('abort', leave);
    }
    if (signal.aborted) throw gone();
  }

  async function ran(entry: Entry): Promise<RunResult> {
    const { ask, runtime, stop } = entry;
    const { signal } = ask;
    let onOver = (): void => undefined;
    entry.over = new Promise((resolve) => {
      onOver = resolve;
    });
    const leave = (): void => stop.abort(gone());
    const deadline = setTimeout(() => stop.abort(late(ask, 'ran')), Math.max(0, ask.deadlineMs - now()));
    signal.addEventListener('abort', leave);
    try {
      return await runtime.run(ask.inputs, ask.outputs, stop.signal, ask.following, onOver);
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener('abort', leave);
    }
  }

  return {
    predict,
    models: () => versions.models(),
    ready: () => !leaving && !stopped && versions.ready(),
    load: () => admission.load(),
    onRecord: (listener) => {
      listeners.push(listener);
    },
    shed: (who) => {
      if (!admission.full()) return null;
      const problem = overloaded('queue', admission.retryAfterSeconds(), bounds);
      const ask = { ...who, model: '', inputs: {}, decodedBytes: 0 };
      record({
        ask,
        version: '',
        outcome: 'refused',
        problem: toProblemData(problem, 'internal'),
        queueMs: 0,
        runMs: 0,
      });
      return problem;
    },
    leave: () => {
      leaving = true;
    },
    stop: () => {
      stopped = true;
    },
    idle: () =>
      new Promise((resolve) => {
        idleWaiters.push(resolve);
        tellIdle();
      }),
  };
}

function outcomeOf({ code }: ProblemData, started: boolean): PredictionRecord['outcome'] {
  if (code === 'overloaded' || code === 'not-ready' || code === 'model-unknown') return 'refused';
  if (code === 'deadline') return 'late';
  if (code === 'cancelled') return 'cancelled';
  return started ? 'failed' : 'refused';
}

function checkOutputs({ outputs }: PredictAsk, { signature }: Runtime): void {
  const unknown = outputs?.find((name) => !signature.outputs.some((output) => output.name === name));
  if (unknown === undefined && outputs?.length !== 0) return;
  const names = signature.outputs.map((output) => `"${output.name}"`).join(', ');
  throw new Problem('request-invalid', {
    message:
      unknown === undefined ? 'No output was asked for.' : `There is no output called ${JSON.stringify(unknown)}.`,
    fix: `The outputs are ${names}; without a choice all of them come.`,
  });
}

function overloaded(why: 'queue' | 'bytes', retryAfterSeconds: number, bounds: AdmissionBounds): Problem {
  const message =
    why === 'queue'
      ? `The server runs ${bounds.running} requests at once, and ${bounds.waiting} wait already.`
      : 'The inputs of the requests under way take all the memory that is set aside for them.';
  return new Problem('overloaded', { message, fix: 'Try again later.', retryAfterSeconds });
}

function tooLarge(bytes: number, most: number): Problem {
  return new Problem('media-too-large', {
    message: `The inputs take ${bytes} bytes once decoded; all requests together may take ${most}.`,
    fix: 'Send smaller media, or raise the limit serverDecodedBytes.',
  });
}

function late({ arrivedMs, deadlineMs }: PredictAsk, at: 'came' | 'waited' | 'ran'): Problem {
  const ms = Math.round(deadlineMs - arrivedMs);
  const message =
    at === 'ran'
      ? `The request ran past its deadline of ${ms} ms.`
      : `The request's deadline of ${ms} ms passed before it could run; no model was started.`;
  return new Problem('deadline', { message, fix: 'Give it more time, or send fewer requests at once.' });
}

function gone(): Problem {
  return new Problem('cancelled', {
    message: 'The caller has gone, so the request was cancelled.',
    fix: 'Send it again, and wait for the answer.',
  });
}

function ending(): Problem {
  return new Problem('not-ready', {
    message: 'The server is being ended.',
    fix: 'Send the request again; another server takes it.',
    retryAfterSeconds: 1,
  });
}
