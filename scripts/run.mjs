// Runs a TypeScript script of this folder: node scripts/run.mjs scripts/<name>.ts [arguments]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const [script, ...rest] = process.argv.slice(2);
if (script === undefined) {
  console.error('usage: node scripts/run.mjs scripts/<name>.ts [arguments]');
  process.exit(2);
}
const loader = fileURLToPath(import.meta.resolve('tsx'));
const { status, signal } = spawnSync(process.execPath, ['--import', `file://${loader}`, script, ...rest], {
  stdio: 'inherit',
});
process.exit(status ?? (signal ? 1 : 0));
