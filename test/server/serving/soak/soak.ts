import { Agent } from 'node:http';
import { seededRandom } from '../../../../core/profile/random.ts';
import { percentile } from '../../../../core/profile/stats.ts';
import { send } from '../client.ts';
import { doMisdeed, misdeeds } from './misdeeds.ts';
import { type Holding, holdingOf } from './processes.ts';
import type { SoakRequest } from './requests.ts';
import { type Trend, trendOf } from './trend.ts';

export interface SoakOptions {
  /** Of the server. */
  readonly pid: number;
  readonly port: number;
  readonly requests: readonly SoakRequest[];
  readonly seconds: number;
  /** After so long caches are full and memory has grown to what it needs: what is told begins here. */
  readonly warmSeconds: number;
  readonly everySeconds: number;
  /** Clients that wait for their answers and take the next request. */
  readonly honest: number;
  /** Clients that commit one misdeed after the other. */
  readonly crashing: number;
  readonly onLook?: (look: SoakLook) => void;
}

export interface SoakLook {
  readonly seconds: number;
  readonly holding: Holding | null;
  /** Answers of 200 since the look before, and their milliseconds. */
  readonly answers: number;
  readonly p50: number;
  readonly p99: number;
}

export interface SoakResult {
  readonly looks: readonly SoakLook[];
  /** By status, 0 for none: of honest requests, and of all misdeeds. */
  readonly honest: Readonly<Record<number, number>>;
  readonly crashing: Readonly<Record<number, number>>;
  /** By name, how often each was committed. */
  readonly committed: Readonly<Record<string, number>>;
  /** Megabytes per hour, from the end of the warm-up on. */
  readonly memory: Trend;
  /** Of the median of the last fifth of the looks over that of the first fifth. */
  readonly growthMb: number;
  /** Per hour, while it was under load. */
  readonly descriptors: Trend;
  readonly descriptorsBefore: number;
  readonly descriptorsAfter: number;
  /** Processes that were there before and are not any more. */
  readonly died: readonly number[];
}

const hourSeconds = 3600;
const megabyte = 1e6;
const full = 429;
const fullPauseMs = 20;
/** Between two misdeeds of one client: crashes are many, and leave room for honest work. */
const misdeedPauseMs = 15;
const quietMs = 30_000;
const warmRounds = 3;
/** A thread that is started late opens so many for itself, and keeps them. */
const descriptorsOfThread = 4;

