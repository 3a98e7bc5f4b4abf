import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll } from 'vitest';
import { command } from '../../../cli/command.ts';
import { freePort } from '../../../host/bundle/containerTools.ts';
import { lendPackages } from '../../../host/bundle/exported.ts';
import { until } from '../client.ts';

/** What a line of the log holds, as far as tests look at it. */
export type LogLine = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ServedBundle {
  readonly port: number;
  readonly url: string;
  /** Everything that it printed. */
  said(): string;
  lines(): readonly LogLine[];
}

/** Exports a pipeline by the command, as a user would. Throws with what it said. */
export async function exportBundle(pipeline: string, output: string, more: readonly string[]): Promise<void> {
  const { code, out, err } = await command(['export', pipeline, '--target', 'container', '-o', output, ...more]);
  if (code !== 0) throw new Error(`${out}${err}`);
}

/** Starts the one file of a bundle, as its image would; resolves when it is ready. It ends with the file's tests. */
export async function serveBundle(folder: string, env: Readonly<Record<string, string>>): Promise<ServedBundle> {
  lendPackages(folder);
  const [port, grpcPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [path.join(folder, 'server/server.mjs'), 'serve'], {
    cwd: folder,
    env: {
      ...process.env,
      TRIBUTARY_HOST: '127.0.0.1',
      TRIBUTARY_PORT: String(port),
      TRIBUTARY_GRPC_PORT: String(grpcPort),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  afterAll(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const url = `http://127.0.0.1:${port}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(said);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer === null || answer.status === 200) return answer !== null;
    if ((await answer.text()).includes('"failed"')) throw new Error(said);
    return false;
  });
  const lines = (): readonly LogLine[] =>
    said
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line));
  return { port, url, said: () => said, lines };
}

/** Every file below a folder with its size and time of change; links are not followed. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const { size, mtimeMs } = statSync(file);
      return `${path.relative(folder, file)} ${size} ${mtimeMs}`;
    })
    .sort();
}
