import { type ChildProcess, spawn } from 'node:child_process';
import { childArguments, entryPoint } from '../entry.ts';
import { type Child, type ChildOptions, type Children, type Exit, keptWords } from './children.ts';
import type { Startable } from './protocol.ts';

const sources: Readonly<Record<Startable, string>> = {
  engine: '../engine/engine.ts',
  probe: '../models/probe.ts',
};

/** How long after its end a child's last words may still be on their way. */
const lastWordsMs = 200;

/** Child processes of a plain Node, over the channel that Node gives. */
export const nodeChildren: Children = {
  start<Ask, Tell>(entry: Startable, options: ChildOptions = {}): Child<Ask, Tell> {
    const child = launch(entry, options);
    const onExit: ((exit: Exit) => void)[] = [];
    let exit: Exit | null = null;
    let words = '';
    function ended(how: string): void {
      if (exit !== null) return;
      exit = { how, lastWords: words };
      for (const listener of onExit) listener(exit);
    }
    child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      words = (words + part).slice(-keptWords);
    });
    child.on('error', (error) => ended(error.message));
    child.on('exit', (code, signal) => {
      const how = signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`;
      // What it said is whole at `close`, which a grandchild that holds the pipe may put off.
      const late = setTimeout(() => ended(how), lastWordsMs);
      child.once('close', () => {
        clearTimeout(late);
        ended(how);
      });
    });
    return {
      replaceable: true,
      send: (message) => {
        if (!child.connected) return;
        child.send(message as object, (error) => {
          if (error !== null) ended(error.message);
        });
      },
      onMessage: (listener) => {
        child.on('message', (message) => listener(message as Tell));
      },
      onExit: (listener) => {
        if (exit === null) onExit.push(listener);
        else listener(exit);
      },
      kill: () => {
        child.kill('SIGKILL');
      },
      pid: () => child.pid ?? null,
    };
  },
};

function launch(entry: Startable, { env, stdout = 'stderr', bounds }: ChildOptions): ChildProcess {
  const program = [
    process.execPath,
    ...(bounds === undefined ? [] : lowAddressFlags()),
    ...childArguments(entryPoint(entry, import.meta.url, sources[entry])),
  ];
  const [command, ...args] =
    bounds !== undefined && process.platform === 'linux' ? [...limitCommand(bounds), ...program] : program;
  return spawn(command, args, {
    stdio: ['ignore', stdout === 'stderr' ? 2 : 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    env: { ...process.env, ...env },
    windowsHide: true,
  });
}

/** Without it V8 reserves gigabytes of addresses for each WebAssembly memory, which an address limit counts. */
function lowAddressFlags(): readonly string[] {
  const flag = '--disable-wasm-trap-handler';
  return process.allowedNodeEnvironmentFlags.has(flag) ? [flag] : [];
}

/** A shell that sets limits and then becomes the program, so that a kill hits the program itself. */
function limitCommand({ memoryBytes, processorSeconds }: NonNullable<ChildOptions['bounds']>): readonly string[] {
  const limits = [
    // An orphan, whose parent was killed, ends by itself.
    `ulimit -t ${Math.max(1, Math.ceil(processorSeconds))} 2>/dev/null`,
    'ulimit -c 0 2>/dev/null',
    ...(memoryBytes > 0 ? [`ulimit -v ${Math.ceil(memoryBytes / 1024)} 2>/dev/null`] : []),
  ];
  return ['/bin/sh', '-c', `${limits.join('; ')}; exec "$0" "$@"`];
}
