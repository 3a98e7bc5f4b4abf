import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { sharedFolder } from '../../../host/bundle/exported.ts';
import { root } from '../../../rules/sources.ts';
import { until } from '../client.ts';
import { type Picture, pictureSource, spoilt } from './pictures.ts';
import { type Prometheus, startPrometheus, whyNoPrometheus } from './prometheus.ts';
import { exportBundle, filesBelow, type ServedBundle, serveBundle } from './servedBundle.ts';

// Exports, servers and Prometheus are processes of their own, slow to start where much else runs.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = sharedFolder();
const bundle = path.join(folder, 'bundle');
const scratch = path.join(folder, 'scratch');
const windowSize = 50;
const noPrometheus = whyNoPrometheus();
const fileName = 'holiday-of-somebody.jpg';
const truths: Readonly<Record<string, string>> = {
  city: 'city at night',
  'forest-portrait': 'forest',
  lights: 'northern lights',
  mountain: 'snowy mountain',
  rain: 'rainy street',
  reef: 'coral reef',
  sunset: 'sunset sea',
};
let draw: ReturnType<typeof pictureSource>;
let server: ServedBundle;
let prometheus: Prometheus | null = null;
let before: readonly string[] = [];

beforeAll(async () => {
  const usual = path.join(folder, 'usual');
  for (const each of [usual, scratch]) mkdirSync(each);
  draw = pictureSource(20);
  for (let i = 0; i < 120; i++) writeFileSync(path.join(usual, `${i}.jpg`), (await draw()).jpeg);
  const source = path.join(root, 'samples/picture-classifier');
  await exportBundle(source, bundle, ['--reference', `image=${usual}`, '--set', 'maxQueue=2']);
  server = await serveBundle(bundle, {
    TMPDIR: scratch,
    TRIBUTARY_DRIFT_WINDOW: String(windowSize),
    TRIBUTARY_DRIFT_LOOKS: '1000',
  });
  before = filesBelow(bundle);
  if (noPrometheus !== null) return;
  prometheus = await startPrometheus(
    path.join(bundle, 'monitoring'),
    path.join(folder, 'prometheus'),
    `127.0.0.1:${server.port}`,
  );
});
afterAll(async () => {
  await server?.end();
  const child = prometheus?.child;
  if (child !== undefined) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

async function predict({ jpeg }: Pick<Picture, 'jpeg'>): Promise<Response> {
  const form = new FormData();
  form.set('image', new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' }), fileName);
  return fetch(`${server.url}/predict`, { method: 'POST', body: form });
}

const drifts = z.object({
  alerts: z.array(z.object({ version: z.string(), node: z.string(), modality: z.string(), alert: z.boolean() })),
  windows: z.array(
    z.object({
      observations: z.number(),
      statistics: z.array(z.object({ end: z.string(), statistic: z.string(), p: z.number() })),
      alerts: z.array(
        z.object({
          node: z.string(),
          modality: z.string(),
          statistic: z.string(),
          corrected: z.number(),
          before: z.union([z.number(), z.string()]),
          now: z.union([z.number(), z.string()]),
        }),
      ),
    }),
  ),
});

async function drift(): Promise<z.infer<typeof drifts>> {
  return drifts.parse(await (await fetch(`${server.url}/v1/drift`)).json());
}

interface Sent {
  readonly id: string;
  readonly of: string;
  readonly label: string;
}

/** One window of pictures, one after the other; resolves when it has been tested. */
async function window(change?: { light: number; blur: number }): Promise<readonly Sent[]> {
  const { windows } = await drift();
  const sent: Sent[] = [];
  for (let i = 0; i < windowSize; i++) {
    const picture = await draw(change);
    const answer = await predict(picture);
    expect(answer.status).toBe(200);
    const body = z.object({ outputs: z.object({ scene: z.object({ label: z.string() }) }) });
    const { label } = body.parse(await answer.json()).outputs.scene;
    sent.push({ id: answer.headers.get('x-request-id') ?? '', of: picture.of, label });
  }
  await until(async () => (await drift()).windows.length > windows.length);
  return sent;
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

async function samples(name: string): Promise<readonly Sample[]> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return text.split('\n').flatMap((line) => {
    const found = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (found === null || found[1] !== name) return [];
    const labels = Object.fromEntries([...(found[2] ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, a, b]) => [a, b]));
    return [{ labels, value: Number(found[3]) }];
  });
}

it('pictures of the same source raise no alert', async () => {
  for (let i = 0; i < 6; i++) await window();
  const { windows, alerts } = await drift();
  expect(windows.map(({ observations }) => observations)).toEqual(Array(6).fill(windowSize));
  expect(alerts.length).toBeGreaterThan(1);
  // One in a hundred may raise one by chance.
  expect(windows.filter((one) => one.alerts.length > 0).length).toBeLessThanOrEqual(1);
  const tested = windows.flatMap(({ statistics }) => statistics);
  expect(new Set(tested.map(({ end, statistic }) => `${end} ${statistic}`)).size).toBeGreaterThan(10);
  expect(tested.filter(({ p }) => p <= 0.05).length / tested.length).toBeLessThan(0.2);
});

it.each([
  ['darker', spoilt.dark, 'brightness'],
  ['blurred', spoilt.blurred, 'sharpness'],
])(
  '%s pictures are told as an alert of node and modality, by metric, log and Prometheus',
  async (_, change, statistic) => {
    await window(change);
    const { windows } = await drift();
    const found = windows[0].alerts.find((one) => one.statistic === statistic);
    expect(found).toMatchObject({ node: 'photo', modality: 'image' });
    expect(found?.corrected).toBeLessThan(0.01);
    expect(Number(found?.now)).toBeLessThan(0.7 * Number(found?.before));
    const place = { node: 'photo', modality: 'image', version: '1' };
    expect(await samples('tributary_drift_alert')).toContainEqual({ labels: place, value: 1 });
    const p = await samples('tributary_drift_p_value');
    expect(p.find(({ labels }) => labels['statistic'] === statistic)).toMatchObject({
      labels: place,
      value: found?.corrected,
    });
    const far = await samples('tributary_drift_distance');
    expect(far.find(({ labels }) => labels['statistic'] === statistic)?.value).toBeGreaterThan(0.5);
    const line = () => server.lines().findLast(({ msg, statistic: of }) => msg === 'drift' && of === statistic);
    // A pipe away.
    const figures = { before: found?.before, now: found?.now, p: found?.corrected };
    await expect.poll(line).toMatchObject({ ...place, level: 40, statistic, ...figures });
    if (prometheus === null) return;
    const asked = prometheus;
    const rule = (await asked.rules()).find(({ name }) => name === 'TributaryDrift');
    const drifted = async () => (await asked.ask(rule?.query ?? '')).map(({ labels }) => labels);
    await expect
      .poll(drifted, { timeout: 60_000, interval: 500 })
      .toContainEqual(expect.objectContaining({ ...place, job: 'picture-classifier' }));
  },
);

it('labels posted back give the accuracy, over time and as a metric', async () => {
  const sent = await window();
  const { alerts } = await drift();
  expect(alerts.filter(({ alert }) => alert)).toEqual([]);
  const labels = sent.map(({ id, of }) => ({ requestId: id, output: 'scene', label: truths[of] }));
  const right = sent.filter(({ of, label }) => label === truths[of]).length;
  expect(right).toBeGreaterThan(0.8 * sent.length);
  labels.push({ requestId: 'of-nobody', output: 'scene', label: 'a very private label' });
  // Somebody saw more in one picture than the model.
  labels[0] = { ...labels[0], label: 'my very private label' };
  const wasRight = sent[0].label === truths[sent[0].of] ? 1 : 0;
  const answer = await fetch(`${server.url}/feedback`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ labels }),
  });
  const { results } = z.object({ results: z.array(z.object({ result: z.string() })) }).parse(await answer.json());
  expect(results.filter(({ result }) => result === 'right')).toHaveLength(right - wasRight);
  expect(results.at(-1)).toMatchObject({ result: 'unknown-request' });
  expect(await samples('tributary_feedback_total')).toEqual([
    { labels: { output: 'scene', answer: 'right' }, value: right - wasRight },
    { labels: { output: 'scene', answer: 'wrong' }, value: sent.length - right + wasRight },
  ]);
  const { outputs } = accuracies.parse(await (await fetch(`${server.url}/v1/accuracy`)).json());
  const hours = outputs.find(({ output }) => output === 'scene')?.windows ?? [];
  expect(hours.reduce((sum, hour) => sum + hour.right, 0)).toBe(right - wasRight);
  expect(hours.reduce((sum, hour) => sum + hour.of, 0)).toBe(sent.length);
  for (const { right: good, of, accuracy, low, high } of hours) {
    expect(accuracy).toBeCloseTo(good / of, 12);
    expect(low < accuracy && accuracy < high).toBe(true);
  }
});

