import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { Problem } from '../../../../core/problems/problem.ts';
import { addEvents } from '../../../../server/serving/protocols/events.ts';
import { addOip } from '../../../../server/serving/protocols/oip.ts';
import { addStreams, type StreamOptions } from '../../../../server/serving/protocols/streams.ts';
import {
  passThrough,
  pipelineFolder,
  type Served,
  type ServeOptions,
  samples,
  serveProtocols,
  suiteFolder,
} from './served.ts';

type Message = Readonly<Record<string, unknown>> & { readonly type: string };

async function listening(served: Served): Promise<number> {
  await served.app.listen({ port: 0, host: '127.0.0.1' });
  return (served.app.server.address() as AddressInfo).port;
}

async function start(
  pipelines: Readonly<Record<string, string>>,
  options: Partial<ServeOptions> = {},
  streams: StreamOptions = {},
): Promise<Served & { readonly port: number }> {
  const served = await serveProtocols(pipelines, {
    add: (app, serving) => {
      addStreams(app, serving, streams);
      addEvents(app, serving);
      addOip(app, serving);
    },
    ...options,
  });
  return { ...served, port: await listening(served) };
}

interface Line {
  readonly socket: WebSocket;
  readonly heard: readonly Message[];
  send(message: unknown): void;
  /** Close code and reason. */
  readonly closed: Promise<readonly [number, string]>;
  until(fits: (message: Message) => boolean): Promise<Message>;
}

