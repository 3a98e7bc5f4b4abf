import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from '../rules/sources.ts';

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CommandOptions {
  /** What goes into standard input; nothing when left out. */
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Another program than the command of this folder. */
  readonly script?: string;
  /** Closes the reading end of stdout at once, as `head` does. */
  readonly closeOutput?: boolean;
}

/** Runs the command as its own process, as a user would. */
export function command(args: readonly string[], options: CommandOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [options.script ?? path.join(root, 'cli/tributary.mjs'), ...args], {
      cwd: options.cwd ?? root,
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    if (options.closeOutput) child.stdout?.destroy();
    options.onStart?.((signal) => void child.kill(signal));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input);
  });
}
