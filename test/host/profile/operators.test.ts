import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { insideModel } from '../../../core/profile/operators.ts';
import type { OperatorTime, SessionRequest, Tensors } from '../../../host/models/messages.ts';
import { profileRun } from '../../../host/models/profile.ts';
import { operatorsOf } from '../../../host/models/profileTrace.ts';
import { matmulModel } from '../../onnx-builder.ts';
import { tempFolder } from '../../temp-folder.ts';
import { float32, loopModel } from '../models/fixture.ts';

const scenes = fileURLToPath(new URL('../../../samples/picture-classifier/models/scenes.onnx', import.meta.url));
const runs = 5;

interface Event {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args: { readonly op_name?: string; readonly output_size?: string };
}

/** Profiles a model and gives the runtime's own file beside what we make of it. */
async function profiled(file: string, feeds: Tensors) {
  const folder = path.join(tempFolder(), 'kept');
  mkdirSync(folder);
  const request: SessionRequest = {
    file,
    name: 'net.onnx',
    adapt: false,
    provider: 'cpu',
    threads: 1,
    precision: 'full',
    optimisation: 'all',
  };
  const value = await profileRun(request, feeds, { runs, budgetMs: 60_000, folder });
  const [name] = readdirSync(folder);
  const events = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as readonly Event[];
  return { value, operators: value.operators ?? [], events };
}

