import { spawn } from 'node:child_process';
import { childArguments } from '../../../host/entry.ts';

/** What a test's child process said by IPC, and how it ended. */
export interface ChildReport {
  readonly messages: readonly unknown[];
  readonly code: number | null;
  readonly signal: string | null;
  /** It was killed from here, for its time or for its silence. */
  readonly late: boolean;
}

/**
 * Runs a TypeScript file of this folder in a child process; kills it at `until` (a message), after `timeMs`, or when it says
 * nothing for `silentMs`.
 */
export function runChild(
  file: string,
  args: readonly string[],
  options: {
    readonly until?: (message: unknown) => boolean;
    readonly timeMs: number;
    readonly silentMs?: number;
    readonly env?: NodeJS.ProcessEnv;
  },
): Promise<ChildReport> {
  const entry = { url: new URL(`./${file}`, import.meta.url), source: true };
  const child = spawn(process.execPath, ['--expose-gc', ...childArguments(entry), ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, ...options.env },
  });
  return new Promise((resolve) => {
    const messages: unknown[] = [];
    const { timeMs, silentMs = Number.POSITIVE_INFINITY } = options;
    let late = false;
    const end = () => {
      late = true;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(end, timeMs);
    let silence = setTimeout(end, Math.min(timeMs, silentMs));
    child.on('message', (message) => {
      clearTimeout(silence);
      silence = setTimeout(end, Math.min(timeMs, silentMs));
      messages.push(message);
      if (options.until?.(message)) child.kill('SIGKILL');
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      clearTimeout(silence);
      resolve({ messages, code, signal, late });
    });
  });
}
