import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { root } from '../../../rules/sources.ts';
import { send } from '../client.ts';
import { spawnServer } from '../spawned.ts';
import { misdeeds } from './misdeeds.ts';
import { soakRequests } from './requests.ts';
import { againstIt, type SoakResult, soak } from './soak.ts';
import { trendOf } from './trend.ts';

vi.setConfig({ testTimeout: 240_000 });

// How memory goes over an hour is for bench/soak.ts to tell: it runs this with the built server.
it('clients that crash in every way, among those that do not: no 500, nothing dies, nothing stays open (fault 68)', async () => {
  const sample = path.join(root, 'samples', 'picture-classifier');
  const server = await spawnServer([sample, '--log', 'silent', '--lanes', '1']);
  await server.ready();
  const requests = soakRequests('picture-classifier', { image: path.join(sample, 'media', 'reef.jpg') });
  const result = await soak({
    pid: server.child.pid ?? 0,
    port: server.port,
    requests,
    seconds: 8,
    warmSeconds: 2,
    everySeconds: 1,
    honest: 2,
    crashing: 4,
  });
  expect(Object.keys(result.committed).sort()).toEqual(misdeeds.map(({ name }) => name).sort());
  // Whoever waits is answered, or told that there is no room.
  expect(Object.keys(result.honest).filter((status) => status !== '200' && status !== '429')).toEqual([]);
  expect(result.honest[200]).toBeGreaterThanOrEqual(requests.length);
  expect(result.crashing[500] ?? 0).toBe(0);
  expect(result.crashing[400]).toBeGreaterThan(0);
  expect(result.crashing[404]).toBeGreaterThan(0);
  expect(result.died).toEqual([]);
  expect(result.descriptorsAfter).toBeLessThanOrEqual(result.descriptorsBefore);
  expect(server.child.exitCode).toBe(null);
  const { load } = (await send(server.port, '/readyz')).json();
  expect(load).toEqual({ running: 0, waiting: 0, decodedBytes: 0 });
});

it('what speaks against a soak is told, each by itself', () => {
  const flat = { slope: 0, low: -1, high: 1 };
  const good: SoakResult = {
    looks: [],
    honest: { 200: 10, 429: 2 },
    crashing: { 0: 5, 400: 3 },
    committed: {},
    memory: flat,
    growthMb: 3,
    descriptors: flat,
    descriptorsBefore: 50,
    descriptorsAfter: 50,
    died: [],
  };
  expect(againstIt(good)).toEqual([]);
  const bads: readonly Partial<SoakResult>[] = [
    { memory: { slope: 9, low: 4, high: 12 } },
    { growthMb: 120 },
    { honest: { 200: 10, 500: 1 } },
    { crashing: { 500: 1 } },
    { honest: { 0: 1 } },
    { honest: { 200: 10, 400: 1 } },
    { died: [7] },
    { descriptorsAfter: 70 },
  ];
  for (const bad of bads) expect(againstIt({ ...good, ...bad })).toHaveLength(1);
});

it('a slope is found under noise and odd points, and none where there is none', () => {
  const noise = (i: number): number => ((i * 2654435761) % 1000) / 100;
  const points = (slope: number) =>
    Array.from({ length: 120 }, (_, i) => ({ x: i / 120, y: slope * (i / 120) + noise(i) }));
  const growing = trendOf([...points(100), { x: 0.5, y: 5000 }]);
  expect(growing.slope).toBeGreaterThan(95);
  expect(growing.slope).toBeLessThan(105);
  expect(growing.low).toBeGreaterThan(0);
  const flat = trendOf(points(0));
  expect(flat.low).toBeLessThanOrEqual(0);
  expect(flat.high).toBeGreaterThanOrEqual(0);
  expect(trendOf([]).slope).toBe(0);
});
