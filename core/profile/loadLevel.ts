import { arrivalTimes } from './arrivals.ts';
import type { LoadPoint, LoadSettings } from './load.ts';
import { type LoadRequest, type RequestLine, requestLine } from './requestLine.ts';
import { statsOf } from './stats.ts';

/** What a level of load needs from outside. */
export interface LoadParts {
  /** Begins a request at once; done when it is answered, rejects when it failed. */
  readonly send: (request: number) => Promise<unknown>;
  readonly now: () => number;
  /** May come late: requests keep the time at which they were due. Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  /**
   * Lets everybody else have a turn, and is back at once. Sleeps come a millisecond late or so: while nothing is at work,
   * and so nobody is slowed by it, the last moment before a request is due is waited for with this.
   */
  readonly breathe?: () => Promise<unknown>;
  /** Requests at work at once; those beyond it wait in line. */
  readonly atOnce: number;
  readonly signal?: AbortSignal;
}
export interface LevelSettings {
  readonly arrivals: LoadSettings['arrivals'];
  /** Clients, or requests a second. */
  readonly level: number;
  readonly seconds: number;
  readonly maxQueue: number;
}

/** The first part of a level fills the line, and is not measured. */
const warmUpShare = 0.2;
/** A closed loop goes on for longer (three times as long at most) until so many requests are measured. */
const leastMeasured = 10;
/** Milliseconds by which sleeps usually come late, at the most. */
const sleepLate = 2;
/** Milliseconds that are no time: differences of clocks are not exact. */
const clockGrain = 1e-6;

/**
 * Puts one level of load on for a while and measures. Latency counts from when a request was due, whatever kept us from
 * sending it (no coordinated omission, Tene 2013); requests given up count with the time that they had waited until then.
 * Rejects with the signal's reason when that aborts, after all that was begun has ended.
 */
export async function runLevel(settings: LevelSettings, parts: LoadParts, random: () => number): Promise<LoadPoint> {
  const began = parts.now();
  const now = () => parts.now() - began;
  const line = requestLine(parts.send, parts.atOnce, now);
  const close = () => line.close();
  parts.signal?.addEventListener('abort', close, { once: true });
  try {
    return settings.arrivals === 'closed'
      ? await closedLoop(settings, parts, line, now)
      : await openLoop(settings, arrivalTimes(settings.arrivals, settings.level, random), parts, line, now);
  } finally {
    line.close();
    await line.idle();
    parts.signal?.removeEventListener('abort', close);
  }
}

async function closedLoop(
  { level, seconds }: LevelSettings,
  parts: LoadParts,
  line: RequestLine,
  now: () => number,
): Promise<LoadPoint> {
  const [from, until] = [warmUpShare * seconds * 1000, seconds * 1000];
  let measured = 0;
  const goesOn = () => !parts.signal?.aborted && (now() < until || (measured < leastMeasured && now() < 3 * until));
  async function client(index: number): Promise<void> {
    while (goesOn()) {
      const { due, failed } = await line.add(now(), index);
      if (due >= from) measured++;
      // What fails at once would fail thousands of times a second, and starve whatever might mend it.
      if (failed && goesOn()) await pause(1, parts);
    }
  }
  // A closed line leaves requests unanswered: then the loop ends by the signal, not by its clients.
  await unlessAborted(parts.signal, Promise.all(Array.from({ length: level }, (_, index) => client(index))));
  parts.signal?.throwIfAborted();
  const requests = line.requests.filter((request) => request.due >= from && !Number.isNaN(request.ended));
  const { throughput, offered } = closedRates(requests, level);
  return { level, offered, throughput, ...figures(requests, line.requests, now()), saturated: false };
}

