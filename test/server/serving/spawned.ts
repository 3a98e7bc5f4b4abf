import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { root } from '../../rules/sources.ts';
import { until } from './client.ts';

interface Line {
  readonly event: string;
  readonly state?: string;
  readonly port?: number;
  readonly pid?: number;
  /** Of a line of the log. */
  readonly time?: string | number;
}

export interface Spawned {
  readonly child: ChildProcess;
  readonly port: number;
  /** Lines that it has printed. */
  readonly lines: readonly Line[];
  /** Exit code and signal, once it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  ready(): Promise<void>;
}

/**
 * `tributary serve` as its own process, listening; killed after the test if it still lives. `before`: what a shell does
 * first, such as setting limits, before it becomes the server.
 */
export async function spawnServer(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  before = ':',
): Promise<Spawned> {
  const command = path.join(root, 'cli/tributary.mjs');
  const program = [process.execPath, command, 'serve', ...args, '--port', '0', '--json'];
  const child = spawn('/bin/sh', ['-c', `${before}; exec "$0" "$@"`, ...program], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: Line[] = [];
  let rest = '';
  let errors = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const whole = (rest + text).split('\n');
    rest = whole.pop() ?? '';
    for (const line of whole) if (line.startsWith('{')) lines.push(JSON.parse(line) as Line);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  let over = false;
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.on('exit', (code, signal) => {
      over = true;
      resolve({ code, signal });
    }),
  );
  const find = (event: string, state?: string) =>
    lines.find((line) => line.event === event && (state === undefined || line.state === state));
  await until(() => find('listening') !== undefined || over);
  const port = find('listening')?.port;
  if (port === undefined) throw new Error(`it did not listen: ${errors}`);
  return {
    child,
    port,
    lines,
    ended,
    ready: async () => {
      await until(() => find('state', 'ready') !== undefined || find('state', 'failed') !== undefined || over);
      if (find('state', 'ready') === undefined)
        throw new Error(`it did not get ready: ${JSON.stringify(lines)} ${errors}`);
    },
  };
}
