import { describe, expect, test } from 'vitest';
import { arrivalTimes } from '../../../core/profile/arrivals.ts';
import { kneeOf } from '../../../core/profile/knee.ts';
import type { LoadPoint, LoadSettings } from '../../../core/profile/load.ts';
import { runLoadCurve } from '../../../core/profile/loadCurve.ts';
import { type LevelSettings, type LoadParts, runLevel } from '../../../core/profile/loadLevel.ts';
import { seededRandom } from '../../../core/profile/random.ts';
import { statsOf } from '../../../core/profile/stats.ts';
import { type VirtualClock, virtualClock } from './virtualClock.ts';

/** One server that takes `serviceMs` for each request, in the order in which they come. */
function server(clock: VirtualClock, serviceMs: number, servers = 1): LoadParts {
  const free = Array.from({ length: servers }, () => 0);
  return {
    now: clock.now,
    sleep: clock.sleep,
    atOnce: Number.POSITIVE_INFINITY,
    send: async () => {
      const next = free.indexOf(Math.min(...free));
      free[next] = Math.max(free[next], clock.now()) + serviceMs;
      await clock.sleep(free[next] - clock.now());
    },
  };
}

function level(
  settings: Partial<LevelSettings> & Pick<LevelSettings, 'arrivals' | 'level'>,
  parts: (clock: VirtualClock) => LoadParts,
  clock = virtualClock(),
  seed = 2,
): Promise<LoadPoint> {
  return clock.during(runLevel({ seconds: 300, maxQueue: 1000, ...settings }, parts(clock), seededRandom(seed)));
}
const fiveMs = (clock: VirtualClock) => server(clock, 5);
/** Requests wait before they are sent, one at a time: the same queue, elsewhere. */
const oneAtOnce = (clock: VirtualClock) => ({ ...server(clock, 5), atOnce: 1 });

describe('arrivals', () => {
  test('constant: evenly, without a growing error', () => {
    const next = arrivalTimes('constant', 3, Math.random);
    const times = Array.from({ length: 3001 }, next);
    expect(times.slice(0, 3)).toEqual([0, 1000 / 3, 2000 / 3]);
    expect(times[3000]).toBe(1_000_000);
  });

  test('Poisson: gaps are exponential (mean = deviation, by halves as many over ln 2), the same for a seed', () => {
    const times = Array.from({ length: 20_001 }, arrivalTimes('poisson', 100, seededRandom(9)));
    const gaps = times.slice(1).map((time, i) => time - times[i]);
    const { mean, deviation, p50 } = statsOf(gaps);
    expect(mean / 10).toBeCloseTo(1, 1);
    expect(deviation / mean).toBeCloseTo(1, 1);
    expect(p50 / (mean * Math.LN2)).toBeCloseTo(1, 1);
    expect(Array.from({ length: 5 }, arrivalTimes('poisson', 100, seededRandom(9)))).toEqual(times.slice(0, 5));
  });
});

