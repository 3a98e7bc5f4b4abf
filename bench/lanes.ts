import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ModelOptions, ModelSession } from '../core/define/host.ts';
import { makeLimits } from '../core/define/limits.ts';
import type { TensorValue } from '../core/kinds/value.ts';
import { type ClosableModelHost, makeModelHost } from '../host/models/models.ts';
import { type BuilderNode, type BuilderTensor, buildModel, matmulModel, value } from '../test/onnx-builder.ts';
import { median, timeCalls } from './measure.ts';

/**
 * Two model branches at once in two lanes, against the same two one after the other (the peer): one thread a model,
 * so that only the lanes can use the second core. Then what the policies choose: threads for a model alone, spreading
 * for many runs of one model, and what a lane costs a tiny model.
 */
const rounds = 25;
const never = new AbortController().signal;
const nothing: ReadonlySet<string> = new Set();
const oneThread: ModelOptions = { device: 'cpu', threads: 1, lane: -1, precision: 'full', optimisation: 'all' };

/** A small convolutional network: [1, 3, 112, 112], `depth` pairs of depthwise and pointwise convolution. */
function convolutionModel(depth: number): Uint8Array {
  const channels = 64;
  const initializers: BuilderTensor[] = [];
  const weights = (name: string, shape: readonly number[]) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 7.13) / 9);
    initializers.push({ name, dtype: 'float32', shape, data });
    return name;
  };
  const nodes: BuilderNode[] = [
    {
      op: 'Conv',
      inputs: ['x', weights('stem', [channels, 3, 3, 3])],
      outputs: ['h0'],
      attributes: { pads: { ints: [1, 1, 1, 1] }, strides: { ints: [2, 2] } },
    },
  ];
  for (let i = 0; i < depth; i++) {
    nodes.push(
      {
        op: 'Conv',
        inputs: [`h${i}`, weights(`deep${i}`, [channels, 1, 3, 3])],
        outputs: [`d${i}`],
        attributes: { pads: { ints: [1, 1, 1, 1] }, group: { i: channels } },
      },
      { op: 'Relu', inputs: [`d${i}`], outputs: [`r${i}`] },
      { op: 'Conv', inputs: [`r${i}`, weights(`point${i}`, [channels, channels, 1, 1])], outputs: [`h${i + 1}`] },
    );
  }
  nodes.push({ op: 'GlobalAveragePool', inputs: [`h${depth}`], outputs: ['y'] });
  return buildModel({
    inputs: [value('x', 'float32', [1, 3, 112, 112])],
    outputs: [value('y', 'float32', [1, channels, 1, 1])],
    nodes,
    initializers,
  });
}

function float32(shape: readonly number[]): TensorValue {
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i % 17) / 17);
  return { kind: 'tensor', dtype: 'float32', shape, data };
}

const folder = mkdtempSync(path.join(tmpdir(), 'tributary-lanes-'));
const cores = availableParallelism();
console.log(`${cores} cores, load ${loadavg()[0]?.toFixed(1)}, ${rounds} rounds, medians`);
function makeHost(spread: boolean): ClosableModelHost {
  return makeModelHost({ limits: makeLimits(), cores, spread, resolvePath: (name) => path.join(folder, name) });
}
/** How two plain loops on two threads scale here and now: on a machine that others use too, no lanes can do better. */
async function calibrate(): Promise<number> {
  const code =
    "const { parentPort } = require('node:worker_threads'); parentPort.on('message', () => { let s = 0; for (let i = 0; i < 1e7; i++) s += Math.sqrt(i); parentPort.postMessage(s); });";
  const workers = [new Worker(code, { eval: true }), new Worker(code, { eval: true })] as const;
  const go = (worker: Worker) => {
    const done = once(worker, 'message');
    worker.postMessage(0);
    return done;
  };
  const after = await timeCalls(() => go(workers[0]).then(() => go(workers[1])), rounds, 3);
  const atOnce = await timeCalls(() => Promise.all(workers.map(go)), rounds, 3);
  await Promise.all(workers.map((worker) => worker.terminate()));
  return median(after) / median(atOnce);
}

async function both(host: ClosableModelHost, options: ModelOptions): Promise<string> {
  const a = await host.open('matmul.onnx', options, never);
  const b = await host.open('convolution.onnx', options, never);
  const runA = () => a.run({ x: rows }, nothing, never);
  const runB = () => b.run({ x: picture }, nothing, never);
  const times = { a: [] as number[], b: [] as number[], after: [] as number[], atOnce: [] as number[] };
  for (let round = -3; round < rounds; round++) {
    const t0 = performance.now();
    await runA();
    const t1 = performance.now();
    await runB();
    const t2 = performance.now();
    await Promise.all([runA(), runB()]);
    const t3 = performance.now();
    if (round < 0) continue;
    times.a.push(t1 - t0);
    times.b.push(t2 - t1);
    times.after.push(t2 - t0);
    times.atOnce.push(t3 - t2);
  }
  const [after, atOnce] = [median(times.after), median(times.atOnce)];
  const ratio = median(times.after.map((t, i) => t / (times.atOnce[i] as number)));
  return `${median(times.a).toFixed(1)} + ${median(times.b).toFixed(1)} ms; one after the other ${after.toFixed(1)}, at once ${atOnce.toFixed(1)} ms; ratio ${ratio.toFixed(2)}x`;
}
async function throughput(session: ModelSession): Promise<number> {
  const many = () => Promise.all(Array.from({ length: 12 }, () => session.run({ x: picture }, nothing, never)));
  return median(await timeCalls(many, Math.ceil(rounds / 3), 4)) / 12;
}

console.log(`two plain loops on two threads here and now: ${(await calibrate()).toFixed(2)}x`);
const rows = float32([64, 640]);
const picture = float32([1, 3, 112, 112]);
writeFileSync(path.join(folder, 'matmul.onnx'), matmulModel(640, 11));
writeFileSync(path.join(folder, 'convolution.onnx'), convolutionModel(26));
writeFileSync(path.join(folder, 'tiny.onnx'), matmulModel(16, 1));
try {
  const host = makeHost(false);
  console.log(`two branches, one thread each: ${await both(host, oneThread)} (aim 1.6x)`);
  console.log(`two branches, threads chosen:  ${await both(host, { ...oneThread, threads: 0 })}`);
  const tiny = await host.open('tiny.onnx', oneThread, never);
  const feeds = { x: float32([1, 16]) };
  const times = await timeCalls(() => tiny.run(feeds, nothing, never), 2000, 200);
  console.log(`a tiny model through a lane: ${(median(times) * 1000).toFixed(0)} µs a run, round trip`);
  await host.close();

  const one = makeHost(false);
  const alone = await throughput(await one.open('convolution.onnx', oneThread, never));
  await one.close();
  const threaded = makeHost(false);
  const wide = await throughput(await threaded.open('convolution.onnx', { ...oneThread, threads: cores }, never));
  await threaded.close();
  const spreading = makeHost(true);
  const session = await spreading.open('convolution.onnx', oneThread, never);
  // The further sessions open beside the runs that asked for them.
  for (let i = 0; i < 50 && spreading.stats().lanes.filter((lane) => lane.runs > 0).length < cores; i++)
    await throughput(session);
  const spread = await throughput(session);
  await spreading.close();
  console.log(
    `one model, 12 runs in flight: 1 lane x 1 thread ${alone.toFixed(1)} ms a run; 1 lane x ${cores} threads ${wide.toFixed(1)}, ratio ${(alone / wide).toFixed(2)}x; spread over lanes ${spread.toFixed(1)}, ratio ${(alone / spread).toFixed(2)}x`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