/** Requests a second, client by client over whole cycles: a level that ends amid long requests is told as truly as another. */
function closedRates(requests: readonly LoadRequest[], clients: number): Pick<LoadPoint, 'throughput' | 'offered'> {
  const rows = Array.from({ length: clients }, () => ({ from: Number.POSITIVE_INFINITY, to: 0, sent: 0, good: 0 }));
  for (const { client, due, ended, failed } of requests) {
    const row = rows[client];
    row.from = Math.min(row.from, due);
    row.to = Math.max(row.to, ended);
    row.sent++;
    if (!failed) row.good++;
  }
  const rate = (count: 'sent' | 'good') =>
    rows.reduce((sum, row) => sum + (row.to > row.from ? (1000 * row[count]) / (row.to - row.from) : 0), 0);
  return { offered: rate('sent'), throughput: rate('good') };
}

async function openLoop(
  { level, seconds, maxQueue, arrivals }: LevelSettings,
  nextDue: () => number,
  parts: LoadParts,
  line: RequestLine,
  now: () => number,
): Promise<LoadPoint> {
  const until = seconds * 1000;
  let given = false;
  for (let due = nextDue(); due < until && !given; due = nextDue()) {
    // A sleep that comes back late finds several due: they are sent at once, each with its own time.
    while (due - now() > clockGrain) await approach(due - now(), parts, line);
    void line.add(due, 0);
    given = line.waiting() > maxQueue;
    parts.signal?.throwIfAborted();
  }
  const endedAt = given ? now() : until;
  if (given) line.close();
  // What is still in line was due in the time that counts, so it is waited for; but not for ever.
  else if (!(await drained(line, parts, until))) given = true;
  parts.signal?.throwIfAborted();
  line.close();
  await line.idle();
  // Given up before the warm-up's end: the second half of what there was.
  const from = Math.min(warmUpShare * until, endedAt / 2);
  const requests = line.requests.filter((request) => request.due >= from);
  const ended = line.requests.filter((request) => request.ended >= from && request.ended <= endedAt);
  const behind = requests.length - ended.length;
  // By chance alone as many more come than go as the root of their number, unless they come like a clock.
  const chance = arrivals === 'poisson' ? 2 * Math.sqrt(requests.length) : 2;
  return {
    level,
    offered: level,
    throughput: (1000 * ended.filter((request) => !request.failed).length) / (endedAt - from),
    ...figures(requests, line.requests, now()),
    saturated: given || behind > Math.max(chance, 0.05 * requests.length),
  };
}

/** A sleep that was broken off tells who broke it off. */
async function pause(ms: number, { sleep, signal }: LoadParts): Promise<void> {
  try {
    await sleep(ms, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Comes nearer to the moment at which a request is due. */
async function approach(ms: number, parts: LoadParts, line: RequestLine): Promise<void> {
  if (parts.breathe === undefined) await pause(ms, parts);
  else if (ms > sleepLate) await pause(ms - sleepLate, parts);
  // Who is at work would be slowed by our breathing, and the next request waits for it anyway.
  else if (line.atWork() > 0) await pause(ms, parts);
  else await parts.breathe();
}

/** False when the line is not done after as long again as the level took. */
async function drained(line: RequestLine, parts: LoadParts, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = parts.sleep(ms, timer.signal).then(
    () => false,
    () => false,
  );
  const done = await unlessAborted(parts.signal, Promise.race([line.idle().then(() => true), late]));
  timer.abort();
  return done ?? false;
}

/** Null as soon as the signal aborts. */
async function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T | null> {
  if (signal === undefined) return work;
  let stop = (): void => {};
  const aborted = new Promise<null>((resolve) => {
    stop = () => resolve(null);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    // Else a long curve would leave one listener for each level.
    signal.removeEventListener('abort', stop);
  }
}

function figures(
  measured: readonly LoadRequest[],
  all: readonly LoadRequest[],
  now: number,
): Pick<LoadPoint, 'latency' | 'wait' | 'failed'> {
  // A failure is no answer, however quick.
  const good = measured.filter((request) => !request.failed);
  const orNow = (time: number) => (Number.isNaN(time) ? now : time);
  return {
    latency: statsOf(good.map(({ due, ended }) => orNow(ended) - due)),
    wait: statsOf(good.map(({ due, begun }) => orNow(begun) - due)),
    failed: all.filter((request) => request.failed).length,
  };
}
