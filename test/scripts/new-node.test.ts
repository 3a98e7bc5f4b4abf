import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { newNodeFiles } from '../../scripts/new-node.ts';
import { root } from '../rules/sources.ts';
import { tempFolder } from '../temp-folder.ts';

const run = promisify(execFile);

it('writes a node whose test passes, for a name that is a reserved word too', async () => {
  const folder = tempFolder();
  for (const name of ['core', 'node_modules', 'package.json'])
    symlinkSync(path.join(root, name), path.join(folder, name));
  mkdirSync(path.join(folder, 'test'));
  for (const name of ['test-node.ts', 'pure-host.ts'])
    cpSync(path.join(root, 'test', name), path.join(folder, 'test', name));
  for (const type of ['image.softGlow', 'new.switch']) {
    for (const [name, text] of newNodeFiles(type)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
  }
  const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
  const { stdout } = await run(process.execPath, [vitest, 'run', '--root', folder, '--reporter=json'], { cwd: folder });
  const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as { numPassedTests: number; numFailedTests: number };
  expect(report.numFailedTests).toBe(0);
  expect(report.numPassedTests).toBeGreaterThanOrEqual(10);
});

it('refuses names that are no types', () => {
  for (const type of ['sharpen', 'Image.sharpen', 'image.', 'image.a b', 'image/../x', 'kernels.x'])
    expect(() => newNodeFiles(type), type).toThrow();
});
