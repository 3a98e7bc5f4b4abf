import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeLimits } from '../../core/define/limits.ts';
import { Problem, type ProblemData } from '../../core/problems/problem.ts';
import { giveBody, takeBody } from '../../electron/bodyPort.ts';
import { makeStudioLink, type StudioChild, type StudioLink } from '../../electron/studioLink.ts';
import type { StudioAsk, StudioTell } from '../../electron/studioMessages.ts';
import { serveStudio } from '../../electron/studioService.ts';
import type { PortLike } from '../../host/process/protocol.ts';
import { rejects } from '../rejects.ts';
import { makeTinyStudio, type TinyStudio } from '../server/tinyStudio.ts';

/** A real port in the manner of Electron's. */
function portLike(port: MessagePort): PortLike {
  onTestFinished(() => port.close());
  return {
    postMessage: (message) => port.postMessage(message),
    on: (event: 'message' | 'close', listener: (event: { readonly data: unknown }) => void) =>
      event === 'message'
        ? port.on('message', (data) => listener({ data }))
        : port.on('close', () => listener({ data: undefined })),
    start: () => port.start(),
    close: () => port.close(),
  };
}
function channel(): readonly [PortLike, PortLike] {
  const { port1, port2 } = new MessageChannel();
  return [portLike(port1), portLike(port2)];
}

interface Linked {
  readonly link: StudioLink;
  /** One for each process that was started. */
  readonly studios: TinyStudio[];
  readonly heard: { readonly client: string; readonly message: Record<string, unknown> }[];
  readonly connections: boolean[];
  readonly givenUp: (ProblemData | null)[];
  /** Ends the process that runs now, hard. */
  crash(): void;
  /** The next processes die at their start, saying why. */
  failStarts(problem: ProblemData): void;
}

/** Main's side and the studio's, with what lies between them copied as between processes. */
function linked(): Linked {
  const studios: TinyStudio[] = [];
  const heard: Linked['heard'] = [];
  const connections: boolean[] = [];
  const givenUp: (ProblemData | null)[] = [];
  let exit = (): void => undefined;
  let failure: ProblemData | null = null;
  const start = (): StudioChild => {
    const studio = makeTinyStudio();
    studios.push(studio);
    const says: ((message: StudioTell) => void)[] = [];
    const exits: ((code: number | null) => void)[] = [];
    let alive = true;
    const tell = (message: StudioTell): void => {
      const copy = structuredClone(message);
      setImmediate(() => alive && says.forEach((listener) => void listener(copy)));
    };
    const answer = serveStudio(studio, makeLimits(), tell);
    exit = () => {
      if (!alive) return;
      alive = false;
      setImmediate(() => exits.forEach((listener) => void listener(null)));
    };
    if (failure === null) tell({ studio: 'ready' });
    else {
      tell({ studio: 'failed', problem: failure });
      setTimeout(exit, 5);
    }
    return {
      postMessage: (message: StudioAsk, ports) => {
        const copy = structuredClone(message);
        setImmediate(() => alive && void answer(copy, ports));
      },
      onMessage: (listener) => void says.push(listener),
      onExit: (listener) => void exits.push(listener),
      kill: exit,
    };
  };
  const link = makeStudioLink({
    start,
    channel,
    onMessage: (client, text) => heard.push({ client, message: JSON.parse(text) }),
    onConnection: (connected) => connections.push(connected),
    onGivenUp: (problem) => givenUp.push(problem),
  });
  onTestFinished(() => link.close());
  return {
    link,
    studios,
    heard,
    connections,
    givenUp,
    crash: () => exit(),
    failStarts: (problem) => {
      failure = problem;
    },
  };
}

async function* pieces(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const [i, size] of sizes.entries()) yield new Uint8Array(size).fill(i + 1);
}

