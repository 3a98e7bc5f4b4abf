import { spawn } from 'node:child_process';
import { childArguments } from '../../../host/entry.ts';

/** What a test's child process said by IPC, and how it ended. */
export interface ChildReport {
  readonly messages: readonly unknown[];
  readonly code: number | null;
  readonly signal: string | null;
}

/** Runs a TypeScript file of this folder in a child process; kills it at `until` (a message) or after `timeMs`. */
export function runChild(
  file: string,
  args: readonly string[],
  options: {
    readonly until?: (message: unknown) => boolean;
    readonly timeMs: number;
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
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeMs);
    child.on('message', (message) => {
      messages.push(message);
      if (options.until?.(message)) child.kill('SIGKILL');
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ messages, code, signal });
    });
  });
}