describe('queues are as theory says', () => {
  test.each([
    [0.5, 'the server', fiveMs],
    [0.8, 'the server', fiveMs],
    [0.5, 'front of it', oneAtOnce],
    [0.8, 'front of it', oneAtOnce],
  ])('M/D/1 at load %f, line in %s: mean wait within 10 %% of Pollaczek and Khinchine', async (load, _, parts) => {
    const point = await level({ arrivals: 'poisson', level: load * 200 }, parts);
    const theory = (load * 5) / (2 * (1 - load));
    const wait = point.latency.mean - 5;
    expect(wait / theory).toBeGreaterThan(0.9);
    expect(wait / theory).toBeLessThan(1.1);
    expect(point.saturated).toBe(false);
    expect(point.throughput / (load * 200)).toBeCloseTo(1, 1);
    // What waits before it is sent is wait, what waits in the server is not ours to tell.
    if (parts === oneAtOnce) expect(point.wait.mean).toBeCloseTo(wait, 6);
    else expect(point.wait.mean).toBe(0);
  });

  test('D/D/1 has no wait', async () => {
    for (const load of [0.5, 0.8]) {
      const point = await level({ arrivals: 'constant', level: load * 200, seconds: 30 }, oneAtOnce);
      expect(point.wait.max).toBeLessThan(1e-6);
      expect(point.latency.max).toBeCloseTo(5, 6);
    }
  });

  test("a closed loop obeys Little's law: clients = throughput x latency", async () => {
    for (const [clients, servers] of [
      [1, 1],
      [4, 1],
      [3, 4],
      [9, 4],
    ] as const) {
      const point = await level({ arrivals: 'closed', level: clients, seconds: 20 }, (clock) =>
        server(clock, 5, servers),
      );
      expect(point.throughput).toBeCloseTo(200 * Math.min(clients, servers), 0);
      expect((point.throughput * point.latency.mean) / 1000 / clients).toBeCloseTo(1, 2);
    }
  });
});

describe('no coordinated omission', () => {
  /** Answers in 1 ms, but stands still from second 10 to second 15. */
  const stalling = (clock: VirtualClock): LoadParts => ({
    ...server(clock, 1),
    send: async () => {
      const until = clock.now() >= 10_000 && clock.now() < 15_000 ? 15_000 : clock.now();
      await clock.sleep(until + 1 - clock.now());
    },
    atOnce: 1,
  });

  test('a stall of five seconds is felt by all that were due in it', async () => {
    const open = await level({ arrivals: 'constant', level: 100, seconds: 30 }, stalling);
    // 500 of 2400 measured requests waited, half a stall on the average, and a little more while the line emptied.
    expect(open.latency.p90).toBeGreaterThan(2500);
    expect(open.latency.max).toBeGreaterThan(4900);
    expect(open.latency.mean).toBeGreaterThan(500);
    // The peer that omits: a loop that sends when the last is answered sees one slow request.
    const closed = await level({ arrivals: 'closed', level: 1, seconds: 30 }, stalling);
    expect(closed.latency.p99).toBeCloseTo(1, 6);
  });

  test('timers that come late do not change when requests are due', async () => {
    // Sleeps end at multiples of 16 ms, as on some systems.
    const late = (clock: VirtualClock): LoadParts => ({
      ...oneAtOnce(clock),
      sleep: (ms, signal) => clock.sleep(Math.ceil((clock.now() + ms) / 16) * 16 - clock.now(), signal),
    });
    const point = await level({ arrivals: 'poisson', level: 100, seconds: 60 }, late);
    const exact = await level({ arrivals: 'poisson', level: 100, seconds: 60 }, oneAtOnce);
    expect(point.latency.count).toBe(exact.latency.count);
    expect(point.throughput / exact.throughput).toBeCloseTo(1, 1);
    // A timer of 16 ms is late by 8 on the average, and that is told.
    expect(point.latency.mean - exact.latency.mean).toBeGreaterThan(4);
  });
});

test('with breaths between sleeps, an idle server gets its requests on time', async () => {
  // Sleeps a millisecond and a half late, breaths of 20 µs.
  const late = (clock: VirtualClock): LoadParts => ({
    ...oneAtOnce(clock),
    sleep: (ms, signal) => clock.sleep(ms + 1.5, signal),
  });
  const breathing = (clock: VirtualClock): LoadParts => ({ ...late(clock), breathe: () => clock.sleep(0.02) });
  const wait = async (parts: (clock: VirtualClock) => LoadParts) =>
    (await level({ arrivals: 'constant', level: 50, seconds: 20 }, parts)).wait.mean;
  expect(await wait(late)).toBeCloseTo(1.5, 6);
  expect(await wait(breathing)).toBeLessThan(0.03);
});

