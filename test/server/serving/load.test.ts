import { beforeAll, expect, it } from 'vitest';
import { acting } from './acting.ts';
import { act, send, until } from './client.ts';
import { type InProcess, serveReady } from './inProcess.ts';

const pipeline = acting();
let served: InProcess;
beforeAll(async () => {
  served = await serveReady({
    target: pipeline.folder,
    nodeFolders: [pipeline.nodes],
    limit: { serverRunning: 2, serverWaitingPerRunning: 2, serverDecodedBytes: 10_000, serverDeadlineMs: 60_000 },
  });
});

const loadIs = (running: number, waiting: number) => () => {
  const load = served.service.load();
  return load.running === running && load.waiting === waiting;
};

/** Fills all places with requests that wait for `gate`. */
async function fill(gate: string, count: number): Promise<readonly ReturnType<typeof act>[]> {
  const asked = [];
  for (let i = 0; i < count; i++) {
    asked.push(act(served.port, `wait ${gate}`));
    await until(loadIs(Math.min(i + 1, 2), Math.max(0, i - 1)));
  }
  return asked;
}

it('the queue fills, each one more is refused with 429 and Retry-After, all others are answered (fault 53, fault 54)', async () => {
  const asked = await fill('full', 6);
  const more = await Promise.all(Array.from({ length: 34 }, () => act(served.port, 'say more')));
  expect(more.map((answer) => answer.status)).toEqual(Array.from({ length: 34 }, () => 429));
  expect(more[0].json().error.code).toBe('overloaded');
  expect(Number(more[0].headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect(pipeline.ran()).not.toContain('say more');
  pipeline.release('full');
  const answers = await Promise.all(asked);
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200, 200]);
  expect((await act(served.port, 'say next')).json().outputs).toEqual({ said: 'say next' });
});

it('health answers while every place is taken (fault 63)', async () => {
  const asked = await fill('busy', 6);
  for (const path of ['/livez', '/healthz', '/readyz']) expect((await send(served.port, path)).status).toBe(200);
  const { load } = (await send(served.port, '/readyz')).json();
  expect(load).toMatchObject({ running: 2, waiting: 4 });
  pipeline.release('busy');
  await Promise.all(asked);
});

it('decoded bytes are bounded over all requests; what could never fit is told so (fault 55)', async () => {
  const first = act(served.port, `wait bytes ${'x'.repeat(4000)}`);
  await until(loadIs(1, 0));
  const second = await act(served.port, `say ${'y'.repeat(2000)}`);
  expect([second.status, second.json().error.code]).toEqual([429, 'overloaded']);
  const never = await act(served.port, `say ${'z'.repeat(6000)}`);
  expect([never.status, never.json().error.code]).toEqual([413, 'media-too-large']);
  pipeline.release('bytes');
  expect((await first).status).toBe(200);
  expect((await act(served.port, `say ${'y'.repeat(2000)}`)).status).toBe(200);
});

it('who goes while waiting never runs, who goes while running is cancelled, and both make room (fault 57)', async () => {
  const asked = await fill('leave', 2);
  const before = served.records.length;
  const gone: { destroy(): unknown }[] = [];
  const waiting = act(served.port, 'say unheard', { onRequest: (request) => gone.push(request) });
  const failed = expect(waiting).rejects.toThrow();
  await until(loadIs(2, 1));
  gone[0].destroy();
  await failed;
  await until(loadIs(2, 0));
  expect(served.records.slice(before).map((record) => record.outcome)).toEqual(['cancelled']);
  const running = act(served.port, 'wait never', { onRequest: (request) => gone.push(request) });
  const cut = expect(running).rejects.toThrow();
  pipeline.release('leave');
  await Promise.all(asked);
  await until(loadIs(1, 0));
  await until(() => pipeline.ran().includes('wait never'));
  gone[1].destroy();
  await cut;
  await until(loadIs(0, 0));
  expect(served.records.at(-1)).toMatchObject({ outcome: 'cancelled', problem: { code: 'cancelled' } });
  expect(pipeline.ran()).not.toContain('say unheard');
  expect((await act(served.port, 'say after')).status).toBe(200);
});

it('a deadline that passes in the queue is 504, and nothing is run (fault 58)', async () => {
  const asked = await fill('late', 2);
  const late = await act(served.port, 'say late', { headers: { 'x-deadline-ms': '50' } });
  expect([late.status, late.json().error.code]).toEqual([504, 'deadline']);
  expect(late.json().error.message).toMatch(/no model was started/);
  pipeline.release('late');
  await Promise.all(asked);
  expect(pipeline.ran()).not.toContain('say late');
});

it('a deadline that passes while it runs is 504, and the run is cancelled', async () => {
  const late = await act(served.port, 'wait nobody', { headers: { 'x-deadline-ms': '300' } });
  expect([late.status, late.json().error.code]).toEqual([504, 'deadline']);
  await until(loadIs(0, 0));
  expect(served.records.at(-1)?.outcome).toBe('late');
  expect((await act(served.port, 'say after')).status).toBe(200);
});
