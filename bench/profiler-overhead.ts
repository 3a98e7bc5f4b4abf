import { availableParallelism, loadavg } from 'node:os';
import { checkDocument } from '../core/check/check.ts';
import { defineNode } from '../core/define/node.ts';
import { port } from '../core/define/port.ts';
import { makeRegistry } from '../core/define/registry.ts';
import { anyType } from '../core/kinds/type.ts';
import { planRun } from '../core/plan/plan.ts';
import { attributeRun } from '../core/profile/attribute.ts';
import { Recorder } from '../core/profile/recorder.ts';
import { decodeTrace, encodeTrace } from '../core/profile/traceFile.ts';
import { runPlan } from '../core/run/run.ts';
import { out, scalar } from '../test/core/fake-nodes.ts';
import { pipeline, runHost } from '../test/core/pipelines.ts';
import { median, quickest } from './measure.ts';

/** What being traced costs a pipeline of about 5 ms: 20 nodes in two branches that compute on the main thread, against itself untraced (the peer), in turns. */
const nodes = 20;
const pairs = 600;
const type = { ...anyType.tensor, dtype: 'float32', shape: [1] } as const;

function compute(rounds: number): number {
  let x = 1;
  for (let i = 0; i < rounds; i++) x = Math.sqrt(x + i);
  return x;
}
/** Rounds that take so many milliseconds here. */
function roundsFor(ms: number): number {
  const times = Array.from({ length: 200 }, () => {
    const before = performance.now();
    compute(1e5);
    return performance.now() - before;
  });
  return Math.round((1e5 * ms) / quickest(times));
}
const rounds = roundsFor(5 / nodes);

const work = defineNode({
  type: 'bench.work',
  version: 1,
  title: 'Work',
  summary: 'Computes for a while.',
  inputs: { a: port.tensor({ doc: 'a', optional: true }), b: port.tensor({ doc: 'b', optional: true }) },
  outputs: { x: port.tensor({ doc: 'x' }) },
  params: {},
  infer: () => ({ x: type }),
  run: async () => ({ x: scalar(compute(rounds)) }),
  examples: [],
});

const document = pipeline(
  { ...Object.fromEntries(Array.from({ length: nodes }, (_, i) => [`n${i}`, 'bench.work'])), out: 'fake.out' },
  [
    ...Array.from({ length: nodes - 2 }, (_, i) => `n${i}.x > n${i + 2}.a`),
    `n${nodes - 2}.x > n${nodes - 1}.b`,
    `n${nodes - 1}.x > out.value`,
  ],
);
const registry = makeRegistry([work, out]);
const plan = planRun(checkDocument(document, registry, () => undefined));
const host = runHost();
const { signal } = new AbortController();
const recorder = new Recorder({ originMs: performance.now(), maxSpans: 2_000_000 });

/** Microseconds of processor time, which other processes hardly disturb. */
const processor = { traced: [] as number[], plain: [] as number[] };

async function timed(traced: boolean): Promise<number> {
  const usage = process.cpuUsage();
  const before = performance.now();
  await runPlan(plan, host, { inputs: {}, signal, ...(traced ? { tracer: recorder.run(0) } : {}) });
  const ms = performance.now() - before;
  const { user, system } = process.cpuUsage(usage);
  processor[traced ? 'traced' : 'plain'].push(user + system);
  return ms;
}

const plain: number[] = [];
const traced: number[] = [];
for (let pair = -50; pair < pairs; pair++) {
  const first = pair % 2 === 0;
  const one = await timed(first);
  const other = await timed(!first);
  if (pair < 0) continue;
  (first ? traced : plain).push(one);
  (first ? plain : traced).push(other);
}
const perPair = traced.map((ms, i) => ms / plain[i]);
console.log(`${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}, ${pairs} pairs in turns`);
console.log(`untraced: ${median(plain).toFixed(3)} ms, traced: ${median(traced).toFixed(3)} ms`);
console.log(`ratio traced / untraced: ${median(perPair).toFixed(4)} (median of pairs; aim: under 1.02)`);
console.log(
  `ratio of the quickest sixteenth, which a busy machine disturbs least: ${(quickest(traced) / quickest(plain)).toFixed(4)}`,
);
console.log(
  `ratio of processor time: ${(median(processor.traced) / median(processor.plain)).toFixed(4)} (medians), ${(quickest(processor.traced) / quickest(processor.plain)).toFixed(4)} (quickest sixteenth)`,
);

const trace = recorder.trace();
let before = performance.now();
for (let run = 0; run < trace.runs.count; run++) attributeRun(trace, run, plan);
const each = (performance.now() - before) / trace.runs.count;
console.log(
  `attribution after a run: ${(each * 1000).toFixed(0)} µs (${trace.tasks.count / trace.runs.count} tasks, ${trace.spans.count / trace.runs.count} spans)`,
);

const many = new Recorder({ originMs: 0, maxSpans: 2e6 });
for (let run = 0; run < 20_000; run++) {
  const tracer = many.run(0);
  tracer.runBegins(run);
  for (let task = 0; task < 10; task++) {
    tracer.begin(task, 0, run, run, task === 0 ? [] : [task - 1]);
    for (let span = 0; span < 5; span++) tracer.span(task, `n${task}`, 'run', 'main', 'call', run, run + 1, 0);
    tracer.end(task, run + 1, 1, 1);
  }
  tracer.runEnds(run + 1);
}
const million = many.trace();
before = performance.now();
const file = encodeTrace(million);
const encodedMs = performance.now() - before;
const decoded: number[] = [];
for (let round = 0; round < 5; round++) {
  before = performance.now();
  decodeTrace(file);
  decoded.push(performance.now() - before);
}
console.log(
  `${million.spans.count} spans: ${(file.length / 1e6).toFixed(1)} MB, written in ${encodedMs.toFixed(0)} ms, opened in ${median(decoded).toFixed(1)} ms (first ${decoded[0].toFixed(1)}; aim: under 100)`,
);
