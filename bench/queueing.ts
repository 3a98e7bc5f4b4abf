import { availableParallelism, loadavg } from 'node:os';
import { arrivalTimes } from '../core/profile/arrivals.ts';
import type { LoadPoint } from '../core/profile/load.ts';
import { runLevel } from '../core/profile/loadLevel.ts';
import { seededRandom } from '../core/profile/random.ts';
import { requestsTo } from '../host/profile/requests.ts';
import { Runner } from '../host/profile/runner.ts';
import { pipeline } from '../test/core/pipelines.ts';
import { delayBed, noSamples } from './delayBed.ts';

/**
 * The open-loop generator with the real engine and the real clock, against queueing theory (the peer): a node that keeps
 * its thread for a fixed time is a queue with one server, M/D/1 when requests come like a Poisson process, and D/D/1 when
 * they come like a clock. Aim: mean wait within 10 % at 50 % and 80 % load.
 */
const serviceMs = Number(process.argv[3] ?? 2);
const seconds = Number(process.argv[2] ?? 60);
const seed = 11;

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

function point(arrivals: 'closed' | 'constant' | 'poisson', level: number, time: number): Promise<LoadPoint> {
  services = [];
  return runLevel({ arrivals, level, seconds: time, maxQueue: 10_000 }, parts, seededRandom(seed));
}

/** Pollaczek and Khinchine for any service: with the moments that it really had, stalls of the machine and all. */
function waitOfServices(perMs: number, times: readonly number[]): number {
  const mean = times.reduce((sum, x) => sum + x, 0) / times.length;
  const square = times.reduce((sum, x) => sum + x * x, 0) / times.length;
  return (perMs * square) / (2 * (1 - perMs * mean));
}

/** Mean wait of the very arrivals that were generated, if service took just `ms` (Lindley 1952): tells chance from error. */
function lindley(perSecond: number, ms: number): number {
  const next = arrivalTimes('poisson', perSecond, seededRandom(seed));
  let [wait, sum, count, last] = [0, 0, 0, 0];
  for (let due = next(); due < seconds * 1000; due = next()) {
    wait = Math.max(0, wait + ms - (due - last));
    last = due;
    if (due < 0.2 * seconds * 1000) continue;
    sum += wait;
    count++;
  }
  return sum / count;
}

const loads: number[] = [];
for (let i = 0; i < 300; i++) await parts.send(i);
const idle = await point('closed', 1, 4);
// What a request keeps the engine for, the engine's own part included; stalls of the machine are not service.
const service = idle.latency.p50;
console.log(`${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}; service ${service.toFixed(3)} ms`);
console.log(
  `closed loop of 1: throughput x latency = ${((idle.throughput * idle.latency.mean) / 1000).toFixed(3)} (Little: 1)`,
);
for (const load of [0.5, 0.8]) {
  const rate = (load * 1000) / service;
  const theory = (load * service) / (2 * (1 - load));
  const poisson = await point('poisson', rate, seconds);
  loads.push(loadavg()[0]);
  const { mean: wait, count } = poisson.wait;
  const general = waitOfServices(rate / 1000, services);
  const exact = lindley(rate, service);
  const constant = await point('constant', rate, seconds / 6);
  console.log(`${load * 100} % load: mean wait ${wait.toFixed(3)} ms of ${count} requests`);
  console.log(`  measured / M/D/1 (Pollaczek-Khinchine)       ${(wait / theory).toFixed(3)}`);
  console.log(`  measured / M/D/1 of these arrivals (Lindley) ${(wait / exact).toFixed(3)}`);
  console.log(`  measured / M/G/1 of the measured services    ${(wait / general).toFixed(3)}`);
  console.log(`  D/D/1: wait p50 ${constant.wait.p50.toFixed(3)}, mean ${constant.wait.mean.toFixed(3)} ms (theory 0)`);
}
console.log(`load of the machine meanwhile ${loads.map((x) => x.toFixed(1)).join(', ')}`);
