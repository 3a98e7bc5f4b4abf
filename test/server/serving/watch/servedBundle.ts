import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
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
  /** Ends it as a platform does; resolves with its exit code. */
  end(): Promise<number | null>;
}

/** Exports a pipeline by the command, as a user would. Throws with what it said. */
export async function exportBundle(pipeline: string, output: string, more: readonly string[]): Promise<void> {
  const { code, out, err } = await command(['export', pipeline, '--target', 'container', '-o', output, ...more]);
  if (code !== 0) throw new Error(`${out}${err}`);
}

/** Starts the one file of a bundle, as its image would; resolves when it is ready. Whoever starts it ends it. */
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
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  const end = (): Promise<number | null> => {
    child.kill('SIGTERM');
    return ended;
  };
  const url = `http://127.0.0.1:${port}`;
  const failed = (): Error => {
    child.kill('SIGKILL');
    return new Error(said);
  };
  await until(async () => {
    if (child.exitCode !== null) throw failed();
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer === null || answer.status === 200) return answer !== null;
    if ((await answer.text()).includes('"failed"')) throw failed();
    return false;
  });
  const lines = (): readonly LogLine[] =>
    said
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line));
  return { port, url, said: () => said, lines, end };
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
