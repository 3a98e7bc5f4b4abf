// npm start: installs what is missing, builds, and shows a pipeline at work: picture, sound and caption fused.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const sample = 'samples/event-detector';

if (!installPackages()) process.exit(7);
if (run(['scripts/build.mjs']) !== 0) process.exit(1);
if (!existsSync(path.join(root, sample))) {
  console.error(`✗ ${sample} is not there.\n  fix: clone the project again.`);
  process.exit(1);
}
const results = path.join(os.tmpdir(), 'tributary-demo');
console.log(`\n> npx tributary run ${sample} --output ${results}\n`);
const status = run(['cli/tributary.mjs', 'run', sample, '--output', results]);
if (status === 0) {
  console.log(`
Next:
  npx tributary run ${sample} --input caption="an alarm rings"     your own words; picture and sound count as missing
  npx tributary nodes                                              what a pipeline can be made of
  npx tributary new my-pipeline --model your-model.onnx            a pipeline around your own model
  npx tributary --help`);
}
process.exitCode = status;

function run(command) {
  const { status, signal } = spawnSync(process.execPath, command, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return status ?? (signal === 'SIGINT' ? 130 : 1);
}
