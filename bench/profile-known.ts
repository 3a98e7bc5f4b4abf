import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkDocument } from '../core/check/check.ts';
import { planRun } from '../core/plan/plan.ts';
import { attributeRun } from '../core/profile/attribute.ts';
import { Recorder } from '../core/profile/recorder.ts';
import { runPlan } from '../core/run/run.ts';
import { pipeline, runHost } from '../test/core/pipelines.ts';
import { copyAgainAndAgain, delayRegistry } from '../test/core/profile/delayNodes.ts';
import { pureHost } from '../test/pure-host.ts';
import { median, quickest } from './measure.ts';

/**
 * Nodes of known delays by the real clock: what the profile says of each, against the same work done bare (the peer), in
 * turns; of copying, against the clock inside it.
 */
const rounds = 60;
const copies = { megabytes: 4, times: 4 };

function spin(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** What copying took where it was done: how long that takes hangs on the memory that is found, in a loop other than among nodes. */
const inside: number[] = [];
function copied(megabytes: number, times: number): number {
  const before = performance.now();
  const sum = copyAgainAndAgain(megabytes, times);
  inside.push(performance.now() - before);
  return sum;
}

const bare: Readonly<Record<string, () => unknown>> = {
  sleeps: () => sleep(5),
  spins: () => spin(5),
  mixes: async () => {
    spin(2);
    await sleep(2);
    spin(2);
  },
};
const document = pipeline(
  {
    start: 'delay.start',
    sleeps: ['delay.sleep', { ms: 5 }],
    spins: ['delay.spin', { ms: 5 }],
    mixes: ['delay.mixed', { ms: 2 }],
    copies: ['delay.copy', copies],
    out: 'delay.out',
  },
  ['start.x > sleeps.a', 'sleeps.x > spins.a', 'spins.x > mixes.x', 'mixes.x > copies.x', 'copies.x > out.value'],
);
const plan = planRun(checkDocument(document, delayRegistry(spin, copied), () => undefined));
const node = pureHost({ sleep: (ms, stop) => sleep(ms, undefined, { signal: stop }) });
const { signal } = new AbortController();
const recorder = new Recorder({ originMs: performance.now(), maxSpans: 1e6 });

const expected = new Map<string, number[]>(Object.keys(bare).map((name) => [name, []]));
const found = new Map<string, number[]>([...Object.keys(bare), 'copies'].map((name) => [name, []]));
const attributed: number[] = [];
for (let round = -5; round < rounds; round++) {
  const tracer = recorder.run(0);
  await runPlan(plan, runHost({ node }), { inputs: {}, signal, tracer });
  const parts = attributeRun(tracer.alone(), 0, plan);
  if (round >= 0) {
    attributed.push(100 * (1 - parts.remainderMs / parts.wallMs));
    for (const { node: id, ms } of parts.nodes) found.get(id)?.push(ms.run);
  }
  for (const [name, work] of Object.entries(bare)) {
    const before = performance.now();
    await work();
    if (round >= 0) expected.get(name)?.push(performance.now() - before);
  }
}
expected.set('copies', inside.slice(-rounds));
console.log(`${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}, medians of ${rounds} rounds in turns`);
for (const [name, times] of found) {
  const [ours, theirs] = [median(times), median(expected.get(name) ?? [])];
  console.log(
    `${name.padEnd(7)} profile ${ours.toFixed(3)} ms, bare ${theirs.toFixed(3)} ms, ratio ${(ours / theirs).toFixed(3)} (aim: within 5 %); quickest sixteenth ${(quickest(times) / quickest(expected.get(name) ?? [])).toFixed(3)}`,
  );
}
console.log(`attributed to nodes: ${median(attributed).toFixed(2)} % of the wall time`);
