import { spawn } from 'node:child_process';
import { childArguments, entryPoint } from '../entry.ts';
import type { ProbeAnswer, ProbeAsk } from './messages.ts';

export interface ProbeBounds {
  /** Address space; kept on Linux only, where a shell can set it. 0 for none. */
  readonly memoryBytes: number;
  readonly timeMs: number;
  readonly env?: Readonly<Record<string, string>>;
}

export type ProbeOutcome =
  | { readonly end: 'answered'; readonly answer: ProbeAnswer }
  | { readonly end: 'died'; readonly how: string; readonly stderr: string }
  | { readonly end: 'late' };

const keptStderr = 4000;

/** Asks one question of a child process that may crash, run out of memory or hang. Never throws, never outlives its bounds. */
export function probe(ask: ProbeAsk, bounds: ProbeBounds): Promise<ProbeOutcome> {
  const args = [process.execPath, ...lowAddressFlags(), ...childArguments(entryPoint('probe', import.meta.url))];
  const [command, ...rest] = process.platform === 'linux' ? [...limitCommand(bounds), ...args] : args;
  const child = spawn(command as string, rest, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Set for Electron, whose binary is then a plain Node; others do not read it.
    env: { ...process.env, ...bounds.env, ELECTRON_RUN_AS_NODE: '1' },
    windowsHide: true,
  });
  return new Promise((resolve) => {
    let stderr = '';
    let outcome: ProbeOutcome | null = null;
    const timer = setTimeout(() => {
      outcome ??= { end: 'late' };
      child.kill('SIGKILL');
    }, bounds.timeMs);
    child.stderr?.setEncoding('utf8').on('data', (part: string) => {
      stderr = (stderr + part).slice(-keptStderr);
    });
    child.on('message', (answer: ProbeAnswer) => {
      outcome ??= { end: 'answered', answer };
    });
    child.on('error', (error) => {
      outcome ??= { end: 'died', how: error.message, stderr };
      finish();
    });
    child.on('close', (code, signal) => {
      outcome ??= { end: 'died', how: signal === null ? `exit code ${code}` : `signal ${signal}`, stderr };
      finish();
    });
    child.send(ask, (error) => {
      if (error) stderr += error.message;
    });
    function finish(): void {
      clearTimeout(timer);
      resolve(outcome as ProbeOutcome);
    }
  });
}

/** Without it V8 reserves gigabytes of addresses for each WebAssembly memory, which an address limit counts. */
function lowAddressFlags(): readonly string[] {
  const flag = '--disable-wasm-trap-handler';
  return process.allowedNodeEnvironmentFlags.has(flag) ? [flag] : [];
}

/** A shell that sets limits and then becomes the program, so that a kill hits the program itself. */
function limitCommand(bounds: ProbeBounds): readonly string[] {
  const limits = [
    // An orphan, whose parent was killed, ends by itself.
    `ulimit -t ${Math.max(1, Math.ceil((bounds.timeMs * 16) / 1000))} 2>/dev/null`,
    'ulimit -c 0 2>/dev/null',
    ...(bounds.memoryBytes > 0 ? [`ulimit -v ${Math.ceil(bounds.memoryBytes / 1024)} 2>/dev/null`] : []),
  ];
  return ['/bin/sh', '-c', `${limits.join('; ')}; exec "$0" "$@"`];
}
