import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeLimits } from '../../../../core/define/limits.ts';
import { usualGuard } from '../../../../core/serve/rollout.ts';
import { openSecurity } from '../../../../server/serving/security/security.ts';
import { type Started, startServing } from '../../../../server/serving/start.ts';

const sample = path.join(import.meta.dirname, '../../../../samples/picture-classifier');
const picture = readFileSync(path.join(sample, 'media/sunset.jpg'));
const folder = mkdtempSync(path.join(os.tmpdir(), 'tributary-versions-'));
const bundles = path.join(folder, 'bundles');
const journalFile = path.join(folder, 'journal.jsonl');
let served: Started;
let base = '';

beforeAll(async () => {
  for (const name of ['v2', 'broken']) cpSync(sample, path.join(bundles, name), { recursive: true });
  writeFileSync(path.join(bundles, 'broken/models/scenes.onnx'), 'no model');
  const keys = path.join(folder, 'keys.json');
  const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
  writeFileSync(
    keys,
    JSON.stringify({
      keys: [
        { name: 'caller', sha256: sha256('call') },
        { name: 'boss', sha256: sha256('manage'), scopes: ['predict', 'admin'] },
      ],
    }),
  );
  // A version that gets no requests is closed once the longest request is over.
  const limitOverrides = { serverDeadlineMs: 8000, serverWaitingPerRunning: 16 };
  served = await startServing({
    target: sample,
    host: '127.0.0.1',
    port: 0,
    version: '1',
    limits: makeLimits(limitOverrides),
    limitOverrides,
    security: await openSecurity({ apiKeys: keys }),
    bundles,
    journalFile,
    probation: 10,
    // What a busy machine does to latency is not what this is about.
    guard: { ...usualGuard, leastRequests: 1_000_000 },
    exit: () => undefined,
    tell: () => undefined,
  });
  await served.runtime.load();
  base = `http://127.0.0.1:${served.port}`;
});
afterAll(async () => {
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function predict(more: Record<string, string> = {}): Promise<{ status: number; version: string | null }> {
  const form = new FormData();
  form.set('image', new Blob([picture], { type: 'image/jpeg' }), 'a.jpg');
  const answer = await fetch(`${base}/predict`, {
    method: 'POST',
    body: form,
    headers: { 'x-api-key': 'call', ...more },
  });
  await answer.arrayBuffer();
  return { status: answer.status, version: answer.headers.get('x-tributary-version') };
}

async function manage(method: string, where: string, body?: unknown, key = 'manage') {
  const answer = await fetch(`${base}${where}`, {
    method,
    headers: { 'x-api-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: answer.status, json: await answer.json() };
}

/** Requests go on, two at a time, until `work` is done; gives what came. */
async function under<T>(
  work: () => Promise<T>,
): Promise<{ readonly done: T; readonly answers: readonly Awaited<ReturnType<typeof predict>>[] }> {
  const answers: Awaited<ReturnType<typeof predict>>[] = [];
  let over = false;
  const callers = [0, 1].map(async () => {
    while (!over) {
      answers.push(await predict());
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  const done = await work().finally(() => {
    over = true;
  });
  await Promise.all(callers);
  return { done, answers };
}

it('is managed by who may, and by nobody else', async () => {
  expect((await predict({ 'x-api-key': 'wrong' })).status).toBe(401);
  expect((await manage('GET', '/v1/versions', undefined, 'call')).status).toBe(403);
  expect((await manage('GET', '/v1/versions')).json.versions).toMatchObject([
    { version: '1', weight: 1, state: 'ready' },
  ]);
  expect((await manage('POST', '/v1/versions', { bundle: '../..' })).json.error.code).toBe('path-outside');
  expect((await manage('POST', '/v1/versions', { bundle: 'v2', rollout: 'now' })).json.error.code).toBe(
    'request-invalid',
  );
  expect((await manage('POST', '/v1/versions', { bundle: 'v2', version: '1' })).json.error.code).toBe(
    'request-invalid',
  );
});

it('a version that is broken never answers, and the one before goes on (fault 76)', async () => {
  const { done, answers } = await under(() => manage('POST', '/v1/versions', { bundle: 'broken', rollout: 'switch' }));
  expect(done.status).toBeGreaterThanOrEqual(400);
  expect(answers.length).toBeGreaterThan(0);
  expect(new Set(answers.map(({ status, version }) => `${status} ${version}`))).toEqual(new Set(['200 1']));
});

it('a version is loaded, tried, promoted, taken back and removed under traffic without a lost request (fault 77)', async () => {
  const loaded = await under(() =>
    manage('POST', '/v1/versions', { bundle: 'v2', version: '2', rollout: 'canary', weight: 0.5 }),
  );
  expect(loaded.done).toMatchObject({
    status: 201,
    json: {
      versions: [
        { version: '1', weight: 0.5 },
        { version: '2', weight: 0.5, tried: true },
      ],
    },
  });
  expect(new Set(loaded.answers.map(({ status }) => status))).toEqual(new Set([200]));
  const shared = await Promise.all(Array.from({ length: 30 }, () => predict()));
  expect(new Set(shared.map(({ version }) => version))).toEqual(new Set(['1', '2']));
  const mine = await Promise.all(Array.from({ length: 8 }, () => predict({ 'x-tributary-key': 'anna' })));
  expect(new Set(mine.map(({ version }) => version)).size).toBe(1);
  expect((await predict({ 'x-tributary-version': '1' })).version).toBe('1');

  const back = await under(() => manage('POST', '/v1/versions/2/rollback'));
  expect(back.done.status).toBe(200);
  expect(new Set(back.answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(
    new Set((await Promise.all(Array.from({ length: 10 }, () => predict()))).map(({ version }) => version)),
  ).toEqual(new Set(['1']));

  const again = await under(() => manage('POST', '/v1/versions', { bundle: 'v2', version: '3', rollout: 'switch' }));
  expect(again.done.status).toBe(201);
  const after = await Promise.all(Array.from({ length: 15 }, () => predict()));
  expect(new Set([...again.answers, ...after].map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(after.map(({ version }) => version))).toEqual(new Set(['3']));
  const { entries } = (await manage('GET', '/v1/journal')).json;
  expect(entries.map(({ event, version }: { event: string; version: string }) => `${event} ${version}`)).toEqual(
    expect.arrayContaining(['promoted 3', 'rolled-back 2', 'weights 2', 'ready 2', 'loading 2', 'draining 1']),
  );
  await expect.poll(() => readFileSync(journalFile, 'utf8')).toContain('"event":"promoted"');
}, 240_000);