async function open(port: number, path = '/stream', headers: Record<string, string> = {}): Promise<Line> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  onTestFinished(() => socket.terminate());
  const heard: Message[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  const closed = new Promise<readonly [number, string]>((resolve) => {
    socket.on('close', (code, reason) => resolve([code, String(reason)]));
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    heard,
    closed,
    send: (message) => socket.send(message instanceof Uint8Array ? message : JSON.stringify(message)),
    until: async (fits) => {
      await expect.poll(() => heard.some(fits), { timeout: 50_000 }).toBe(true);
      return heard.find(fits) as Message;
    },
  };
}

/** The samples of a 16-bit mono WAV file. */
function pcmOf(file: string): { readonly sampleRateHz: number; readonly bytes: Buffer } {
  const wav = readFileSync(file);
  const data = wav.indexOf('data');
  expect([wav.readUInt16LE(20), wav.readUInt16LE(22), wav.readUInt16LE(34)]).toEqual([1, 1, 16]);
  return { sampleRateHz: wav.readUInt32LE(24), bytes: wav.subarray(data + 8, data + 8 + wav.readUInt32LE(data + 4)) };
}

describe('sound and pictures', () => {
  let served: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    served = await start({ sounds: samples.sounds, pictures: samples.pictures }, { atEnd: afterAll });
  });

  it('cuts samples into windows, and answers each at its time', async () => {
    const line = await open(served.port, '/v1/pipelines/sounds/stream');
    const { sampleRateHz, bytes } = pcmOf('samples/sound-classifier/media/siren-16k.wav');
    const seconds = bytes.length / 2 / sampleRateHz;
    line.send({ type: 'start', sampleRateHz, window: { seconds: 1, hopSeconds: 0.5 }, top: 1, whenFull: 'wait' });
    for (let at = 0; at < bytes.length; at += 5000) line.send(new Uint8Array(bytes.subarray(at, at + 5000)));
    line.send({ type: 'end' });
    expect(await line.closed).toEqual([1000, '']);
    const started = line.heard[0];
    expect(started).toMatchObject({ type: 'started', pipeline: 'sounds', version: '3', input: 'sound' });
    const results = line.heard.filter(({ type }) => type === 'result');
    const windows = Math.floor((seconds - 1) / 0.5) + 1;
    expect(results.slice(0, windows)).toMatchObject(
      Array.from({ length: windows }, (_, i) => ({ seq: i, t: i * 0.5, durationSeconds: 1, version: '3' })),
    );
    expect(results[0]).toMatchObject({ outputs: { sound: { label: 'siren' } } });
    expect(line.heard.at(-1)).toMatchObject({
      type: 'ended',
      why: 'asked',
      counts: { pieces: results.length, answered: results.length, failed: 0, dropped: 0, late: 0 },
    });
  });

  it('answers pictures at the times that they bring, a bad one failing alone', async () => {
    const line = await open(served.port, '/stream');
    line.send({ type: 'start', pipeline: 'pictures', timestamps: true, whenFull: 'wait', top: 1 });
    const sunset = readFileSync('samples/picture-classifier/media/sunset.jpg');
    const stamped = (t: number, bytes: Uint8Array) => {
      const head = Buffer.alloc(8);
      head.writeDoubleLE(t);
      return new Uint8Array(Buffer.concat([head, bytes]));
    };
    line.send(stamped(10.25, sunset));
    line.send(stamped(10.5, Buffer.from('no picture')));
    line.send({ type: 'piece', t: 11, data: sunset.toString('base64') });
    line.send(stamped(3, sunset));
    line.send({ type: 'end' });
    await line.closed;
    const told = line.heard.filter(({ type }) => type === 'result');
    expect(told).toMatchObject([
      { seq: 0, t: 10.25, outputs: { scene: { label: 'sunset sea' } } },
      { seq: 2, t: 11, outputs: { scene: { label: 'sunset sea' } } },
    ]);
    const errors = line.heard.filter(({ type }) => type === 'error');
    expect(errors).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ seq: 1, t: 10.5, error: expect.objectContaining({ code: 'media-format' }) }),
        expect.objectContaining({ t: 3, error: expect.objectContaining({ code: 'sequence-order' }) }),
      ]),
    );
    expect(line.heard.at(-1)).toMatchObject({ counts: { pieces: 4, answered: 2, failed: 2 } });
  });

  it('refuses a start that cannot be, and closes with why', async () => {
    const starts: readonly (readonly [unknown, string])[] = [
      [{ type: 'start', pipeline: 'nothing' }, 'model-unknown'],
      [{ type: 'start', pipeline: 'sounds' }, 'request-invalid'],
      [{ type: 'start', pipeline: 'pictures', encoding: 'pcm16', sampleRateHz: 8000 }, 'request-invalid'],
      [{ type: 'start', pipeline: 'pictures', window: { items: 3 } }, 'request-invalid'],
      [{ type: 'start', pipeline: 'pictures', input: 'sound' }, 'input-unknown'],
      [{ type: 'piece', text: 'x' }, 'request-invalid'],
      [{ type: 'other' }, 'request-invalid'],
      [new Uint8Array(3), 'request-invalid'],
    ];
    for (const [message, code] of starts) {
      const line = await open(served.port);
      line.send(message);
      expect(await line.closed, JSON.stringify(message)).toEqual([1008, code]);
      expect(line.heard).toMatchObject([{ type: 'error', error: { code } }]);
    }
  });

  it('refuses pages of other origins, and requests that are no upgrade', async () => {
    await expect(open(served.port, '/stream', { origin: 'https://elsewhere.example' })).rejects.toThrow('403');
    await expect(open(served.port, '/nothing')).rejects.toThrow('404');
    await (await open(served.port, '/stream', { origin: `http://127.0.0.1:${served.port}` })).socket.close();
    const plain = await served.app.inject('/stream');
    expect([plain.statusCode, plain.json().error.code]).toEqual([400, 'request-invalid']);
  });

  it('takes a request that asks for HTTP/2 along the way as the plain request that it is', async () => {
    const body = '{"inputs":[]}';
    const head = [
      'POST /v2/models/pictures/infer HTTP/1.1',
      'Host: x',
      'Connection: Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
    ];
    const answer = await new Promise<string>((resolve, reject) => {
      let got = '';
      const socket = net.connect(served.port, '127.0.0.1', () => {
        socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 3)}`);
        setTimeout(() => socket.write(body.slice(3)), 20);
      });
      onTestFinished(() => void socket.destroy());
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        got += chunk.toString();
        if (got.includes('\r\n\r\n{')) resolve(got);
      });
    });
    expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 400 Bad Request');
    expect(answer).toContain('input-missing');
  });
});

describe('sequences', () => {
  it('gives windows of files to a pipeline that takes a folder, its items at the time of the stream', async () => {
    const folder = pipelineFolder(passThrough('folder', { kind: 'text' }), {}, suiteFolder());
    const { port } = await start({ folder });
    const line = await open(port);
    line.send({ type: 'start', window: { items: 2, hopItems: 1 }, whenFull: 'wait' });
    for (const [i, text] of ['a', 'b', 'c'].entries()) line.send({ type: 'piece', t: 10 * (i + 1), text });
    line.send({ type: 'end' });
    await line.closed;
    expect(line.heard.filter(({ type }) => type === 'result')).toMatchObject([
      {
        t: 10,
        durationSeconds: 10,
        outputs: {
          y: [
            { t: 10, value: 'a' },
            { t: 11, value: 'b' },
          ],
        },
      },
      {
        t: 20,
        durationSeconds: 10,
        outputs: {
          y: [
            { t: 20, value: 'b' },
            { t: 21, value: 'c' },
          ],
        },
      },
    ]);
  });
});

/** A text pipeline whose asks wait until they are let go. */
async function gated(limits: ServeOptions['limits'] = {}, problems: readonly Problem[] = []) {
  const waiting: (() => void)[] = [];
  const left = [...problems];
  let closed = false;
  const texts = pipelineFolder(passThrough('text'), {}, suiteFolder());
  const served = await start(
    { texts },
    {
      limits,
      before: async (ask) => {
        if (!closed) return;
        const problem = left.shift();
        if (problem !== undefined) throw problem;
        await new Promise<void>((resolve, reject) => {
          waiting.push(resolve);
          ask.signal.addEventListener('abort', () => reject(ask.signal.reason));
        });
      },
    },
  );
  // The first run starts the engine; from here on only what the test lets through takes time.
  const warm = await served.app.inject({
    method: 'POST',
    url: '/v2/models/texts/infer',
    payload: '{"inputs":[{"name":"x","shape":[1],"datatype":"BYTES","data":["a"]}]}',
  });
  expect(warm.statusCode).toBe(200);
  closed = true;
  return { ...served, letGo: () => waiting.shift()?.(), waiting };
}

describe('bounds', () => {
  it('lets the oldest go while one runs, and counts them', async () => {
    const served = await gated({ streamPieces: 2 });
    const line = await open(served.port);
    line.send({ type: 'start' });
    line.send({ type: 'piece', t: 0, text: '0' });
    await expect.poll(() => served.waiting.length, { timeout: 50_000 }).toBe(1);
    for (let i = 1; i < 6; i++) line.send({ type: 'piece', t: i, text: String(i) });
    await line.until((message) => message.type === 'dropped' && message['seq'] === 3);
    line.send({ type: 'end' });
    for (let i = 0; i < 3; i++) {
      await expect.poll(() => served.waiting.length, { timeout: 50_000 }).toBe(1);
      served.letGo();
    }
    await line.closed;
    expect(line.heard.filter(({ type }) => type === 'dropped')).toMatchObject([
      { seq: 1, t: 1, why: 'full' },
      { seq: 2, t: 2 },
      { seq: 3, t: 3, counts: { dropped: 3 } },
    ]);
    expect(line.heard.filter(({ type }) => type === 'result').map((message) => message['seq'])).toEqual([0, 4, 5]);
    expect(line.heard.at(-1)).toMatchObject({ counts: { pieces: 6, answered: 3, dropped: 3 } });
  });

  it('reads no further while it is full, where the caller would rather wait, and loses nothing', async () => {
    const served = await gated({ streamPieces: 2 });
    const line = await open(served.port);
    line.send({ type: 'start', whenFull: 'wait' });
    const count = 40;
    for (let i = 0; i < count; i++) line.send({ type: 'piece', t: i, text: String(i) });
    line.send({ type: 'end' });
    for (let i = 0; i < count; i++) {
      await expect.poll(() => served.waiting.length, { timeout: 50_000 }).toBe(1);
      served.letGo();
    }
    await line.closed;
    const results = line.heard.filter(({ type }) => type === 'result');
    expect(results.map((message) => message['outputs'])).toEqual(
      Array.from({ length: count }, (_, i) => ({ y: String(i) })),
    );
  });

  it('drops what a full server has no room for, and asks again where the caller waits', async () => {
    const full = () => new Problem('overloaded', { message: 'Full.', fix: 'Later.', retryAfterSeconds: 1 });
    for (const whenFull of ['dropOldest', 'wait']) {
      const served = await gated({}, [full()]);
      const line = await open(served.port);
      line.send({ type: 'start', whenFull });
      line.send({ type: 'piece', t: 0, text: 'a' });
      if (whenFull === 'dropOldest') {
        await line.until(({ type }) => type === 'dropped');
        line.send({ type: 'piece', t: 1, text: 'b' });
      }
      await expect.poll(() => served.waiting.length, { timeout: 50_000 }).toBe(1);
      served.letGo();
      const result = await line.until(({ type }) => type === 'result');
      expect(result['outputs']).toEqual({ y: whenFull === 'wait' ? 'a' : 'b' });
    }
  });

  it('cancels what runs when the caller goes', async () => {
    const served = await gated();
    const line = await open(served.port);
    line.send({ type: 'start' });
    line.send({ type: 'piece', text: 'a' });
    await expect.poll(() => served.asks.length).toBe(2);
    line.socket.terminate();
    await expect.poll(() => served.asks[1].signal.aborted).toBe(true);
  });

  it('opens no more streams than it may, and closes one that does not start or sends too much', async () => {
    const texts = pipelineFolder(passThrough('text'), {}, suiteFolder());
    const served = await start({ texts }, { limits: { streams: 1, bodyBytes: 1000 } }, { startMs: 300 });
    const first = await open(served.port);
    await expect(open(served.port)).rejects.toThrow('429');
    expect(await first.closed).toEqual([1008, 'request-invalid']);
    const second = await open(served.port);
    second.send(new Uint8Array(2000));
    expect((await second.closed)[0]).toBe(1009);
    const third = await open(served.port);
    third.send({ type: 'start', whenFull: 'wait' });
    third.send({ type: 'piece', t: 0, text: 'x' });
    third.send({ type: 'end' });
    expect((await third.closed)[0]).toBe(1000);
  });

  it('tells open streams that the server ends, once what waits is answered', async () => {
    const served = await gated();
    const line = await open(served.port);
    line.send({ type: 'start' });
    line.send({ type: 'piece', t: 0, text: 'a' });
    await expect.poll(() => served.waiting.length, { timeout: 50_000 }).toBe(1);
    const closing = served.app.close();
    served.letGo();
    await closing;
    await line.closed;
    expect(line.heard.slice(-2)).toMatchObject([{ type: 'result' }, { type: 'ended', why: 'draining' }]);
  });
});

describe('server-sent events', () => {
  interface Event {
    readonly event: string;
    readonly data: Readonly<Record<string, unknown>>;
  }
  function eventsOf(text: string): readonly Event[] {
    return text
      .split('\n\n')
      .filter((block) => block.startsWith('event: '))
      .map((block) => {
        const [event, data] = block.split('\n');
        return { event: event.slice('event: '.length), data: JSON.parse(data.slice('data: '.length)) };
      });
  }

  it('tells nodes, items as they come, and last the answer', async () => {
    const served = await start({ videos: samples.videos });
    const payload = readFileSync('samples/video-events/media/day.mp4');
    const headers = { 'content-type': 'video/mp4' };
    const answer = await served.app.inject({ method: 'POST', url: '/predict/stream', payload, headers });
    expect(answer.headers['content-type']).toBe('text/event-stream');
    const events = eventsOf(answer.body);
    expect(events[0]).toMatchObject({ event: 'start', data: { nodes: expect.arrayContaining(['clip', 'fuse']) } });
    const items = events.filter(({ event, data }) => event === 'item' && data['output'] === 'moments');
    const result = events.at(-1);
    expect(result?.event).toBe('result');
    const { moments } = (result?.data['outputs'] ?? {}) as { moments: readonly { t: number; value: unknown }[] };
    expect(items.map(({ data: { output: _, ...item } }) => item)).toEqual(moments);
    expect(events.findIndex(({ event }) => event === 'item')).toBeLessThan(events.length - moments.length);
    expect(events.some(({ event, data }) => event === 'node' && data['state'] === 'ran')).toBe(true);
  });

  it('says what is wrong by its status before anything is told, and by an event after', async () => {
    const served = await start({ pictures: samples.pictures });
    const ask = (payload: Buffer | string, type: string) =>
      served.app.inject({
        method: 'POST',
        url: '/v1/pipelines/pictures/predict/stream',
        payload,
        headers: { 'content-type': type },
      });
    const wrong = await ask('{"picture":"x"}', 'application/json');
    expect([wrong.statusCode, wrong.json().error.code]).toEqual([400, 'input-unknown']);
    const late = await ask(Buffer.from('no picture'), 'image/png');
    expect(eventsOf(late.body).at(-1)).toMatchObject({ event: 'error', data: { code: 'media-format' } });
    expect(
      eventsOf((await ask(readFileSync('samples/picture-classifier/media/sunset.jpg'), 'image/jpeg')).body).at(-1)
        ?.event,
    ).toBe('result');
  });
});
