import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { joinLazy } from '../core/onnx/join.ts';
import { openWorkspace } from '../host/files/workspace.ts';
import { openOnnx, saveOnnx } from '../host/models/onnxFile.ts';
import { matmulModel } from '../test/onnx-builder.ts';
import { findPython, median } from './measure.ts';

/**
 * Joins two models of 100 MB, from file to file: time against the aim of 2 s and memory against 300 MB, and against the onnx
 * package's load, compose.merge_models and save (the peer), in turns.
 */
const rounds = 5;
const size = 1024;
const depth = 24;
const folder = mkdtempSync(path.join(tmpdir(), 'tributary-join-'));
const mb = (bytes: number) => (bytes / 1e6).toFixed(0);

async function joinFiles(): Promise<number> {
  const workspace = await openWorkspace(folder);
  const [first, second] = [await openOnnx(workspace, 'first.onnx'), await openOnnx(workspace, 'second.onnx')];
  try {
    const { lazy } = joinLazy(first, second, { x: 'y' });
    return (await saveOnnx(workspace, 'joined.onnx', lazy)).bytes;
  } finally {
    await first.close();
    await second.close();
  }
}

function peer(command: string): { readonly seconds: number; readonly bytes: number } {
  const script = fileURLToPath(new URL('./peers/onnx-join.py', import.meta.url));
  const { stdout, stderr, status } = spawnSync(command, [script, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

try {
  for (const name of ['first.onnx', 'second.onnx']) writeFileSync(path.join(folder, name), matmulModel(size, depth));
  const python = findPython(['onnx']);
  const ours: number[] = [];
  const theirs: { seconds: number; bytes: number }[] = [];
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 5);
  for (let round = -1; round < rounds; round++) {
    const startedAt = performance.now();
    const bytes = await joinFiles();
    if (round >= 0) ours.push((performance.now() - startedAt) / 1000);
    else
      console.log(
        `load ${loadavg()[0]?.toFixed(1)}; ${mb(statSync(path.join(folder, 'first.onnx')).size)} MB each, ${mb(bytes)} MB joined; medians of ${rounds}`,
      );
    if (round >= 0 && typeof python !== 'string') theirs.push(peer(python.command));
  }
  clearInterval(watch);
  const seconds = median(ours);
  console.log(`${seconds.toFixed(2)} s, ${mb(most - before)} MB more memory at most; aims 2 s, 300 MB`);
  if (typeof python === 'string') console.log(`no peer: ${python}`);
  else {
    const other = median(theirs.map((one) => one.seconds));
    console.log(
      `onnx.compose ${other.toFixed(2)} s, ${mb(median(theirs.map((one) => one.bytes)))} MB; ratio ${(other / seconds).toFixed(2)}x`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