describe('the link to the studio', () => {
  it('carries calls, answers and events to the window that they are for', async () => {
    const { link, heard, studios } = linked();
    link.join('window0001');
    link.join('window0002');
    link.call('window0001', '{"id":5,"method":"about","args":{}}');
    await expect.poll(() => heard.length).toBe(1);
    expect(heard[0]).toEqual({
      client: 'window0001',
      message: { id: 5, ok: true, result: { version: 'window0001' } },
    });
    studios[0].emit('window0002', { event: 'libraryChanged', session: 's1' });
    await expect.poll(() => heard.length).toBe(2);
    expect(heard[1]).toEqual({
      client: 'window0002',
      message: { event: { event: 'libraryChanged', session: 's1' } },
    });
  });

  it('answers what is no call, and hears nothing of windows that have gone', async () => {
    const { link, heard, studios } = linked();
    link.join('window0001');
    link.call('window0001', '{"id":6,"method":"nothing","args":{}}');
    link.call('window0001', 'no json');
    link.call('window0002', '{"id":7,"method":"about","args":{}}');
    await expect.poll(() => heard.length).toBe(2);
    expect(heard.map(({ message }) => [message['id'], message['ok']])).toEqual([
      [6, false],
      [-1, false],
    ]);
    link.leave('window0001');
    link.call('window0001', '{"id":8,"method":"about","args":{}}');
    await expect.poll(() => studios[0].left).toEqual(['window0001']);
    studios[0].emit('window0001', { event: 'libraryChanged', session: 's1' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard.length).toBe(2);
  });

  it('fetches blobs', async () => {
    const { link, studios } = linked();
    studios[0].addBlob('b1', 'image/png', Uint8Array.from([1, 2, 3]));
    expect(await link.blob('b1')).toEqual({ mime: 'image/png', bytes: Uint8Array.from([1, 2, 3]) });
    expect(await link.blob('b2')).toBe(null);
  });

  it('draws an upload piece by piece', async () => {
    const { link, studios } = linked();
    const imported = await link.upload('window0001', 's1', 'a.bin', pieces(1000, 70_000, 3));
    expect(imported.name).toBe('a.bin');
    const arrived = studios[0].uploads.get('window0001/s1/a.bin');
    expect([arrived?.byteLength, arrived?.[0], arrived?.at(-1)]).toEqual([71_003, 1, 3]);
  });

  it('tells of an upload that its sender broke off', async () => {
    const { link } = linked();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(10);
      throw new Error('the sender stopped');
    }
    await rejects(() => link.upload('window0001', 's1', 'a.bin', broken()), 'internal');
    expect((await link.upload('window0001', 's1', 'b.bin', pieces(1))).name).toBe('b.bin');
  });
});

describe('when the process dies', () => {
  it('another is started, and the windows are in it', async () => {
    const { link, heard, studios, connections, crash } = linked();
    link.join('window0001');
    await expect.poll(() => connections).toEqual([true]);
    const release = studios[0].hold();
    link.call('window0001', '{"id":1,"method":"about","args":{}}');
    const lost = rejects(() => link.upload('window0001', 's1', 'a.bin', endless()), 'internal');
    const picture = link.blob('b1');
    crash();
    await lost;
    expect(await picture).toBe(null);
    await expect.poll(() => connections).toEqual([true, false, true]);
    release();
    expect(studios.length).toBe(2);
    link.call('window0001', '{"id":2,"method":"about","args":{}}');
    await expect.poll(() => heard.length).toBe(1);
    expect(heard[0].message['id']).toBe(2);
    studios[1].emit('window0001', { event: 'libraryChanged', session: 's1' });
    await expect.poll(() => heard.length).toBe(2);
  });

  it('again and again it is given up, saying why', async () => {
    const { studios, connections, givenUp, crash, failStarts, link } = linked();
    const { data } = new Problem('node-file', { message: 'A node cannot be loaded.', fix: 'Mend it.' });
    await expect.poll(() => connections).toEqual([true]);
    failStarts(data);
    crash();
    await expect.poll(() => givenUp).toEqual([data]);
    expect(studios.length).toBe(4);
    // What is asked of it now is answered at once.
    await rejects(() => link.upload('window0001', 's1', 'a.bin', pieces(1)), 'internal');
    expect(await link.blob('b1')).toBe(null);
  });

  it('because it was asked to, nothing is started', async () => {
    const { link, studios, connections } = linked();
    await expect.poll(() => connections).toEqual([true]);
    await link.close();
    expect([studios.length, connections]).toEqual([1, [true]]);
  });
});

/** A body that never ends; it stops when nobody wants it. */
async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    yield new Uint8Array(10);
  }
}

describe('a body over a port', () => {
  it('is drawn no faster than it is taken', async () => {
    const [ours, theirs] = channel();
    let given = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for (; given < 100; ) {
        given++;
        yield new Uint8Array(1);
      }
    }
    giveBody(ours, counted());
    const body = takeBody(theirs);
    for (let i = 0; i < 5; i++) await body.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(given).toBeLessThanOrEqual(6);
    await body.return(undefined);
  });

  it('that is not wanted any more stops at its sender', async () => {
    const [ours, theirs] = channel();
    let stopped = false;
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(1);
      } finally {
        stopped = true;
      }
    }
    giveBody(ours, body());
    for await (const piece of takeBody(theirs)) {
      expect(piece.byteLength).toBe(1);
      break;
    }
    await expect.poll(() => stopped).toBe(true);
  });

  it('whose sender goes away ends in an error, also between two pieces', async () => {
    const [ours, theirs] = channel();
    giveBody(ours, endless());
    const body = takeBody(theirs);
    await body.next();
    ours.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(body.next()).rejects.toThrow('the sender went away');
  });
});
