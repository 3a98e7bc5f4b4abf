import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../../../host/engine/client.ts';
import type { Engine } from '../../../host/engine/messages.ts';
import type { Ask, Tell } from '../../../host/engine/wire.ts';
import type { ProbeAnswer, ProbeAsk } from '../../../host/models/messages.ts';
import { probe } from '../../../host/models/prober.ts';
import type { Children, Exit } from '../../../host/process/children.ts';
import { electronChildren } from '../../../host/process/electronChildren.ts';
import { nodeChildren } from '../../../host/process/nodeChildren.ts';
import { childAskSchema, parentTellSchema } from '../../../host/process/protocol.ts';
import { numbers, pipeline } from '../../core/pipelines.ts';
import { addOne, float32 } from '../models/fixture.ts';
import { fakeMain } from './fakeMain.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tributary-process-'));
writeFileSync(path.join(folder, 'add.onnx'), addOne());
const main = fakeMain();
const inElectron = electronChildren(main.parentPort);
const before = process.env['TRIBUTARY_CACHE'];
beforeAll(() => {
  // So that the engine meets the models for the first time, and opens them in a probe.
  process.env['TRIBUTARY_CACHE'] = folder;
});
afterAll(() => {
  if (before === undefined) delete process.env['TRIBUTARY_CACHE'];
  else process.env['TRIBUTARY_CACHE'] = before;
  main.close();
  rmSync(folder, { recursive: true, force: true });
});

const ways: readonly (readonly [string, Children])[] = [
  ['by Node', nodeChildren],
  ["by Electron's main process", inElectron],
];

describe.each(ways)('a child process started %s', (_, children) => {
  it('answers and ends', async () => {
    const outcome = await probe({ ask: 'device', provider: 'cpu' }, { memoryBytes: 0, timeMs: 60_000 }, children);
    expect(outcome).toMatchObject({ end: 'answered', answer: { ok: true } });
  });
  it('says how it ended and what it said last', async () => {
    const child = children.start<ProbeAsk, ProbeAnswer>('probe', {
      env: { NODE_OPTIONS: '--import=data:text/javascript,throw(Error(%22no!%22))' },
    });
    const exit = await new Promise<Exit>((resolve) => child.onExit(resolve));
    expect(exit.how).toBe('it ended with code 1');
    expect(exit.lastWords).toContain('no!');
    child.send({ ask: 'device', provider: 'cpu' });
    child.kill();
    expect(await new Promise<Exit>((resolve) => child.onExit(resolve))).toEqual(exit);
  });
  it('is ended at once, whatever it does', async () => {
    const outcome = await probe({ ask: 'device', provider: 'cpu' }, { memoryBytes: 0, timeMs: 1 }, children);
    expect(outcome).toEqual({ end: 'late' });
  });
  it('has a process id', async () => {
    const child = children.start<Ask, Tell>('engine');
    for (let i = 0; i < 100 && child.pid() === null; i++) await wait(20);
    const pid = child.pid() as number;
    expect(() => process.kill(pid, 0)).not.toThrow();
    const exit = new Promise<Exit>((resolve) => child.onExit(resolve));
    child.kill();
    await exit;
    expect(() => process.kill(pid, 0)).toThrow();
  });
});

describe("an engine whose processes Electron's main process starts", () => {
  let engine: Engine;
  beforeAll(() => {
    engine = startEngine({}, inElectron);
  });
  const document = pipeline(
    { x: 'input.tensor', model: ['model.onnx', { model: 'add.onnx', threads: 1 }], out: 'output.tensor' },
    ['x.tensor > model.x', 'model.y > out.value'],
  );
  async function add(): Promise<readonly number[]> {
    return numbers(await engine.run({ document, folder, inputs: { x: float32([1], [41]) } }), 'out');
  }
  it('runs a model, which it first opens in a process that main starts for it', async () => {
    const already = main.started.length;
    expect(await add()).toEqual([42]);
    expect(main.started.slice(already).map(({ entry }) => entry)).toEqual(expect.arrayContaining(['engine', 'probe']));
  });
  it('is killed, says so, and another takes its place', async () => {
    const deaths: string[] = [];
    engine.onDeath((problem) => deaths.push(problem.code));
    const pid = engine.pid() as number;
    process.kill(pid, 'SIGKILL');
    for (let i = 0; i < 100 && engine.pid() === pid; i++) await wait(20);
    expect(deaths).toEqual(['engine-died']);
    expect(await add()).toEqual([42]);
    expect(engine.pid()).not.toBe(pid);
  });
  it('closes, and leaves no process behind', async () => {
    await engine.close();
    for (let i = 0; i < 100 && main.running() > 0; i++) await wait(20);
    expect(main.running()).toBe(0);
  });
});

describe('the protocol with main', () => {
  it('takes nothing but the entries that are known', () => {
    expect(childAskSchema.safeParse({ start: 'engine', id: 1 }).success).toBe(true);
    expect(childAskSchema.safeParse({ start: '/bin/sh', id: 1 }).success).toBe(false);
    expect(childAskSchema.safeParse({ start: 'engine', id: 1, args: ['-e', '1'] }).success).toBe(false);
    expect(parentTellSchema.safeParse({ started: 1 }).success).toBe(false);
  });
});