const accuracies = z.object({
  outputs: z.array(
    z.object({
      output: z.string(),
      windows: z.array(
        z.object({ right: z.number(), of: z.number(), accuracy: z.number(), low: z.number(), high: z.number() }),
      ),
    }),
  ),
});

/** Questions that nothing answers while all is well, and why. */
const silent: Readonly<Record<string, string>> = {
  TributaryDown: 'a version is ready',
  TributaryVersionFailed: 'no version has failed',
};

it('Prometheus scrapes it with the configuration that was written, and every rule asks for what there is', async ({
  skip,
}) => {
  if (prometheus === null) return skip(noPrometheus ?? '');
  const statuses = await traffic();
  expect(statuses.get(200)).toBeGreaterThan(0);
  expect(statuses.get(400)).toBeGreaterThan(0);
  expect(statuses.get(429)).toBeGreaterThan(0);
  const asked = prometheus;
  const counted = await samples('tributary_requests_total');
  const byOutcome = (outcome: string) =>
    counted.filter(({ labels }) => labels['outcome'] === outcome).reduce((sum, { value }) => sum + value, 0);
  expect(byOutcome('refused')).toBe(statuses.get(429));
  expect(byOutcome('invalid')).toBeGreaterThan(0);
  expect(byOutcome('failed')).toBe(0);
  // Scraped, and its rules judged, after all of that.
  const seen = 'sum(tributary_requests_total{outcome="refused"})';
  await expect.poll(async () => (await asked.ask(seen))[0]?.value, { timeout: 60_000 }).toBe(statuses.get(429));
  expect(await asked.targets()).toEqual([{ health: 'up', lastError: '', scrapePool: 'picture-classifier' }]);
  await expect
    .poll(async () => (await asked.rules()).map(({ health }) => health), { timeout: 60_000 })
    .not.toContain('unknown');
  const rules = await asked.rules();
  expect(rules.length).toBeGreaterThan(9);
  expect(rules.filter(({ health, lastError }) => health !== 'ok' || (lastError ?? '') !== '')).toEqual([]);
  const empty: string[] = [];
  for (const { name, query } of rules) {
    // What the rule compares, without the bound that it is compared with.
    const compared = query.replace(/ or \(.*$/, '').replace(/ (>|==) [\d.e+]+(?=\)?$)/, '');
    if ((await asked.ask(compared)).length === 0) empty.push(name);
  }
  expect(empty).toEqual(Object.keys(silent));
  // Callers are refused and send what cannot be used; nothing else is wrong.
  const firing = await Promise.all(
    rules.map(async ({ name, query }) => ((await asked.ask(query)).length > 0 ? name : null)),
  );
  expect(
    firing.filter(
      (name) => name !== null && !['TributaryShedding', 'TributaryInvalid', 'TributarySlow'].includes(name),
    ),
  ).toEqual([]);
});

