import { type ChildProcess, fork } from 'node:child_process';
import { Problem, type ProblemData, problemFrom } from '../../core/problems/problem.ts';
import type { RunEvent, RunResult } from '../../core/run/result.ts';
import { childArguments, entryPoint } from '../entry.ts';
import type { Engine, EngineOptions, RunRequest } from './messages.ts';
import type { Ask, Tell } from './wire.ts';

interface Pending {
  readonly resolve: (result: RunResult) => void;
  readonly reject: (problem: Problem) => void;
  readonly onEvent: (event: RunEvent) => void;
  /** Nodes that had begun and not ended, for the message should the process die. */
  readonly running: Set<string>;
}

/** After a cancel, how long a model may go on before its process is replaced. */
const graceMs = 2000;

/**
 * Starts engines as processes: the first run starts one, a dead one is replaced by the next run. Runs under way when
 * it dies fail with `engine-died`, naming the nodes that ran.
 */
export function startEngine(options: EngineOptions = {}): Engine {
  let child: ChildProcess | null = null;
  let nextId = 1;
  const pending = new Map<number, Pending>();
  const cancelled = new Map<number, NodeJS.Timeout>();

  function ensure(): ChildProcess {
    if (child !== null) return child;
    const [script, ...args] = [...childArguments(entryPoint('engine', import.meta.url))].reverse();
    const started = fork(script, [], {
      execArgv: args.reverse(),
      serialization: 'advanced',
      // What a user's node prints must not come between the lines of a result: it goes to stderr.
      stdio: ['ignore', 2, 'pipe', 'ipc'],
    });
    let lastWords = '';
    started.stderr?.on('data', (chunk: Buffer) => {
      lastWords = (lastWords + chunk.toString()).slice(-4000);
    });
    started.on('message', (message: Tell) => heard(message, started));
    started.on('error', (error) => died(started, error.message));
    started.on('exit', (code, signal) =>
      died(started, signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`, lastWords),
    );
    child = started;
    say({ ask: 'open', options });
    return started;
  }

  function say(message: Ask): void {
    child?.send(message, (error) => {
      if (error !== null && child !== null) died(child, error.message);
    });
  }

  function heard(message: Tell, from: ChildProcess): void {
    if (message.tell === 'hang') {
      replace(from, message.problem);
      return;
    }
    if (message.tell === 'stuck') {
      if (pending.size === 0) retire(from);
      return;
    }
    const run = pending.get(message.id);
    if (message.tell === 'event') {
      follow(run, message.event);
      run?.onEvent(message.event);
      return;
    }
    clearTimeout(cancelled.get(message.id));
    cancelled.delete(message.id);
    pending.delete(message.id);
    if (message.tell === 'done') run?.resolve(message.result);
    else run?.reject(problemFrom(message.problem));
  }

  function follow(run: Pending | undefined, event: RunEvent): void {
    if (event.event !== 'node') return;
    if (event.state === 'running') run?.running.add(event.node);
    else run?.running.delete(event.node);
  }

  function died(from: ChildProcess, why: string, lastWords = ''): void {
    if (from !== child) return;
    child = null;
    for (const timer of cancelled.values()) clearTimeout(timer);
    cancelled.clear();
    for (const run of pending.values()) run.reject(engineDied([...run.running], why, lastWords));
    pending.clear();
  }

  /** Ends the process hard; its runs fail with the problem given. */
  function replace(from: ChildProcess, problem: ProblemData): void {
    if (from === child) {
      child = null;
      for (const run of pending.values()) run.reject(problemFrom(problem));
      pending.clear();
    }
    from.kill('SIGKILL');
  }

  /** Ends a process that no run needs. */
  function retire(from: ChildProcess): void {
    if (from === child) child = null;
    from.kill('SIGKILL');
  }

  function cancel(id: number, reason: unknown): void {
    const run = pending.get(id);
    if (run === undefined) return;
    pending.delete(id);
    say({ ask: 'cancel', id });
    const running = child;
    // A node that blocks the engine's own thread never answers (a model in its lane does, see `stuck`): end the process,
    // unless others still need it.
    const timer = setTimeout(() => {
      cancelled.delete(id);
      if (running !== null && running === child && pending.size === 0) retire(running);
    }, graceMs);
    timer.unref();
    cancelled.set(id, timer);
    run.reject(
      reason instanceof Problem
        ? reason
        : new Problem('cancelled', {
            message: 'The run was cancelled.',
            fix: 'Run it again when you want the result.',
            cause: reason,
          }),
    );
  }

  return {
    run: (request: RunRequest, { signal, onEvent } = {}) =>
      new Promise<RunResult>((resolve, reject) => {
        const id = nextId++;
        const onAbort = (): void => cancel(id, signal?.reason);
        const settle =
          <T>(next: (value: T) => void) =>
          (value: T): void => {
            signal?.removeEventListener('abort', onAbort);
            next(value);
          };
        ensure();
        pending.set(id, {
          resolve: settle(resolve),
          reject: settle(reject),
          onEvent: onEvent ?? (() => undefined),
          running: new Set(),
        });
        say({ ask: 'run', id, request });
        signal?.addEventListener('abort', onAbort);
        if (signal?.aborted) onAbort();
      }),
    pid: () => child?.pid ?? null,
    close: async () => {
      const ending = child;
      if (ending === null) return;
      child = null;
      for (const run of pending.values())
        run.reject(new Problem('cancelled', { message: 'The engine was closed.', fix: 'Start it again.' }));
      pending.clear();
      const gone = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
      if (ending.connected) ending.send({ ask: 'close' } satisfies Ask);
      const hard = setTimeout(() => ending.kill('SIGKILL'), graceMs);
      await gone;
      clearTimeout(hard);
    },
  };
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
