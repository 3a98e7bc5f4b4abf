import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeLimits } from '../../../../core/define/limits.ts';
import { seededRandom } from '../../../../core/profile/random.ts';
import { captureReference } from '../../../../core/serve/drift/reference.ts';
import { metrics } from '../../../../core/serve/metricNames.ts';
import type { PredictionRecord } from '../../../../server/serving/contract.ts';
import { type Started, startServing } from '../../../../server/serving/start.ts';
import { makeDriftWatch } from '../../../../server/serving/watch/drift.ts';
import { makeBounds } from '../../../../server/serving/watch/metrics.ts';
import { makeWatching, type Watching } from '../../../../server/serving/watch/watching.ts';

const sample = path.join(import.meta.dirname, '../../../../samples/picture-classifier');
const picture = readFileSync(path.join(sample, 'media/sunset.jpg'));
const exporter = new InMemorySpanExporter();
const lines: string[] = [];
const random = seededRandom(1);
const windowSize = 20;
let clockMs = 0;
let served: Started;
let watching: Watching;
let base = '';

beforeAll(async () => {
  // Every request is looked at: the clock that bounds the looks runs ahead.
  const drift = makeDriftWatch({
    now: () => (clockMs += 10_000),
    settings: { window: windowSize, windowMs: 1e12, falseAlerts: 0.01 },
  });
  watching = makeWatching({
    log: 'debug',
    write: (line) => lines.push(line),
    traces: { serviceName: 'test', serviceVersion: '9', exporter },
    drift,
  });
  served = await startServing({
    target: sample,
    host: '127.0.0.1',
    port: 0,
    version: '7',
    limits: makeLimits(),
    limitOverrides: {},
    watching,
    exit: () => undefined,
    tell: () => undefined,
  });
  // What it saw at home: darker and smaller pictures than those that will come.
  const seen = () => ({
    'photo.image': { brightness: 0.1 + 0.05 * random(), width: 100 + Math.floor(20 * random()), height: 100 },
    'probabilities.scores': { top: 0.9 + 0.1 * random(), best: random() < 0.5 ? 'forest' : 'desert' },
  });
  const place = (end: string) => ({ node: end.split('.')[0], modality: 'image' });
  drift.follow('7', captureReference(Array.from({ length: 60 }, seen), place));
  await served.runtime.load();
  base = `http://127.0.0.1:${served.port}`;
});
afterAll(async () => {
  await served?.close();
  await watching?.close();
});

async function predict(headers: Record<string, string> = {}): Promise<Response> {
  const form = new FormData();
  form.set('image', new Blob([picture], { type: 'image/jpeg' }), 'very-secret-name.jpg');
  return fetch(`${base}/predict`, { method: 'POST', body: form, headers });
}

