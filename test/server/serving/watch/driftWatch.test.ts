import { afterEach, expect, it } from 'vitest';
import { problemData } from '../../../../core/problems/problem.ts';
import type { ProblemCode } from '../../../../core/problems/table.ts';
import { seededRandom } from '../../../../core/profile/random.ts';
import { captureReference } from '../../../../core/serve/drift/reference.ts';
import type { PredictionRecord } from '../../../../server/serving/contract.ts';
import { type DriftWatch, makeDriftWatch } from '../../../../server/serving/watch/drift.ts';
import { toldOutcome } from '../../../../server/serving/watch/outcome.ts';
import { tracesWanted } from '../../../../server/serving/watch/settings.ts';

const settings = { window: 20, windowMs: 1e12, falseAlerts: 0.01 };
const watches: DriftWatch[] = [];
afterEach(() => {
  for (const watch of watches.splice(0)) watch.close();
});

function watchOf(versions: readonly string[], nowMs: () => number = () => 0, looksPerSecond = 2): DriftWatch {
  const random = seededRandom(2);
  const watch = makeDriftWatch({ settings, now: nowMs, wallClock: () => 0, looksPerSecond });
  watches.push(watch);
  const seen = () => ({ 'photo.image': { brightness: random() } });
  const reference = captureReference(Array.from({ length: 60 }, seen), () => ({ node: 'photo', modality: 'image' }));
  for (const version of versions) watch.follow(version, reference);
  return watch;
}

async function send(watch: DriftWatch, version: string, brightness: () => number): Promise<void> {
  for (let i = 0; i < settings.window; i++) watch.seen(version, { 'photo.image': { brightness: brightness() } });
  await watch.settled();
}

it('each version has an alert of its own, which the other does not clear', async () => {
  const random = seededRandom(3);
  const watch = watchOf(['1', '2']);
  await send(watch, '1', () => 2 + random());
  await send(watch, '2', random);
  const place = { node: 'photo', modality: 'image' };
  expect(watch.alerts()).toEqual([
    { version: '1', ...place, alert: true },
    { version: '2', ...place, alert: false },
  ]);
  expect(watch.latest().map(({ version, statistics }) => [version, statistics.length])).toEqual([
    ['1', 1],
    ['2', 1],
  ]);
  expect(watch.closed()).toEqual([
    { version: '1', windows: 1 },
    { version: '2', windows: 1 },
  ]);
  await send(watch, '1', random);
  expect(watch.alerts().some(({ alert }) => alert)).toBe(false);
  expect(watch.windows().map(({ version }) => version)).toEqual(['1', '2', '1']);
});

it('a version that is loaded anew begins anew, and of many the first are let go', async () => {
  const watch = watchOf(['1']);
  await send(watch, '1', () => 9);
  expect(watch.alerts()).toMatchObject([{ alert: true }]);
  const again = watchOf(Array.from({ length: 30 }, (_, i) => `v${i}`));
  expect(again.alerts().map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, i) => `v${i + 10}`));
});

it('looks no more often than it may', () => {
  let nowMs = 0;
  const watch = watchOf(['1'], () => nowMs, 4);
  let looks = 0;
  for (; nowMs < 10_000; nowMs += 10) if (watch.due()) looks++;
  expect(looks).toBe(40);
  expect(watchOf([]).due()).toBe(false);
});

it.each<[PredictionRecord['outcome'], ProblemCode | null, string]>([
  ['answered', null, 'answered'],
  ['failed', 'media-corrupt', 'invalid'],
  ['refused', 'media-too-large', 'invalid'],
  ['refused', 'model-unknown', 'invalid'],
  ['failed', 'value-nonfinite', 'failed'],
  ['failed', 'model-failed', 'failed'],
  ['failed', 'engine-died', 'failed'],
  ['refused', 'internal', 'failed'],
  ['refused', 'overloaded', 'refused'],
  ['refused', 'not-ready', 'refused'],
  ['late', 'deadline', 'late'],
  ['cancelled', 'cancelled', 'cancelled'],
])('%s with %s is told as %s', (outcome, code, told) => {
  const problem = code === null ? undefined : problemData(code, { message: 'It is so.', fix: 'Mend it.' });
  expect(toldOutcome({ outcome, problem })).toBe(told);
});

it('sends traces where the standard variables say so, and nowhere else', () => {
  const to = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
  expect(tracesWanted(to)).toBe(true);
  expect(tracesWanted({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' })).toBe(true);
  expect(tracesWanted({})).toBe(false);
  expect(tracesWanted({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBe(false);
  expect(tracesWanted({ ...to, OTEL_SDK_DISABLED: 'true' })).toBe(false);
  expect(tracesWanted({ ...to, OTEL_TRACES_EXPORTER: 'none' })).toBe(false);
});