/** Keeps clients at a server, honest ones and such that crash, and looks at what its processes hold. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { pid, port, requests, seconds, everySeconds } = options;
  const agent = new Agent({ keepAlive: true });
  const honest: Record<number, number> = {};
  const crashing: Record<number, number> = {};
  const committed: Record<string, number> = {};
  let times: number[] = [];
  const ask = async (request: SoakRequest): Promise<number> => {
    const { path, type, headers, body } = request;
    const before = performance.now();
    const all = { 'content-type': type, ...headers };
    const status = await send(port, path, { method: 'POST', headers: all, body, agent }).then(
      (answer) => answer.status,
      () => 0,
    );
    honest[status] = (honest[status] ?? 0) + 1;
    if (status === 200) times.push(performance.now() - before);
    return status;
  };
  // Several at once, so that the threads which that takes are there.
  for (let round = 0; round < warmRounds; round++)
    await Promise.all(Array.from({ length: options.honest }, () => requests.map(ask)).flat());
  agent.destroy();
  const before = await quiet(options);

  const startMs = performance.now();
  const elapsed = (): number => (performance.now() - startMs) / 1000;
  const over = (): boolean => elapsed() >= seconds;
  const looks: SoakLook[] = [];
  const look = (): void => {
    const sorted = Float64Array.from(times).sort();
    times = [];
    const [p50, p99] = sorted.length === 0 ? [0, 0] : [percentile(sorted, 0.5), percentile(sorted, 0.99)];
    looks.push({ seconds: elapsed(), holding: holdingOf(pid), answers: sorted.length, p50, p99 });
    options.onLook?.(looks[looks.length - 1]);
  };
  const honestClient = async (_: unknown, client: number): Promise<void> => {
    for (let next = client; !over(); next++)
      if ((await ask(requests[next % requests.length])) === full) await pause(fullPauseMs);
  };
  const crashingClient = async (_: unknown, client: number): Promise<void> => {
    const random = seededRandom(client + 1);
    for (let next = client; !over(); next++) {
      const misdeed = misdeeds[next % misdeeds.length];
      const request = requests[Math.floor(random() * requests.length)];
      committed[misdeed.name] = (committed[misdeed.name] ?? 0) + 1;
      const statuses = await doMisdeed(port, misdeed, request, random);
      for (const status of statuses.length === 0 ? [0] : statuses) crashing[status] = (crashing[status] ?? 0) + 1;
      await pause(misdeedPauseMs);
    }
  };
  const watching = async (): Promise<void> => {
    while (!over()) {
      look();
      await pause(Math.max(1, Math.min(everySeconds, seconds - elapsed()) * 1000));
    }
    look();
  };
  await Promise.all([
    watching(),
    ...Array.from({ length: options.honest }, honestClient),
    ...Array.from({ length: options.crashing }, crashingClient),
  ]);
  agent.destroy();
  const after = await quiet(options, before?.descriptors);

  const told = looks.filter((one) => one.seconds >= options.warmSeconds && one.holding !== null);
  const pointsOf = (pick: (holding: Holding) => number) =>
    told.flatMap(({ seconds: at, holding }) => (holding === null ? [] : [{ x: at / hourSeconds, y: pick(holding) }]));
  const memory = pointsOf(({ residentBytes }) => residentBytes / megabyte);
  const fifth = Math.max(1, Math.ceil(memory.length / 5));
  return {
    looks,
    honest,
    crashing,
    committed,
    memory: trendOf(memory),
    growthMb: middle(memory.slice(-fifth)) - middle(memory.slice(0, fifth)),
    descriptors: trendOf(pointsOf(({ descriptors }) => descriptors)),
    descriptorsBefore: before?.descriptors ?? 0,
    descriptorsAfter: after?.descriptors ?? 0,
    died: (before?.pids ?? []).filter((one) => !(after?.pids ?? []).includes(one)),
  };
}

/** What it holds once it does nothing and connections are closed; `until`: the descriptors that are waited for, for a while. */
async function quiet({ pid, port }: SoakOptions, until = Number.POSITIVE_INFINITY): Promise<Holding | null> {
  const endMs = performance.now() + quietMs;
  for (;;) {
    const idle = await send(port, '/readyz').then(
      (answer) => answer.json().load.running + answer.json().load.waiting === 0,
      () => true,
    );
    await pause(200);
    const holding = holdingOf(pid);
    if ((idle && (holding?.descriptors ?? 0) <= until) || performance.now() > endMs) return holding;
  }
}

function middle(points: readonly { readonly y: number }[]): number {
  return points.length === 0 ? 0 : percentile(Float64Array.from(points, ({ y }) => y).sort(), 0.5);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What speaks against it; nothing where it holds. */
export function againstIt(result: SoakResult): readonly string[] {
  const { memory, growthMb, honest, crashing, died, descriptorsBefore, descriptorsAfter } = result;
  const faults = (honest[500] ?? 0) + (crashing[500] ?? 0);
  const odd = Object.keys(honest).filter((status) => !['0', '200', String(full), '500'].includes(status));
  const said: readonly (readonly [boolean, string])[] = [
    [memory.low > 0, `memory grows by ${memory.slope.toFixed(1)} MB/h, more than its noise`],
    [growthMb >= 100, `memory has grown by ${growthMb.toFixed(0)} MB`],
    [faults > 0, `${faults} answers were 500`],
    [odd.length > 0, `honest requests were answered with ${odd.join(', ')}`],
    [(honest[0] ?? 0) > 0, `${honest[0]} honest requests were not answered`],
    [died.length > 0, `processes died: ${died.join(', ')}`],
    [
      descriptorsAfter > descriptorsBefore + 2 * descriptorsOfThread,
      `${descriptorsAfter - descriptorsBefore} descriptors were not closed`,
    ],
  ];
  return said.filter(([is]) => is).map(([, words]) => words);
}