const dashboard = z.object({
  templating: z.object({ list: z.array(z.object({ name: z.string(), query: z.string() })) }),
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).default([]) })),
});

it('every question of the dashboard is answered, and asks for metrics that the server tells', async ({ skip }) => {
  const { panels, templating } = dashboard.parse(
    JSON.parse(readFileSync(path.join(bundle, 'monitoring/grafana/pipeline.json'), 'utf8')),
  );
  const alerts = rulesFile.parse(parse(readFileSync(path.join(bundle, 'monitoring/alerts.yml'), 'utf8')));
  const asked = [
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...alerts.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
  ];
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const types = new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]));
  const exposed = (name: string): boolean => {
    const base = name.replace(/_(bucket|sum|count)$/, '');
    return types.has(name) ? types.get(name) !== 'histogram' : base !== name && types.get(base) === 'histogram';
  };
  const names = asked.flatMap((expr) => expr.match(/\btributary_\w+/g) ?? []);
  expect(new Set(names).size).toBeGreaterThan(15);
  expect(names.filter((name) => !exposed(name))).toEqual([]);

  if (prometheus === null) return skip(noPrometheus ?? '');
  const job = templating.list.find(({ name }) => name === 'job')?.query ?? '';
  const asking = prometheus;
  const unanswered = async (): Promise<readonly string[]> => {
    const empty: string[] = [];
    for (const { title, targets } of panels)
      for (const { expr } of targets) {
        // As Grafana fills them in; a minute is its least for a source that is scraped every 15 s.
        const filled = expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', job);
        expect(filled).not.toContain('$');
        if ((await asking.ask(filled)).length === 0) empty.push(title);
      }
    return empty;
  };
  // Rates are of two scrapes.
  await expect.poll(unanswered, { timeout: 60_000, interval: 1000 }).toEqual([]);
});

