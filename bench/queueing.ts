import { availableParallelism, loadavg } from 'node:os';
import { arrivalTimes } from '../core/profile/arrivals.ts';
import type { LoadPoint } from '../core/profile/load.ts';
import { runLevel } from '../core/profile/loadLevel.ts';
import { seededRandom } from '../core/profile/random.ts';
import { percentile } from '../core/profile/stats.ts';
import { requestsTo } from '../host/profile/requests.ts';
import { Runner } from '../host/profile/runner.ts';
import { pipeline } from '../test/core/pipelines.ts';
import { delayBed, noSamples } from './delayBed.ts';

/**
 * The open-loop generator with the real engine and the real clock, against queueing theory (the peer): a node that keeps
 * its thread for a fixed time is a queue with one server, M/D/1 when requests come like a Poisson process, and D/D/1 when
 * they come like a clock. Aim: mean wait within 10 % at 50 % and 80 % load. Stretches in which service itself was slowed by
 * other programs are told and thrown away: the theory is about a fixed service.
 */
const serviceMs = 20;
/** Stretches of so many seconds, of which so many must be calm: the machine must not have taken the processor away meanwhile. */
const seconds = 15;
const wanted = Number(process.argv[2] ?? 8);
const mostTried = 4 * wanted;
/** Mean service over its usual time. */
const calm = 1.02;

/** Time, not work: a fixed service is what the theory is about. */
function spin(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
const document = pipeline({ start: 'delay.start', work: ['delay.spin', { ms: serviceMs }], out: 'delay.out' }, [
  'start.x > work.a',
  'work.x > out.value',
]);
const runner = new Runner(
  await delayBed(spin).prepare(noSamples, document),
  noSamples.samples,
  new AbortController().signal,
);
/** One at a time: with several at work the engine lets their nodes take turns, which no simple queue does. */
const requests = requestsTo(runner, [0]);
let services: number[] = [];
const parts = {
  ...requests,
  atOnce: 1,
  send: async (request: number) => {
    const before = performance.now();
    await requests.send(request);
    services.push(performance.now() - before);
  },
};

function point(
  arrivals: 'closed' | 'constant' | 'poisson',
  level: number,
  time: number,
  seed: number,
): Promise<LoadPoint> {
  services = [];
  return runLevel({ arrivals, level, seconds: time, maxQueue: 10_000 }, parts, seededRandom(seed));
}

/** Waits of the very arrivals that were generated, if service took just `ms` (Lindley 1952): tells chance from error. */
function lindley(perSecond: number, ms: number, seed: number): number {
  const next = arrivalTimes('poisson', perSecond, seededRandom(seed));
  let [wait, sum, last] = [0, 0, 0];
  for (let due = next(); due < seconds * 1000; due = next()) {
    wait = Math.max(0, wait + ms - (due - last));
    last = due;
    if (due >= 0.2 * seconds * 1000) sum += wait;
  }
  return sum;
}

interface Stretches {
  readonly kept: number;
  readonly tried: number;
  readonly count: number;
  /** Sums over requests. */
  readonly wait: number;
  readonly exact: number;
}
async function stretches(arrivals: 'constant' | 'poisson', rate: number, service: number): Promise<Stretches> {
  let found: Stretches = { kept: 0, tried: 0, count: 0, wait: 0, exact: 0 };
  while (found.kept < wanted && found.tried < mostTried) {
    const seed = found.tried + 1;
    const { wait } = await point(arrivals, rate, seconds, seed);
    found = { ...found, tried: found.tried + 1 };
    if (services.reduce((sum, x) => sum + x, 0) / services.length > calm * service) continue;
    found = {
      ...found,
      kept: found.kept + 1,
      count: found.count + wait.count,
      wait: found.wait + wait.mean * wait.count,
      exact: found.exact + lindley(rate, service, seed),
    };
  }
  return found;
}

for (let i = 0; i < 300; i++) await parts.send(i);
const idle = await point('closed', 1, 4, 1);
// What a request keeps the engine for, the engine's own part included; stalls of the machine are not service.
const service = percentile(Float64Array.from(services).sort(), 0.1);
console.log(`${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}; service ${service.toFixed(3)} ms`);
console.log(
  `closed loop of 1: throughput x latency = ${((idle.throughput * idle.latency.mean) / 1000).toFixed(3)} (Little: 1)`,
);
for (const load of [0.5, 0.8]) {
  const rate = (load * 1000) / service;
  const theory = (load * service) / (2 * (1 - load));
  const random = await stretches('poisson', rate, service);
  const clock = await stretches('constant', rate, service);
  if (random.kept === 0 || clock.kept === 0) {
    console.log(
      `${load * 100} % load: no calm stretch of ${random.tried + clock.tried}; the machine is too busy to tell`,
    );
    continue;
  }
  const calmWords = ({ kept, tried }: Stretches) => `${kept} calm stretches of ${tried}`;
  console.log(
    `${load * 100} % load: mean wait ${(random.wait / random.count).toFixed(3)} ms of ${random.count} requests, ${calmWords(random)}`,
  );
  console.log(`  measured / theory (Pollaczek-Khinchine)   ${(random.wait / random.count / theory).toFixed(3)}`);
  console.log(`  measured / theory of these very arrivals  ${(random.wait / random.exact).toFixed(3)}`);
  console.log(`  like a clock: mean wait ${(clock.wait / clock.count).toFixed(3)} ms (theory 0), ${calmWords(clock)}`);
}
