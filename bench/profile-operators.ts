/**
 * Operator times of our profile of a model against ONNX Runtime's own file of the same runs, summed up independently
 * here; and what its profiler costs, from runs with and without it in turns. Aim: 1.000 exactly.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { insideModel } from '../core/profile/operators.ts';
import type { SessionRequest, Tensors } from '../host/models/messages.ts';
import { profileRun } from '../host/models/profile.ts';
import { median } from './measure.ts';

interface Event {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args: { readonly op_name?: string };
}

const runs = 31;
const root = new URL('../samples/', import.meta.url).pathname;
const models: readonly (readonly [file: string, feeds: Tensors])[] = [
  ['picture-classifier/models/scenes.onnx', { pixel_values: floats([1, 3, 96, 96]) }],
  ['event-detector/models/sound.onnx', { features: floats([1, 1, 64, 151]) }],
];

function floats(shape: readonly number[]): Tensors[string] {
  const data = new Float32Array(shape.reduce((size, dim) => size * dim, 1)).fill(0.25);
  return { kind: 'tensor', dtype: 'float32', shape, data };
}

console.log(`${os.cpus()[0]?.model ?? os.arch()}, ${os.availableParallelism()} cores, ${runs} runs of each`);
for (const [name, feeds] of models) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tributary-bench-'));
  try {
    const request: SessionRequest = {
      file: path.join(root, name),
      name,
      adapt: false,
      provider: 'cpu',
      threads: 1,
      precision: 'full',
      optimisation: 'all',
    };
    const seen = await profileRun(request, feeds, { runs, budgetMs: 60_000, folder });
    const operators = (seen.operators ?? []).map(({ durationMs, ...operator }) => ({ ...operator, ms: durationMs }));
    const { kernels, kernelMs } = insideModel(operators, 'CPUExecutionProvider');
    const [file] = await readdir(folder);
    const own = sumsOf(JSON.parse(await readFile(path.join(folder, file), 'utf8')) as readonly Event[]);
    console.log(`${name}`);
    for (const { op, ms, count } of kernels.slice(0, 10)) {
      const theirs = own.get(op) ?? Number.NaN;
      console.log(
        `  ${op.padEnd(22)} x${String(count).padEnd(4)} ${ms.toFixed(3)} ms  runtime's file ${theirs.toFixed(3)} ms  ratio ${(ms / theirs).toFixed(3)}`,
      );
    }
    const all = [...own.values()].reduce((sum, ms) => sum + ms, 0);
    console.log(
      `  all kernels ${kernelMs.toFixed(3)} ms, runtime's file ${all.toFixed(3)} ms, ratio ${(kernelMs / all).toFixed(3)}`,
    );
    const [looked, plain] = [seen.profiledRunMs ?? 0, seen.runMs ?? 0];
    console.log(
      `  run ${looked.toFixed(3)} ms with the runtime's profiler, ${plain.toFixed(3)} ms without: ratio ${(looked / plain).toFixed(2)}`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Operator type → sum over its operators of the median time over the last runs, from the file alone. */
function sumsOf(events: readonly Event[]): ReadonlyMap<string, number> {
  const wholes = events.filter(({ name }) => name === 'model_run').slice(-runs);
  const times = new Map<string, { readonly op: string; readonly us: number[] }>();
  for (const { ts, dur } of wholes) {
    for (const event of events) {
      if (event.cat !== 'Node' || event.ts < ts || event.ts > ts + dur) continue;
      const known = times.get(event.name) ?? { op: event.args.op_name ?? '', us: [] };
      known.us.push(event.dur);
      times.set(event.name, known);
    }
  }
  const sums = new Map<string, number>();
  for (const { op, us } of times.values()) sums.set(op, (sums.get(op) ?? 0) + median(us) / 1000);
  return sums;
}
