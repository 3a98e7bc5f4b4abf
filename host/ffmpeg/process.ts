import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { Problem } from '../../core/problems/problem.ts';
import { isShortage } from '../files/readFailure.ts';

export interface ToolOptions {
  /** What is decoded, for messages. */
  readonly name: string;
  readonly signal: AbortSignal;
  /** Killed when it gave nothing for so long while somebody waited for it. */
  readonly silentMs: number;
  /** Pipes beyond standard output, as descriptors 3, 4, ... */
  readonly extraPipes?: number;
  readonly stdin?: Uint8Array | null;
}

/** A decoder process. Whoever starts one calls `stop` in the end, come what may. */
export interface ToolProcess {
  readonly pid: number;
  readonly stdout: Readable;
  readonly extra: readonly Readable[];
  /** Says that data came. */
  touch(): void;
  /** While nobody takes data, the process may be silent. */
  rest(resting: boolean): void;
  /** Waits for the end; throws the reason of the signal, `media-timeout`, or `media-corrupt` when it did not end well. */
  finished(): Promise<void>;
  /** Why it was stopped, if it was: the signal's reason or the problem of the deadline. */
  interruption(): unknown;
  /** Kills it if it runs, and resolves when it is gone. Never throws. */
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
let guarded = false;

/**
 * Kills with all its children: each decoder leads a process group of its own where the system has such. The group is
 * asked even when its leader ended, for a child that still holds the pipes.
 */
function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    child.kill('SIGKILL');
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}

function guardExit(): void {
  if (guarded) return;
  guarded = true;
  process.on('exit', () => running.forEach(kill));
}

export function startTool(command: string, args: readonly string[], options: ToolOptions): ToolProcess {
  options.signal.throwIfAborted();
  guardExit();
  const extraPipes = options.extraPipes ?? 0;
  const child = spawn(command, args, {
    stdio: [options.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe', ...new Array<'pipe'>(extraPipes).fill('pipe')],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  // Where no file can be opened any more, Node gives a child without pipes, and says so a moment later.
  if (!child.stdout) {
    child.once('error', () => undefined);
    throw notStarted(command, Object.assign(new Error('too many files are open'), { code: 'EMFILE' }));
  }
  running.add(child);
  const stdout = child.stdout as Readable;
  const extra = child.stdio.slice(3) as Readable[];

  // Whoever reads them hears of a failure as an end before its time.
  for (const stream of [stdout, ...extra]) stream.on('error', () => undefined);

  let interruption: unknown;
  let interrupted = false;
  function interrupt(reason: unknown): void {
    if (interrupted) return;
    interrupted = true;
    interruption = reason;
    kill(child);
    // A grandchild outside the group could hold the pipes open: readers must end all the same.
    for (const stream of [stdout, ...extra]) stream.destroy();
  }
  const onAbort = () => interrupt(options.signal.reason);
  options.signal.addEventListener('abort', onAbort, { once: true });

  let last = performance.now();
  let resting = false;
  const watch = setInterval(
    () => {
      if (!resting && performance.now() - last > options.silentMs) interrupt(timeout(options));
    },
    Math.max(5, Math.min(1000, options.silentMs / 4)),
  );

  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString('utf8')).slice(-4096);
  });
  if (options.stdin) {
    // A decoder that has had enough closes its input: that is its right.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.stdin);
  }

  let closed = false;
  child.once('close', () => {
    closed = true;
  });
  const gone = new Promise<{ readonly code: number | null; readonly failure: Error | null }>((resolve) => {
    function end(code: number | null, failure: Error | null): void {
      options.signal.removeEventListener('abort', onAbort);
      running.delete(child);
      resolve({ code, failure });
    }
    child.once('error', (error) => end(null, error));
    child.once('exit', (code) => end(code, null));
  });

  return {
    pid: child.pid ?? 0,
    stdout,
    extra,
    touch: () => {
      last = performance.now();
    },
    rest: (value) => {
      resting = value;
      last = performance.now();
    },
    finished: async () => {
      const { code, failure } = await gone;
      if (interrupted) throw interruption;
      if (failure !== null) throw notStarted(command, failure);
      if (code !== 0) throw corrupt(options.name, errors, code);
    },
    interruption: () => interruption,
    stop: async () => {
      if (!closed) kill(child);
      for (const stream of [stdout, ...extra]) stream.destroy();
      await gone;
      clearInterval(watch);
    },
  };
}

function timeout(options: ToolOptions): Problem {
  return new Problem('media-timeout', {
    message: `Decoding "${options.name}" gave nothing for ${options.silentMs / 1000} s; the decoder was ended.`,
    fix: 'Check the file with another program, or raise the limit decodeMs.',
    where: { file: options.name },
  });
}

function notStarted(command: string, cause: Error): Problem {
  const passing = isShortage(cause);
  return new Problem('tool-missing', {
    message: `The program ${command} could not be started${passing ? `: ${cause.message}` : ''}.`,
    fix: passing
      ? 'Try again later, or allow more open files and processes (ulimit -n, ulimit -u).'
      : 'Install ffmpeg, or set TRIBUTARY_FFMPEG to its path.',
    ...(passing ? { retryAfterSeconds: 1 } : {}),
    cause,
  });
}

/** ffmpeg's last line of complaint, without the address of its parts. */
function corrupt(name: string, errors: string, code: number | null): Problem {
  const lines = errors.split('\n').map((line) => line.replace(/^\[[^\]]*\]\s*/, '').trim());
  const said = lines.filter((line) => line !== '').at(-1);
  if (/matches no streams/.test(errors)) {
    return new Problem('media-empty', {
      message: `"${name}" does not have the track that was asked for (no sound, or no pictures).`,
      fix: 'Give a file that has this track.',
      where: { file: name },
    });
  }
  return new Problem('media-corrupt', {
    message: `"${name}" cannot be decoded${said ? `: ${said}` : ` (the decoder ended with ${code ?? 'a signal'})`}.`,
    fix: 'Check the file with another program, or convert it again.',
    where: { file: name },
    cause: errors === '' ? undefined : errors,
  });
}