const rulesFile = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});

/** Good requests, some that cannot be used, and more at once than there is room for; answers by status. */
async function traffic(): Promise<ReadonlyMap<number, number>> {
  const statuses = new Map<number, number>();
  const count = async (answer: Promise<Response>): Promise<void> => {
    const { status } = await answer;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  for (let i = 0; i < 5; i++) {
    await count(predict(await draw()));
    await count(predict({ jpeg: Buffer.from('this is no picture') }));
    await count(
      fetch(`${server.url}/predict`, {
        method: 'POST',
        body: '{"image":',
        headers: { 'content-type': 'application/json' },
      }),
    );
  }
  const pictures: Picture[] = [];
  for (let i = 0; i < 60; i++) pictures.push(await draw());
  await Promise.all(pictures.map((picture) => count(predict(picture))));
  return statuses;
}

it('nothing is kept of what was sent but figures', async () => {
  expect((await predict({ jpeg: Buffer.from('this is no picture') })).status).toBe(400);
  await expect.poll(() => server.lines().some(({ code }) => code !== undefined)).toBe(true);
  expect(filesBelow(bundle)).toEqual(before);
  expect(filesBelow(scratch)).toEqual([]);
  const said = server.said();
  expect(said).not.toMatch(/holiday-of-somebody|private label|this is no picture|JFIF|data:image/);
  const told = `${JSON.stringify(await drift())}${await (await fetch(`${server.url}/v1/accuracy`)).text()}`;
  expect(told).not.toMatch(/holiday-of-somebody|private label/);
  // Every line is of the fields that docs/operating.md tells, and no field of it is long.
  const lines = server.lines();
  expect(lines.length).toBeGreaterThan(400);
  const ofRequests = lines.filter(({ outcome }) => outcome !== undefined);
  const fields = new Set(ofRequests.flatMap((line) => Object.keys(line)));
  expect([...fields].sort()).toEqual(
    ['code', 'level', 'msg', 'node', 'outcome', 'protocol', 'queueMs', 'requestId', 'runMs', 'time', 'version'].sort(),
  );
  expect(Math.max(...lines.flatMap((line) => Object.values(line).map((value) => String(value).length)))).toBeLessThan(
    300,
  );
});