describe('too much', () => {
  test('more than can be borne: given up when the line is full, told as saturated', async () => {
    for (const arrivals of ['constant', 'poisson'] as const) {
      const clock = virtualClock();
      const point = await level({ arrivals, level: 400, maxQueue: 50 }, oneAtOnce, clock);
      expect(point.saturated).toBe(true);
      expect(clock.now()).toBeLessThan(2000);
      expect(point.throughput / 200).toBeCloseTo(1, 1);
      // Those who never were answered had waited, too.
      expect(point.latency.max).toBeGreaterThan(80);
    }
  });

  test('a line that grows slowly is saturated before it is full', async () => {
    const point = await level({ arrivals: 'constant', level: 220, seconds: 20, maxQueue: 1e6 }, oneAtOnce);
    expect(point.saturated).toBe(true);
    expect(point.throughput / 200).toBeCloseTo(1, 1);
  });

  test('just under what can be borne is not', async () => {
    for (const arrivals of ['constant', 'poisson'] as const)
      expect((await level({ arrivals, level: 180, seconds: 60 }, oneAtOnce)).saturated).toBe(false);
  });

  test('a server that never answers again does not hold the level for ever', async () => {
    const clock = virtualClock();
    let sent = 0;
    const parts = { ...server(clock, 5), atOnce: 1 };
    const send = (request: number) => (++sent > 100 ? clock.sleep(1e7) : parts.send(request));
    const point = await clock.during(
      runLevel({ arrivals: 'constant', level: 50, seconds: 10, maxQueue: 1e6 }, { ...parts, send }, seededRandom(1)),
    );
    expect(point.saturated).toBe(true);
  });
});

describe('failures and cancelling', () => {
  const failing = (clock: VirtualClock): LoadParts => ({
    ...server(clock, 5),
    send: async (request) => {
      await clock.sleep(request % 4 === 0 ? 0 : 5);
      if (request % 4 === 0) throw new Error('no');
    },
  });

  test('what failed is counted, and is neither throughput nor latency', async () => {
    const open = await level({ arrivals: 'constant', level: 100, seconds: 20 }, failing);
    expect(open.failed).toBe(500);
    expect(open.throughput).toBeCloseTo(75, 0);
    expect(open.latency.min).toBeCloseTo(5, 6);
    const closed = await level({ arrivals: 'closed', level: 2, seconds: 20 }, failing);
    expect(closed.failed).toBeGreaterThan(100);
    expect(closed.offered).toBeGreaterThan(closed.throughput);
    expect(closed.latency.min).toBeCloseTo(5, 6);
  });

  test('all fail: zeros, at no more than a thousand a second and client', async () => {
    const point = await level({ arrivals: 'closed', level: 1, seconds: 2 }, (clock) => ({
      ...server(clock, 5),
      send: () => Promise.reject(new Error('no')),
    }));
    expect(point).toMatchObject({ throughput: 0, latency: { count: 0 } });
    expect(point.failed).toBeLessThanOrEqual(2001);
  });

  test.each(['closed', 'constant', 'poisson'] as const)(
    '%s: cancelled, it waits for what was begun',
    async (arrivals) => {
      const clock = virtualClock();
      const control = new AbortController();
      let atWork = 0;
      const parts: LoadParts = {
        ...server(clock, 5),
        signal: control.signal,
        atOnce: 2,
        send: async (request) => {
          atWork++;
          await clock.sleep(5);
          atWork--;
          if (request === 20) control.abort(new Error('stop'));
        },
      };
      const run = clock.during(
        runLevel({ arrivals, level: 3, seconds: 60, maxQueue: 100 }, parts, seededRandom(1)).finally(() =>
          expect(atWork).toBe(0),
        ),
      );
      await expect(run).rejects.toThrow('stop');
      expect(clock.now()).toBeLessThan(20_000);
    },
  );

  test('a closed loop of long requests goes on until ten are measured, or three times as long', async () => {
    const clock = virtualClock();
    const point = await level({ arrivals: 'closed', level: 1, seconds: 5 }, (c) => server(c, 1300), clock);
    expect(point.latency.count).toBeGreaterThanOrEqual(10);
    expect(point.throughput).toBeCloseTo(1000 / 1300, 6);
    const slow = virtualClock();
    const few = await level({ arrivals: 'closed', level: 1, seconds: 5 }, (c) => server(c, 6000), slow);
    expect(few.throughput).toBeCloseTo(1 / 6, 6);
    expect(slow.now()).toBe(18_000);
  });
});