async function figure(name: string, labels: RegExp = /./): Promise<number> {
  const text = await (await fetch(`${base}/metrics`)).text();
  const found = text.split('\n').filter((line) => line.startsWith(name) && labels.test(line));
  return found.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

it('counts requests, times nodes, and tells what it runs', async () => {
  expect((await predict()).status).toBe(200);
  const bad = await fetch(`${base}/predict`, { method: 'POST', body: new FormData() });
  expect(bad.status).toBe(400);
  expect((await fetch(`${base}/nothing`)).status).toBe(404);
  expect(await figure(metrics.requests.name, /protocol="rest",version="7",outcome="answered"/)).toBe(1);
  expect(await figure(`${metrics.requestSeconds.name}_count`, /version="7"/)).toBe(1);
  expect(await figure(`${metrics.nodeSeconds.name}_count`, /node="model"/)).toBe(1);
  expect(await figure(metrics.device.name, /node="model",device="cpu"/)).toBe(1);
  expect(await figure(metrics.version.name, /version="7",state="ready"/)).toBe(1);
  expect(await figure(metrics.http.name, /route="\/predict",status="400"/)).toBe(1);
  expect(await figure(metrics.http.name, /route="none",status="404"/)).toBe(1);
  expect(await figure(metrics.running.name)).toBe(0);
});

it('logs a line for each request with its id and nothing of what was sent', async () => {
  lines.length = 0;
  await predict({ 'x-request-id': 'order-66', authorization: 'Bearer very-secret-token' });
  const mine = lines.map((line) => JSON.parse(line)).filter((line) => line.requestId === 'order-66');
  expect(mine).toEqual([
    expect.objectContaining({ protocol: 'rest', version: '7', outcome: 'answered', runMs: expect.any(Number) }),
  ]);
  expect(lines.join('')).not.toMatch(/very-secret/);
});

it("continues the caller's trace, with a span for each node that worked inside the run", async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await predict({ traceparent: `00-${traceId}-b7ad6b7169203331-01` });
  // Sent in batches, those of earlier requests before them.
  const own = () => exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
  await expect.poll(() => own().some(({ name }) => name === 'predict'), { timeout: 20_000 }).toBe(true);
  const spans = own();
  const root = spans.find(({ name }) => name === 'predict');
  const run = spans.find(({ name }) => name === 'run');
  const model = spans.find(({ name }) => name === 'model');
  expect(root?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  expect(run?.parentSpanContext?.spanId).toBe(root?.spanContext().spanId);
  expect(model?.parentSpanContext?.spanId).toBe(run?.spanContext().spanId);
  expect(model?.attributes).toMatchObject({ 'tributary.device': 'cpu', 'tributary.items': 1 });
});

it('tells which node and modality drifted, as an alert and as a metric', async () => {
  while (watching.drift.windows().length === 0) {
    await predict();
    await watching.drift.settled();
  }
  const [window] = watching.drift.windows();
  expect(window.observations).toBe(windowSize);
  expect(window.alerts.map(({ statistic }) => statistic).sort()).toEqual(
    expect.arrayContaining(['best', 'brightness', 'height', 'width']),
  );
  expect(await figure(metrics.driftAlert.name, /node="photo",modality="image"/)).toBe(1);
  expect(await figure(metrics.driftP.name, /node="photo",modality="image",statistic="brightness"/)).toBeLessThan(0.001);
  const told = await (await fetch(`${base}/v1/drift`)).json();
  expect(told.windows[0]).toMatchObject({ version: '7', observations: windowSize });
  // Figures only: nothing of a picture is longer than a number.
  expect(JSON.stringify(told).length).toBeLessThan(20_000);
});

it('joins labels that are posted back with what was answered', async () => {
  await predict({ 'x-request-id': 'f1' });
  await predict({ 'x-request-id': 'f2' });
  const post = (body: unknown) =>
    fetch(`${base}/feedback`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const answer = await post({
    labels: [
      { requestId: 'f1', label: 'sunset sea' },
      { requestId: 'f2', output: 'scene', label: 'forest' },
      { requestId: 'f3', label: 'forest' },
    ],
  });
  expect((await answer.json()).results.map(({ result }: { result: string }) => result)).toEqual([
    'right',
    'wrong',
    'unknown-request',
  ]);
  expect(await figure(metrics.feedback.name, /output="scene",answer="right"/)).toBe(1);
  const { outputs } = await (await fetch(`${base}/v1/accuracy`)).json();
  expect(outputs).toMatchObject([{ output: 'scene', windows: [{ right: 1, of: 2, accuracy: 0.5 }] }]);
  expect((await post({ requestId: 5, label: 'x' })).status).toBe(400);
});

it('10,000 values of a label are counted under 201 names (fault 69)', async () => {
  const bounded = makeBounds();
  const names = new Set(Array.from({ length: 10_000 }, (_, i) => bounded('version', `v${i}`)));
  expect(names.size).toBe(201);
  expect(names.has('other')).toBe(true);
  await Promise.all(
    Array.from({ length: 300 }, (_, i) =>
      fetch(`${base}/predict?version=v${i}`, { method: 'POST', body: new FormData() }),
    ),
  );
  const text = await (await fetch(`${base}/metrics`)).text();
  expect(text.split('\n').filter((line) => line.startsWith(metrics.requests.name)).length).toBeLessThan(300);
  expect((await predict()).status).toBe(200);
});

it('counts results that are not finite by their node', async () => {
  // Told by the service as any failure is.
  const record = {
    ask: { protocol: 'rest', requestId: 'n', model: 'm' },
    version: '7',
    outcome: 'failed',
    problem: { code: 'value-nonfinite', message: '', fix: '', where: { node: 'model' }, severity: 'error' },
    queueMs: 0,
    runMs: 1,
    shadow: false,
  } as unknown as PredictionRecord;
  const { makeMetrics } = await import('../../../../server/serving/watch/metrics.ts');
  const own = makeMetrics(served.service, watching.drift, () => 0);
  own.record(record);
  expect(await own.registry.getSingleMetricAsString(metrics.nonFinite.name)).toContain('{node="model"} 1');
});
