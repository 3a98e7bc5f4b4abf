import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { checkDocument } from '../core/check/check.ts';
import { filesOf } from '../core/check/files.ts';
import { makeLimits } from '../core/define/limits.ts';
import { defineNode } from '../core/define/node.ts';
import { port } from '../core/define/port.ts';
import { makeRegistry } from '../core/define/registry.ts';
import { anyType } from '../core/kinds/type.ts';
import type { TensorValue } from '../core/kinds/value.ts';
import { planRun } from '../core/plan/plan.ts';
import { attributeRun } from '../core/profile/attribute.ts';
import { Recorder } from '../core/profile/recorder.ts';
import { runPlan } from '../core/run/run.ts';
import { readFacts } from '../host/files/facts.ts';
import { openWorkspace } from '../host/files/workspace.ts';
import { makeModelHost } from '../host/models/models.ts';
import { onnx } from '../nodes/model/onnx.ts';
import { out } from '../test/core/fake-nodes.ts';
import { pipeline, runHost } from '../test/core/pipelines.ts';
import { matmulModel } from '../test/onnx-builder.ts';
import { pureHost } from '../test/pure-host.ts';
import { median, quickest } from './measure.ts';

/**
 * A model node's time as the profile has it, against a bare onnxruntime-node session loop with the same options and the
 * same input (the peer), in turns, neither looking for NaN; then what the whole pipeline takes beyond the sum of its parts.
 */
const rounds = 80;
const rows = 64;
const size = 512;
const depth = 16;

const folder = mkdtempSync(path.join(tmpdir(), 'tributary-bench-'));
const file = path.join(folder, 'matmul.onnx');
writeFileSync(file, matmulModel(size, depth, rows));
const workspace = await openWorkspace(folder);
const models = makeModelHost({
  limits: makeLimits(),
  cores: availableParallelism(),
  resolvePath: (name) => workspace.resolveAtOnce(name) ?? workspace.resolvePath(name),
  spread: false,
});

const data = Float32Array.from({ length: rows * size }, (_, i) => Math.sin(i));
const given = defineNode({
  type: 'bench.given',
  version: 1,
  title: 'Given',
  summary: 'A tensor.',
  inputs: {},
  outputs: { x: port.tensor({ doc: 'x' }) },
  params: {},
  infer: () => ({ x: { ...anyType.tensor, dtype: 'float32', shape: [rows, size] } }),
  run: (): { readonly x: TensorValue } => ({
    x: { kind: 'tensor', dtype: 'float32', shape: [rows, size], data: data.slice() },
  }),
  examples: [],
});
const document = pipeline(
  {
    given: 'bench.given',
    model: ['model.onnx', { model: 'matmul.onnx', device: 'cpu', threads: 1, refuse: 'nothing' }],
    out: 'fake.out',
  },
  ['given.x > model.x', 'model.y > out.value'],
);
const registry = makeRegistry([given, onnx, out]);
const facts = await readFacts(workspace, filesOf(document, registry));
const checked = checkDocument(document, registry, (name) => facts.get(name));
for (const { message } of checked.problems) console.log(message);
const plan = planRun(checked);
const host = runHost({ node: pureHost({ models, now: () => performance.now() }) });

const session = await ort.InferenceSession.create(file, {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 4,
  extra: { 'session.intra_op.allow_spinning': '0', 'session.inter_op.allow_spinning': '0' },
});
async function bareRun(): Promise<number> {
  const before = performance.now();
  await session.run({ x: new ort.Tensor('float32', data.slice(), [rows, size]) });
  return performance.now() - before;
}

const recorder = new Recorder({ originMs: performance.now(), maxSpans: 1e6 });
const { signal } = new AbortController();
const bare: number[] = [];
const node: number[] = [];
const runs: number[] = [];
const inLane: number[] = [];
const others: Record<string, number[]> = { copy: [], queue: [], gap: [] };
const wall: number[] = [];
const overhead: number[] = [];
const ratios: number[] = [];
for (let round = -10; round < rounds; round++) {
  const tracer = recorder.run(0);
  const first = round % 2 === 0 ? await bareRun() : 0;
  await runPlan(plan, host, { inputs: {}, signal, tracer });
  const peer = round % 2 === 0 ? first : await bareRun();
  if (round < 0) continue;
  const parts = attributeRun(tracer.alone(), 0, plan);
  const model = parts.nodes.find((one) => one.node === 'model');
  if (model === undefined) throw new Error('the model did not run');
  const whole = Object.values(model.ms).reduce((sum, ms) => sum + ms, 0);
  bare.push(peer);
  node.push(whole);
  ratios.push(whole / peer);
  runs.push(model.ms.run);
  const { names, spans } = tracer.alone();
  const ran = spans.name.indexOf(names.indexOf('session.run'));
  inLane.push(spans.endMs[ran] - spans.startMs[ran]);
  for (const kind of ['copy', 'queue', 'gap'] as const) others[kind].push(model.ms[kind]);
  wall.push(parts.wallMs);
  const sum = parts.nodes.reduce((total, one) => total + one.ms.run + one.ms.copy, 0);
  overhead.push(100 * (parts.wallMs / sum - 1));
}
console.log(`${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}, medians of ${rounds} rounds in turns`);
console.log(`bare session.run: ${median(bare).toFixed(3)} ms`);
console.log(
  `model node: ${median(node).toFixed(3)} ms (run ${median(runs).toFixed(3)}, copy ${median(others['copy']).toFixed(3)}, queue ${median(others['queue']).toFixed(3)}, hops ${median(others['gap']).toFixed(3)})`,
);
console.log(
  `ratio session.run in its lane / bare: ${(median(inLane) / median(bare)).toFixed(4)}, quickest sixteenth ${(quickest(inLane) / quickest(bare)).toFixed(4)}`,
);
console.log(`ratio model node's run / bare session: ${(median(runs) / median(bare)).toFixed(4)} (aim: within 3 %)`);
console.log(`quickest sixteenth of both: ${(quickest(runs) / quickest(bare)).toFixed(4)}`);
console.log(`ratio whole model node / bare session: ${median(ratios).toFixed(4)} (median of pairs)`);
console.log(
  `whole pipeline: ${median(wall).toFixed(3)} ms, ${median(overhead).toFixed(2)} % over the sum of its parts' work and copies`,
);
await models.close();
await session.release();
rmSync(folder, { recursive: true, force: true });
