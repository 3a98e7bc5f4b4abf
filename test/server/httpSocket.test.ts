import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { makeLimits } from '../../core/define/limits.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import { problemTable } from '../../core/problems/table.ts';
import type { StudioEvent } from '../../core/studio/api.ts';
import { closeCodes } from '../../core/studio/transport.ts';
import { nextMessage, serve } from './served.ts';

const event = (run: string): StudioEvent => ({ event: 'runStarted', session: 's1', run, nodes: [] });
const closed = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.once('close', resolve));
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function exchange(socket: WebSocket, message: unknown): Promise<Record<string, unknown>> {
  const answer = nextMessage(socket);
  socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  return answer;
}

describe('calls', () => {
  it('are answered by their id, for the client that asked', async () => {
    const { open } = await serve();
    const socket = await open('clientaa');
    expect(await exchange(socket, { id: 7, method: 'about', args: {} })).toEqual({
      id: 7,
      ok: true,
      result: { version: 'clientaa' },
    });
  });

  it('that are no calls get a problem, and the next one works', async () => {
    const { open } = await serve();
    const socket = await open('clientaa');
    const bad: readonly (readonly [string, number, string])[] = [
      ['', -1, 'document-json'],
      ['{', -1, 'document-json'],
      ['null', -1, 'usage'],
      ['[]', -1, 'usage'],
      ['{"id":3}', 3, 'usage'],
      ['{"id":"3","method":"about","args":{}}', -1, 'usage'],
      ['{"id":-3,"method":"about","args":{}}', -1, 'usage'],
      ['{"id":4,"method":"nothing","args":{}}', 4, 'usage'],
      ['{"id":4,"method":"toString","args":{}}', 4, 'usage'],
      ['{"id":5,"method":"about","args":{},"extra":1}', 5, 'usage'],
      ['{"id":6,"method":"about","args":{"x":1}}', 6, 'usage'],
      ['{"id":6,"method":"about","args":{"__proto__":{"x":1}}}', 6, 'document-forbidden-key'],
      [`{"id":8,"method":"setSettings","args":${'['.repeat(500)}${']'.repeat(500)}}`, 8, 'document-too-deep'],
    ];
    for (const [text, id, code] of bad) {
      const answer = await exchange(socket, text);
      expect([text, answer['id'], (answer['problem'] as ProblemData).code]).toEqual([text, id, code]);
      expect((answer['problem'] as ProblemData).fix).not.toBe('');
    }
    const binary = nextMessage(socket);
    socket.send(Buffer.from([0, 1, 2]));
    expect((await binary)['ok']).toBe(false);
    expect((await exchange(socket, { id: 9, method: 'about', args: {} }))['ok']).toBe(true);
  });

  it('that meet an accident behind the boundary are told as ours', async () => {
    const { open } = await serve();
    const socket = await open('clientaa');
    for (const method of ['devices', 'catalog']) {
      const answer = await exchange(socket, { id: 1, method, args: {} });
      expect((answer['problem'] as ProblemData).code).toBe('internal');
    }
  });

  it('too large close the connection, not the studio', async () => {
    const { open } = await serve({ limits: makeLimits({ documentBytes: 1000 }) });
    const socket = await open('clientaa');
    const code = closed(socket);
    socket.send('x'.repeat((1 << 20) + 2000));
    expect(await code).toBe(1009);
    expect((await exchange(await open('clientaa'), { id: 1, method: 'about', args: {} }))['ok']).toBe(true);
  });

  it('in a flood are taken a few hundred at once', async () => {
    const { open, studio } = await serve();
    const socket = await open('clientaa');
    const release = studio.hold();
    const answers = new Set<number>();
    socket.on('message', (data) => answers.add(JSON.parse(data.toString()).id));
    for (let id = 0; id < 10_000; id++) socket.send(JSON.stringify({ id, method: 'about', args: {} }));
    await expect.poll(() => studio.underWay()).toBeGreaterThanOrEqual(256);
    await pause(50);
    // What had been read with the last of them is still taken: a few thousand short ones.
    expect(studio.underWay()).toBeLessThan(5000);
    release();
    await expect.poll(() => answers.size).toBe(10_000);
  });
});

