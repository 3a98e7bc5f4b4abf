import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { freePort } from '../../../host/bundle/containerTools.ts';
import { until } from '../client.ts';

/** Why no Prometheus can be run here; null where it can. */
export function whyNoPrometheus(): string | null {
  return spawnSync('prometheus', ['--version']).status === 0 ? null : 'Prometheus is not installed here';
}

const config = z.looseObject({
  scrape_configs: z.tuple([z.looseObject({ static_configs: z.tuple([z.object({ targets: z.array(z.string()) })]) })]),
});

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Rule {
  readonly name: string;
  readonly query: string;
  readonly health: string;
  readonly state: string;
  readonly lastError?: string;
}

export interface Target {
  readonly health: string;
  readonly lastError: string;
  readonly scrapePool: string;
}

export interface Prometheus {
  readonly child: ChildProcess;
  /** The value of now. Throws with what Prometheus says of the question. */
  ask(expr: string): Promise<readonly Series[]>;
  rules(): Promise<readonly Rule[]>;
  targets(): Promise<readonly Target[]>;
}

/** Runs Prometheus on the files that an export wrote; only the address of the server is another. */
export async function startPrometheus(written: string, folder: string, server: string): Promise<Prometheus> {
  cpSync(written, folder, { recursive: true });
  const file = path.join(folder, 'prometheus.yml');
  const given = config.parse(parse(readFileSync(file, 'utf8')));
  given.scrape_configs[0].static_configs[0].targets = [server];
  writeFileSync(file, stringify(given));
  const port = await freePort();
  const options = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${path.join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=warn',
  ];
  const child = spawn('prometheus', options, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const api = `http://127.0.0.1:${port}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(said);
    return (await fetch(`${api}/-/ready`).catch(() => null))?.status === 200;
  });
  const get = async (what: string): Promise<unknown> => {
    const answer = z
      .object({ status: z.string(), error: z.string().optional(), data: z.unknown().optional() })
      .parse(await (await fetch(`${api}/api/v1/${what}`)).json());
    if (answer.status !== 'success') throw new Error(answer.error);
    return answer.data;
  };
  return {
    child,
    ask: async (expr) => {
      const { result } = vector.parse(await get(`query?query=${encodeURIComponent(expr)}`));
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    rules: async () => rules.parse(await get('rules')).groups.flatMap((group) => group.rules),
    targets: async () => targets.parse(await get('targets')).activeTargets,
  };
}

const vector = z.object({
  resultType: z.literal('vector'),
  result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
});
const rules = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          name: z.string(),
          query: z.string(),
          health: z.string(),
          state: z.string(),
          lastError: z.string().optional(),
        }),
      ),
    }),
  ),
});
const targets = z.object({
  activeTargets: z.array(z.object({ health: z.string(), lastError: z.string(), scrapePool: z.string() })),
});
