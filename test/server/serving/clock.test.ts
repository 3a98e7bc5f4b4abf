import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';
import { tempFolder } from '../../temp-folder.ts';
import { acting } from './acting.ts';
import { act, send, until } from './client.ts';
import { spawnServer } from './spawned.ts';

vi.setConfig({ testTimeout: 120_000 });
const pipeline = acting();
const dayMs = 24 * 3600 * 1000;

/** Loaded before the server, its engine and their threads: the clock on the wall is off by what a file says. */
const jumping = `
import { readFileSync } from 'node:fs';
const Real = Date;
const now = () => Real.now() + Number(readFileSync(process.env.TEST_CLOCK, 'utf8'));
globalThis.Date = new Proxy(Real, {
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
  apply: () => new Real(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});
`;

it('the clock jumps a day ahead and a year back: deadlines hold as before, and no time is told wrong (fault 81)', async () => {
  const folder = tempFolder();
  const clock = path.join(folder, 'clock');
  const jump = (ms: number): void => writeFileSync(clock, String(ms));
  jump(0);
  const preload = path.join(folder, 'jumping.mjs');
  writeFileSync(preload, jumping);
  const server = await spawnServer(
    [pipeline.folder, '--nodes', pipeline.nodes, '--jobs', '1', '--queue', '4', '--deadline', '60000', '--log', 'info'],
    { TEST_CLOCK: clock, NODE_OPTIONS: `--import ${pathToFileURL(preload).href}` },
  );
  await server.ready();
  const waiting = async (count: number): Promise<void> =>
    until(async () => (await send(server.port, '/readyz')).json().load.waiting === count);
  /** Days by which the server's own log is off. */
  const offDays = (): number => {
    const told = server.lines.findLast(({ time }) => time !== undefined)?.time;
    return Math.round((Number(new Date(told ?? Number.NaN)) - Date.now()) / dayMs);
  };

  for (const days of [1, -365]) {
    const gate = `open${days}`;
    const running = act(server.port, `wait ${gate}`);
    await until(async () => (await send(server.port, '/readyz')).json().load.running === 1);
    const queued = act(server.port, `say queued${days}`);
    await waiting(1);
    jump(days * dayMs);
    // One that comes after the jump, and one whose deadline is soon.
    const later = act(server.port, `say later${days}`);
    await waiting(2);
    const late = await act(server.port, `say late${days}`, { headers: { 'x-deadline-ms': '100' } });
    expect([late.status, late.json().error.code]).toEqual([504, 'deadline']);
    pipeline.release(gate);
    const answers = await Promise.all([running, queued, later]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const cut = await act(server.port, 'wait nobody', { headers: { 'x-deadline-ms': '300' } });
    expect([cut.status, cut.json().error.code]).toEqual([504, 'deadline']);
    await until(() => offDays() === days);
    expect(pipeline.ran()).not.toContain(`say late${days}`);
  }
  const told = (await send(server.port, '/metrics')).body.toString();
  const seconds = [...told.matchAll(/^tributary_\w+_seconds_sum(?:\{[^}]*\})? (\S+)$/gm)].map(([, sum]) => Number(sum));
  expect(seconds.length).toBeGreaterThan(2);
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...seconds)).toBeLessThan(600);
  server.child.kill('SIGKILL');
});