/** Microseconds of each operator of the last runs, run by run, as they stand in the file. */
function byHand(events: readonly Event[]): readonly ReadonlyMap<string, number>[] {
  const wholes = events.filter((event) => event.name === 'model_run').slice(-runs);
  return wholes.map((whole) => {
    const inside = events.filter(
      (event) => event.cat === 'Node' && event.ts >= whole.ts && event.ts <= whole.ts + whole.dur,
    );
    return new Map(inside.map((event) => [event.name.replace('_kernel_time', ''), event.dur]));
  });
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

describe("operators of ONNX Runtime's profiler", () => {
  it("take exactly what they take in the runtime's own file", async () => {
    const x = float32([1, 3, 96, 96], new Float32Array(3 * 96 * 96).fill(0.5));
    const { value, operators, events } = await profiled(scenes, { pixel_values: x });
    const own = byHand(events);
    expect(own).toHaveLength(runs);
    expect(operators.map(({ name }) => name)).toEqual([...own[0].keys()]);
    expect(operators.length).toBeGreaterThan(10);
    for (const { name, durationMs, count } of operators) {
      expect(durationMs).toBe(middle(own.map((run) => run.get(name) ?? Number.NaN)) / 1000);
      expect(count).toBe(1);
    }
    const conv = events.find((event) => event.args.op_name === 'Conv');
    const layer = operators.find(({ op }) => op === 'Conv');
    expect(layer).toMatchObject({
      provider: 'CPUExecutionProvider',
      inputs: 'float 1x3x96x96, float 16x3x3x3, float 16',
      outputs: 'float 1x16x48x48',
      bytesOut: Number(conv?.args.output_size),
    });
    expect(layer?.bytesOut).toBe(16 * 48 * 48 * 4);
    expect(Object.keys(value.outputs ?? {})).toEqual(['logits']);
    expect(value.runMs).toBeGreaterThan(0);
    expect(value.profiledRunMs).toBeGreaterThan(0);
    // Kernels lie within the runs of the session that was looked at.
    const { kernelMs, kernels, layers } = insideOf(operators);
    expect(kernelMs).toBeLessThan((value.profiledRunMs ?? 0) * 1.5);
    expect(layers.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(kernelMs, 12);
    expect(kernels.reduce((sum, { ms }) => sum + ms, 0)).toBeCloseTo(kernelMs, 12);
    expect(kernels.reduce((sum, { count }) => sum + count, 0)).toBe(operators.length);
  });

  it('of a loop count all its turns, and the loop itself without them', async () => {
    const file = path.join(tempFolder(), 'loop.onnx');
    writeFileSync(file, loopModel());
    const trips = { kind: 'tensor' as const, dtype: 'int64' as const, shape: [], data: BigInt64Array.of(40n) };
    const { operators, events } = await profiled(file, { x: float32([1], [0]), trips });
    const add = operators.find(({ op }) => op === 'Add');
    const loop = operators.find(({ op }) => op === 'Loop');
    expect(add?.count).toBe(40);
    expect(loop?.count).toBe(1);
    const wholes = events.filter((event) => event.args.op_name === 'Loop').map((event) => event.dur / 1000);
    const inside = operators.filter(({ op }) => op !== 'Loop').reduce((sum, { durationMs }) => sum + durationMs, 0);
    expect(inside).toBeGreaterThan(0);
    // All together they are what the loop took, which holds them: nothing is counted twice.
    expect(insideOf(operators).kernelMs).toBeLessThanOrEqual(Math.max(...wholes));
    expect(loop?.durationMs).toBeGreaterThanOrEqual(0);
  });

  it('leaves no file behind unless it is told where', async () => {
    const folder = tempFolder();
    const file = path.join(folder, 'deep.onnx');
    writeFileSync(file, matmulModel(32, 3));
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = folder;
    try {
      const request: SessionRequest = {
        file,
        name: 'deep.onnx',
        adapt: false,
        provider: 'cpu',
        threads: 1,
        precision: 'full',
        optimisation: 'all',
      };
      const feeds = { x: float32([2, 32], new Float32Array(64)) };
      const { operators } = await profileRun(request, feeds, { runs: 3, budgetMs: 0 });
      expect(operators?.map(({ op }) => op)).toEqual(['MatMul', 'MatMul', 'MatMul']);
      expect(readdirSync(folder)).toEqual(['deep.onnx']);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });
});

function insideOf(operators: readonly OperatorTime[]) {
  return insideModel(
    operators.map(({ durationMs, ...operator }) => ({ ...operator, ms: durationMs })),
    'CPUExecutionProvider',
  );
}

describe("a file of the runtime's profiler", () => {
  const event = (cat: string, name: string, ts: number, dur: number, args = {}) => ({
    cat,
    name,
    ph: 'X',
    pid: 1,
    tid: 1,
    ts,
    dur,
    args,
  });
  const node = (name: string, ts: number, dur: number, op_name: string, node_index = '0') =>
    event('Node', `${name}_kernel_time`, ts, dur, { op_name, provider: 'P', node_index, output_size: '8' });

  it('gives medians over the last runs; what ran before does not count', () => {
    const file = [
      event('Session', 'model_loading_uri', 0, 50),
      node('a', 100, 500, 'Add'),
      event('Session', 'model_run', 99, 600),
      ...[10, 30, 20].flatMap((us, run) => [
        node('a', 1000 + 1000 * run, us, 'Add'),
        event('Session', 'model_run', 999 + 1000 * run, 900),
      ]),
    ];
    expect(operatorsOf(file, 3)).toEqual([
      { name: 'a', op: 'Add', provider: 'P', durationMs: 0.02, count: 1, inputs: '', outputs: '', bytesOut: 8 },
    ]);
  });

  it('takes what runs inside a branch out of the time of the branch, however deep', () => {
    const file = [
      node('if', 10, 100, 'If'),
      node('loop', 20, 60, 'Loop'),
      node('mul', 25, 5, 'Mul', '1'),
      node('mul', 35, 7, 'Mul', '1'),
      node('add', 85, 4, 'Add'),
      node('after', 110, 30, 'Add'),
      event('Session', 'model_run', 5, 200),
    ];
    const found = Object.fromEntries(
      operatorsOf(file, 1).map(({ name, durationMs, count }) => [name, [durationMs, count]]),
    );
    expect(found).toEqual({ if: [0.036, 1], loop: [0.048, 1], mul: [0.012, 2], add: [0.004, 1], after: [0.03, 1] });
  });

  it('of another shape is refused', () => {
    expect(() => operatorsOf({ events: [] }, 1)).toThrow();
    expect(operatorsOf([], 3)).toEqual([]);
  });
});
