// How long until the studio says that it is ready, as it is built, against bare Node.
// Aim: ready within two seconds. Run `npm run build` first.
//   node scripts/run.mjs bench/startup.ts [rounds]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { median } from './measure.ts';

const rounds = Number(process.argv[2] ?? 7);
const state = mkdtempSync(path.join(os.tmpdir(), 'tributary-startup-'));
const studio = ['studio', '--port', '0', '--no-open'];
const kinds: Readonly<Record<string, readonly string[]>> = {
  'bare Node': ['-e', 'console.log("ready")'],
  'tributary --version': ['dist/cli.js', '--version'],
  'studio, built': ['cli/tributary.mjs', ...studio],
};
const times = new Map(Object.keys(kinds).map((name) => [name, [] as number[]]));
try {
  for (let round = -1; round < rounds; round++) {
    for (const [name, args] of Object.entries(kinds)) {
      const ms = await untilFirstLine(args);
      if (round >= 0) times.get(name)?.push(ms);
    }
  }
} finally {
  rmSync(state, { recursive: true, force: true });
}

const bare = median(times.get('bare Node') ?? []);
for (const [name, all] of times) {
  const ms = median(all);
  console.log(`${name}: ${ms.toFixed(0)} ms, ${(ms / bare).toFixed(1)}x of bare Node`);
}
const ready = median(times.get('studio, built') ?? []);
console.log(`studio ready in ${(ready / 2000).toFixed(2)} of two seconds: ${ready < 2000 ? 'holds' : 'does not hold'}`);

async function untilFirstLine(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const env = { ...process.env, NO_COLOR: '1', CI: 'true', TRIBUTARY_STATE: state };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await Promise.race([new Promise<void>((resolve) => child.stdout.once('data', () => resolve())), ended]);
  const ms = performance.now() - startedAt;
  child.kill();
  await ended;
  return ms;
}
