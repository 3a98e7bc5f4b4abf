import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { serveChildren, type Utility } from '../../electron/children.ts';
import type { Exit } from '../../host/process/children.ts';
import { electronChildren } from '../../host/process/electronChildren.ts';
import type { ParentPortLike, ParentTell, PortLike, Startable } from '../../host/process/protocol.ts';

/**
 * Stands for a utility process: a thread, which has what is needed here of one: it starts by itself, gets messages with
 * ports, ends with a code, and is ended from outside.
 */
const program = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ data, ports }) => {
    if (!data.serve) return;
    const [port] = ports;
    port.on('message', (message) => {
      if (message === 'end') { process.stderr.write('last words'); setTimeout(() => process.exit(3), 20); }
      else if (message === 'hang') for (;;);
      else port.postMessage(['heard', message, process.env.FOR_IT ?? null]);
    });
  });
`;

/** Ports of threads and ports of ours, which are the same ports. */
const rawPorts = new WeakMap<PortLike, MessagePort>();
function portLike(port: MessagePort): PortLike {
  const like: PortLike = {
    postMessage: (message) => port.postMessage(message),
    on: (event: 'message' | 'close', listener: (event: { readonly data: unknown }) => void) =>
      event === 'message'
        ? port.on('message', (data) => listener({ data }))
        : port.on('close', () => listener({ data: undefined })),
    start: () => port.start(),
    close: () => port.close(),
  };
  rawPorts.set(like, port);
  return like;
}

interface Started {
  readonly entry: Startable;
  readonly utility: Utility;
}

function main(): { readonly asking: ParentPortLike; readonly started: Started[]; readonly endAsking: () => void } {
  const started: Started[] = [];
  const toMain: ((message: unknown) => void)[] = [];
  const toAsking: Parameters<ParentPortLike['on']>[1][] = [];
  const endings: ((code: number | null) => void)[] = [];
  const asker: Utility = {
    pid: () => 1,
    postMessage: (message: ParentTell, ports = []) =>
      setImmediate(() => toAsking.forEach((listener) => void listener({ data: structuredClone(message), ports }))),
    onMessage: (listener) => void toMain.push(listener),
    onExit: (listener) => void endings.push(listener),
    onWords: () => undefined,
    onSpawn: () => undefined,
    kill: () => undefined,
  };
  serveChildren(asker, {
    channel: () => {
      const { port1, port2 } = new MessageChannel();
      return [portLike(port1), portLike(port2)];
    },
    start: (entry, env) => {
      if (env['REFUSE'] !== undefined) throw new Error('no process today');
      const worker = new Worker(program, { eval: true, env: { ...env }, stderr: true });
      onTestFinished(() => void worker.terminate());
      const utility: Utility = {
        pid: () => worker.threadId,
        postMessage: (data, ports = []) => {
          const raw = ports.flatMap((port) => rawPorts.get(port) ?? []);
          worker.postMessage({ data, ports: raw }, raw);
        },
        onMessage: (listener) => void worker.on('message', listener),
        onExit: (listener) => void worker.on('exit', listener),
        onWords: (listener) => void worker.stderr.on('data', (chunk) => listener(String(chunk))),
        onSpawn: (listener) => void worker.on('online', listener),
        kill: () => void worker.terminate(),
      };
      started.push({ entry, utility });
      return utility;
    },
  });
  return {
    started,
    endAsking: () => endings.forEach((listener) => void listener(0)),
    asking: {
      postMessage: (message) =>
        setImmediate(() => toMain.forEach((listener) => void listener(structuredClone(message)))),
      on: (_event, listener) => toAsking.push(listener),
    },
  };
}

const exitOf = (child: { onExit(listener: (exit: Exit) => void): void }): Promise<Exit> =>
  new Promise((resolve) => child.onExit(resolve));

it('a process that may start none gets children that it can speak with', async () => {
  const { asking, started } = main();
  const child = electronChildren(asking).start<string, unknown>('engine', { env: { FOR_IT: 'yes' } });
  const heard = new Promise((resolve) => child.onMessage(resolve));
  child.send('hello');
  expect(await heard).toEqual(['heard', 'hello', 'yes']);
  expect(started.map(({ entry }) => entry)).toEqual(['engine']);
  expect(child.pid()).toBe(started[0].utility.pid());
});

it('their end is told once, with code and last words', async () => {
  const { asking } = main();
  const child = electronChildren(asking).start<string, unknown>('probe');
  const exits: Exit[] = [];
  child.onExit((exit) => exits.push(exit));
  child.send('end');
  await expect.poll(() => exits.length).toBe(1);
  expect(exits[0]).toEqual({ how: 'it ended with code 3', lastWords: 'last words' });
});

it('one that does not listen is ended all the same', async () => {
  const { asking } = main();
  const child = electronChildren(asking).start<string, unknown>('engine');
  const exit = exitOf(child);
  const heard = new Promise((resolve) => child.onMessage(resolve));
  child.send('hello');
  await heard;
  child.send('hang');
  child.kill();
  expect((await exit).how).toContain('it ended');
});

it('one that cannot be started has exited', async () => {
  const { asking } = main();
  const exit = await exitOf(electronChildren(asking).start('engine', { env: { REFUSE: '1' } }));
  expect(exit).toEqual({ how: 'it could not be started or was ended', lastWords: 'Error: no process today' });
});

it('only our own entries are started, and not without number', async () => {
  const { asking, started } = main();
  for (const bad of [
    { start: '/bin/sh', id: 1 },
    { start: '../../evil', id: 2 },
    { start: 'engine' },
    { start: 'engine', id: -1 },
    { start: 'engine', id: 3, extra: true },
    { start: 'engine', id: 4, env: { A: 7 } },
    { kill: 'all' },
    'engine',
    null,
  ])
    asking.postMessage(bad);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(started).toEqual([]);
  const told: unknown[] = [];
  asking.on('message', ({ data }) => void told.push(data));
  for (let id = 0; id < 40; id++) asking.postMessage({ start: 'probe', id });
  await expect
    .poll(() => told.filter((message) => typeof message === 'object' && message !== null && 'exited' in message).length)
    .toBe(8);
  expect(started.length).toBe(32);
});

it('end with who asked for them', async () => {
  const { asking, started, endAsking } = main();
  const child = electronChildren(asking).start<string, unknown>('engine');
  const heard = new Promise((resolve) => child.onMessage(resolve));
  child.send('hello');
  await heard;
  const gone = new Promise((resolve) => started[0].utility.onExit(resolve));
  endAsking();
  await gone;
});