describe('curves', () => {
  const settings: LoadSettings = {
    arrivals: 'closed',
    levels: [],
    secondsPerLevel: 10,
    batches: [0],
    maxQueue: 100,
    seed: 3,
  };
  const curve = (change: Partial<LoadSettings>, parts: (clock: VirtualClock) => LoadParts, words: string[] = []) => {
    const clock = virtualClock();
    return clock.during(
      runLoadCurve(8, { ...settings, ...change }, parts(clock), (progress) => words.push(progress.words)),
    );
  };

  test('closed: clients are doubled until that gives nothing more; the knee is where all servers are busy', async () => {
    const found = await curve({}, (clock) => server(clock, 5, 4));
    expect(found.batch).toBe(8);
    expect(found.points.map((point) => point.level)).toEqual([1, 2, 4, 8, 16]);
    expect(found.points[found.knee ?? -1].level).toBe(4);
  });

  test('open: from a tenth of what can be borne to the first rate that is too much', async () => {
    const words: string[] = [];
    const found = await curve({ arrivals: 'poisson', secondsPerLevel: 30 }, oneAtOnce, words);
    expect(found.points[0].level).toBeCloseTo(20, 0);
    expect(found.points.at(-1)?.saturated).toBe(true);
    expect(found.points.slice(0, -2).every((point) => !point.saturated)).toBe(true);
    expect(found.points.at(-1)?.level).toBeGreaterThanOrEqual(199);
    // Kleinrock's power of M/D/1 is greatest at 2 - √2 = 59 % of what can be borne.
    expect([110, 140]).toContain(found.points[found.knee ?? -1].level);
    expect(words).toHaveLength(found.points.length);
    expect(words.at(-1)).toContain('too much');
  });

  test('levels that are asked for are all run', async () => {
    const found = await curve({ arrivals: 'constant', levels: [500, 50] }, oneAtOnce);
    expect(found.points.map(({ level, saturated }) => [level, saturated])).toEqual([
      [500, true],
      [50, false],
    ]);
    expect(found.knee).toBe(1);
  });

  test('a pipeline that only fails has a curve all the same', async () => {
    const broken = (clock: VirtualClock): LoadParts => ({
      ...server(clock, 5),
      send: () => Promise.reject(new Error('no')),
    });
    expect((await curve({}, broken)).knee).toBeNull();
    expect((await curve({ arrivals: 'constant' }, broken)).points).toEqual([]);
  });
});

describe('the knee', () => {
  const point = (at: number, throughput: number, latencyMs: number, saturated = false): LoadPoint => ({
    level: at,
    offered: throughput,
    throughput,
    latency: statsOf([latencyMs]),
    wait: statsOf([0]),
    failed: 0,
    saturated,
  });

  test('the last point before latency rises faster than throughput', () => {
    expect(kneeOf([point(1, 100, 10), point(2, 190, 11), point(4, 200, 20), point(8, 200, 40)])).toBe(1);
    expect(kneeOf([point(1, 100, 10), point(2, 105, 19)])).toBe(0);
  });

  test('none where the load never came near, or nothing was answered', () => {
    expect(kneeOf([point(1, 100, 10), point(2, 200, 10), point(4, 400, 10)])).toBeNull();
    expect(kneeOf([point(1, 0, 0)])).toBeNull();
    expect(kneeOf([])).toBeNull();
    expect(kneeOf([point(1, 100, 10), point(2, 200, 10), point(4, 210, 900, true)])).toBe(1);
  });
});
