import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { root } from '../rules/sources.ts';
import { tempFolder } from '../temp-folder.ts';

/**
 * The Python projects run for real where their packages are: TRIBUTARY_PYTHON names an interpreter that has them. Elsewhere
 * these tests are left out, and the projects are only compiled (test/core/export/python).
 */
const python = process.env['TRIBUTARY_PYTHON'] ?? 'python3';
const has = (...modules: readonly string[]) =>
  spawnSync(python, ['-c', modules.map((name) => `import ${name}`).join('\n')], { timeout: 120_000 }).status === 0;
const hasRuntime = has('onnxruntime', 'numpy', 'PIL', 'soundfile', 'soxr', 'tokenizers');
const hasWeb = hasRuntime && has('fastapi', 'uvicorn', 'multipart', 'prometheus_client');
const hasRay = hasRuntime && has('ray', 'ray.data', 'ray.serve', 'pyarrow');

/** Exports a sample as a user would. */
function exported(sample: string, target: string): string {
  const folder = path.join(tempFolder(), target);
  const words = ['export', path.join(root, 'samples', sample), '--target', target, '-o', folder];
  const told = spawnSync(process.execPath, [path.join(root, 'cli/tributary.mjs'), ...words], { encoding: 'utf8' });
  expect(told.status, told.stderr).toBe(0);
  return folder;
}

function run(folder: string, ...words: readonly string[]): { readonly status: number | null; readonly text: string } {
  const env = { ...process.env, RAY_USAGE_STATS_ENABLED: '0', PYTHONDONTWRITEBYTECODE: '1' };
  const { status, stdout, stderr } = spawnSync(python, words, { cwd: folder, encoding: 'utf8', env });
  return { status, text: `${stdout}${stderr}` };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Ends with the test, whatever becomes of it. */
function started(child: ChildProcess): ChildProcess {
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  return child;
}

it.runIf(hasRuntime).each(['picture-classifier', 'sound-classifier', 'text-classifier', 'event-detector', 'detector'])(
  'in Python %s gives the answers that were recorded',
  (sample) => {
    const { status, text } = run(exported(sample, 'fastapi'), 'verify.py');
    expect(text).toContain('all as recorded');
    expect(status).toBe(0);
  },
  300_000,
);

it.runIf(hasWeb)(
  'FastAPI serves it: recorded answers over HTTP, and what cannot be used is told',
  async () => {
    const folder = exported('event-detector', 'fastapi');
    const port = await freePort();
    const words = ['-m', 'uvicorn', 'service.app:app', '--host', '127.0.0.1', '--port', String(port)];
    const child = started(spawn(python, words, { cwd: folder, stdio: 'ignore' }));
    const url = `http://127.0.0.1:${port}`;
    await expect
      .poll(async () => (await fetch(`${url}/readyz`).catch(() => null))?.status, { timeout: 120_000, interval: 500 })
      .toBe(200);
    expect(run(folder, 'verify.py', url)).toMatchObject({
      status: 0,
      text: expect.stringContaining('all as recorded'),
    });
    const ask = async (inputs: object) => {
      const body = JSON.stringify({ inputs });
      const answer = await fetch(`${url}/predict`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      return { status: answer.status, body: await answer.json() };
    };
    expect(await ask({ image: Buffer.from('no picture').toString('base64') })).toMatchObject({
      status: 400,
      body: { error: 'The picture "image" is in no format that is known.' },
    });
    expect(await ask({ nonsense: 1 })).toMatchObject({ status: 400 });
    expect(await ask({ caption: 'rain and thunder' })).toMatchObject({
      status: 200,
      body: { outputs: { event: { count: 8 } } },
    });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(
      'tributary_requests_total{outcome="failed",protocol="rest",version="1"} 2.0',
    );
    child.kill('SIGTERM');
    await once(child, 'exit');
  },
  300_000,
);

it.runIf(hasRay)(
  'Ray Data answers a folder and lines of JSON; one bad file fails alone',
  () => {
    const folder = exported('event-detector', 'ray');
    const many = path.join(folder, 'many');
    mkdirSync(many);
    const picture = path.join(folder, 'pipeline/media/storm.jpg');
    for (const name of ['a', 'b', 'c']) copyFileSync(picture, path.join(many, `${name}.jpg`));
    writeFileSync(path.join(many, 'bad.jpg'), 'no picture');
    writeFileSync(
      path.join(folder, 'rows.jsonl'),
      [{ image: picture, caption: 'rain' }, { image: '/nowhere.jpg' }].map((row) => JSON.stringify(row)).join('\n'),
    );
    for (const [words, good] of [
      [['--files', 'image=many'], 3],
      [['--rows', 'rows.jsonl'], 1],
    ] as const) {
      const output = `answers-${good}`;
      expect(run(folder, 'data_job.py', ...words, '--output', output).status).toBe(0);
      const read = `
import json, sys, pyarrow.parquet
rows = pyarrow.parquet.read_table(sys.argv[1]).to_pylist()
print(json.dumps([[json.loads(row["answers"])["event"]["label"] if row["answers"] else None, row["error"]] for row in rows]))
`;
      const rows: readonly (readonly [string | null, string | null])[] = JSON.parse(
        run(folder, '-c', read, output).text,
      );
      expect(rows.filter(([label, error]) => label === 'storm at sea' && error === null)).toHaveLength(good);
      expect(rows.filter(([label, error]) => label === null && error !== null)).toHaveLength(1);
    }
  },
  600_000,
);

it.runIf(hasRay)(
  'Ray Serve takes its configuration and gives the recorded answers',
  async () => {
    const folder = exported('picture-classifier', 'ray');
    const port = await freePort();
    const program = `
import subprocess, sys
import ray, yaml
from ray import serve
from ray.serve.schema import ServeDeploySchema

with open("serve_config.yaml", encoding="utf-8") as file:
    ServeDeploySchema.model_validate(yaml.safe_load(file))
sys.path.insert(0, ".")
ray.init(include_dashboard=False, num_cpus=4)
import serve_app

serve.start(http_options={"host": "127.0.0.1", "port": ${port}})
serve.run(serve_app.app, route_prefix="/")
told = subprocess.run([sys.executable, "verify.py", "http://127.0.0.1:${port}"], capture_output=True, text=True)
print(told.stdout, told.stderr)
serve.shutdown()
ray.shutdown()
`;
    expect(run(folder, '-c', program).text).toContain('all as recorded');
  },
  600_000,
);