describe('a connection', () => {
  it('needs the cookie, a client id and the right address', async () => {
    const { open, server, cookie, raw } = await serve();
    await expect(open('clientaa', { cookie: '' })).rejects.toThrow('403');
    for (const client of ['', 'short', 'CLIENTAA', 'a'.repeat(65), 'client%00a'])
      await expect(open(client), client).rejects.toThrow('400');
    const head = `Host: 127.0.0.1:${server.port}\r\nOrigin: http://127.0.0.1:${server.port}\r\nCookie: ${cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n`;
    expect(await raw(`GET /other HTTP/1.1\r\n${head}Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 404/,
    );
    expect(await raw(`GET /ws?client=clientaa HTTP/1.1\r\n${head}Sec-WebSocket-Key: bad\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400/,
    );
    expect(await raw(`GET /ws?client=clientaa&client=clientbb HTTP/1.1\r\n${head}\r\n`)).toMatch(/^HTTP\/1\.1 400/);
  });

  it('that breaks and comes back finds its client as it was, with the events that it missed', async () => {
    const { open, studio } = await serve();
    const socket = await open('clientaa');
    const first = nextMessage(socket);
    studio.emit('clientaa', event('r1'));
    expect(await first).toEqual({ event: event('r1') });
    const gone = closed(socket);
    socket.terminate();
    await gone;
    await pause(50);
    studio.emit('clientaa', event('r2'));
    studio.emit('clientaa', event('r3'));
    const back: unknown[] = [];
    await open('clientaa', {}, (message) => back.push(message));
    await expect.poll(() => back.length).toBe(2);
    expect(back).toEqual([{ event: event('r2') }, { event: event('r3') }]);
    expect(studio.left).toEqual([]);
  });

  it('that stays away lets its client go', async () => {
    const { open, studio } = await serve({ graceMs: 100 });
    (await open('clientaa')).terminate();
    await expect.poll(() => studio.left).toEqual(['clientaa']);
  });

  it('that went away makes room for a browser that starts anew', async () => {
    const { open, studio } = await serve();
    (await open('clientaa')).terminate();
    const stays = await open('clientbb');
    await pause(1100);
    await open('clientcc');
    expect(studio.left).toEqual(['clientaa']);
    expect(stays.readyState).toBe(WebSocket.OPEN);
  });

  it('takes the place of an older one of the same client', async () => {
    const { open, studio } = await serve({ graceMs: 50 });
    const older = await open('clientaa');
    const code = closed(older);
    const newer = await open('clientaa');
    expect(await code).toBe(closeCodes.replaced);
    await pause(120);
    expect(studio.left).toEqual([]);
    const told = nextMessage(newer);
    studio.emit('clientaa', event('r1'));
    expect(await told).toEqual({ event: event('r1') });
  });

  it('that answers no ping is given up', async () => {
    const { raw, cookie, server, studio } = await serve({ pingMs: 100, graceMs: 50 });
    const text = `GET /ws?client=clientaa HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: http://127.0.0.1:${server.port}\r\nCookie: ${cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
    const startedAt = performance.now();
    expect(await raw(text, 5000)).toMatch(/^HTTP\/1\.1 101/);
    expect(performance.now() - startedAt).toBeLessThan(3000);
    await expect.poll(() => studio.left).toEqual(['clientaa']);
  });

  it('that does not read is closed before it fills the memory', async () => {
    const { open, studio } = await serve();
    const socket = await open('clientaa');
    socket.pause();
    const big: StudioEvent = {
      event: 'runNote',
      session: 's1',
      run: 'r1',
      node: 'n',
      name: 'x',
      value: 'x'.repeat(8 << 20),
    };
    const code = closed(socket);
    for (let i = 0; i < 20; i++) studio.emit('clientaa', big);
    await pause(20);
    socket.resume();
    expect([1006, closeCodes.slow]).toContain(await code);
    expect((await exchange(await open('clientaa'), { id: 1, method: 'about', args: {} })) !== null).toBe(true);
  });

  it('ends when the studio does, and at once', async () => {
    const { open, server, studio } = await serve();
    const socket = await open('clientaa');
    const code = closed(socket);
    const startedAt = performance.now();
    await server.close();
    expect(await code).toBe(closeCodes.closing);
    expect(studio.left).toEqual(['clientaa']);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});

it('whatever arrives, there is an answer of the contract and the connection lives', async () => {
  const { open } = await serve();
  const socket = await open('clientaa');
  const text = fc.oneof(
    fc.json({ maxDepth: 6 }),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.record({ id: fc.nat(), method: fc.string(), args: fc.jsonValue() }).map((value) => JSON.stringify(value)),
  );
  await fc.assert(
    fc.asyncProperty(text, async (message) => {
      const answer = await exchange(socket, message);
      expect(typeof answer['id']).toBe('number');
      expect(answer['ok']).toBe(false);
      expect(Object.keys(problemTable)).toContain((answer['problem'] as ProblemData).code);
      expect((answer['problem'] as ProblemData).code).not.toBe('internal');
    }),
    { numRuns: 300 },
  );
  expect((await exchange(socket, { id: 1, method: 'about', args: {} }))['ok']).toBe(true);
});
