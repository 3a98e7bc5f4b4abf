// npm test: installs what is missing, then lint, types and tests. Its last line is always `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackages, installPrograms } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const counts = { passed: 0, failed: 0 };

if (installPackages()) {
  installPrograms();
  step('lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '--max-diagnostics=50', '.']);
  step('types', ['node_modules/typescript/bin/tsc', '--noEmit']);
  step('types of the renderer', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'renderer']);
  const built = run(['scripts/build.mjs']);
  if (built !== 0) counts.failed++;
  // Engines and lanes that tests start then start as built: the suite has hundreds of them.
  const env = built === 0 ? { TRIBUTARY_BUILT: path.join(root, 'dist') } : {};
  const asked = process.argv.slice(2);
  if (asked.length > 0) tests('tests', asked, env);
  else {
    tests('tests', ['--exclude', 'test/e2e/**'], env);
    // One browser at a time: a page that shares its core with other tests is late, not wrong. So is one try more.
    tests('the studio in a real browser', ['test/e2e', '--maxWorkers=1', '--retry=1'], env);
  }
} else counts.failed++;

console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;

function step(name, command) {
  console.log(`\n== ${name}`);
  if (run(command) === 0) counts.passed++;
  else {
    counts.failed++;
    console.log(`✗ ${name} failed`);
  }
}

function run(command, env = {}) {
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, CI: 'true', ...env } };
  return spawnSync(process.execPath, command, options).status ?? 1;
}

function tests(name, args, env) {
  console.log(`\n== ${name}`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tributary-test-'));
  const report = path.join(folder, 'report.json');
  const reporters = ['--reporter=dot', '--reporter=./scripts/test-report.mjs'];
  const status = run(['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args], {
    ...env,
    TRIBUTARY_TEST_REPORT: report,
  });
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    counts.passed += result.passed;
    counts.failed += result.failed;
    if (status !== 0 && result.failed === 0) counts.failed++;
    const slowest = result.slowest.map(({ name, seconds }) => `  ${seconds.toFixed(0).padStart(4)} s ${name}`);
    console.log(`slowest files:\n${slowest.join('\n')}`);
    for (const { name, note } of result.skipped) console.log(`left out: ${name}${note ? `: ${note}` : ''}`);
  } catch {
    counts.failed++;
    console.log('✗ the tests ended without a report');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
