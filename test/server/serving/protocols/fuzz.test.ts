import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Client, credentials, status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { contractOf } from '../../../../server/serving/protocols/environment.ts';
import { addProtocols } from '../../../../server/serving/protocols/every.ts';
import { type GrpcServing, startGrpc } from '../../../../server/serving/protocols/grpcServer.ts';
import { passThrough, pipelineFolder, type Served, serveProtocols, suiteFolder } from './served.ts';

let served: Served;
let grpc: GrpcServing;
let port: number;
const media = 'samples/picture-classifier/media/sunset.jpg';

beforeAll(async () => {
  const plain = (kind: string, params = {}) => pipelineFolder(passThrough(kind, params), {}, suiteFolder());
  served = await serveProtocols(
    {
      texts: plain('text'),
      tensors: plain('tensor', { dtype: 'float32', shape: 'batch, 2' }),
      anything: plain('tensor'),
      pictures: plain('image'),
      objects: plain('json'),
      folders: plain('folder', { kind: 'image' }),
    },
    { atEnd: afterAll, add: (app, serving) => addProtocols(app, serving, contractOf({})) },
  );
  grpc = await startGrpc(served.serving, { host: '127.0.0.1', port: 0 });
  afterAll(() => grpc.close());
  await served.app.listen({ host: '127.0.0.1', port: 0 });
  port = (served.app.server.address() as AddressInfo).port;
});

const models = ['texts', 'tensors', 'anything', 'pictures', 'objects', 'folders'] as const;
const model = fc.constantFrom(...models, 'nothing', '%00', '..', 'a%2Fb');
const datatype = fc.constantFrom('BYTES', 'FP32', 'INT64', 'BOOL', 'FP16', 'FP8', '');
const size = fc.oneof(fc.integer({ min: -2, max: 4 }), fc.constantFrom(2 ** 31, 2 ** 53, 1e300, 0.5, '1', null));
const element = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.record({ b64: fc.string() }),
);
const data = fc.oneof(
  fc.array(element, { maxLength: 6 }),
  fc.array(fc.array(element, { maxLength: 3 }), { maxLength: 3 }),
  fc.jsonValue(),
);
const parameters = fc.option(
  fc.dictionary(
    fc.constantFrom('binary_data_size', 'binary_data', 'binary_data_output', 'timeout', 'x'),
    fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.constantFrom(1e308, -1)),
  ),
  { nil: undefined },
);
const inferBody = fc.record(
  {
    id: fc.oneof(fc.string(), fc.integer()),
    parameters,
    inputs: fc.array(
      fc.record(
        { name: fc.constantFrom('x', 'y', ''), shape: fc.array(size, { maxLength: 4 }), datatype, parameters, data },
        { requiredKeys: ['name'] },
      ),
      { maxLength: 3 },
    ),
    outputs: fc.array(fc.record({ name: fc.constantFrom('y', 'z', 'y.times'), parameters }), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const rowsBody = fc.record(
  {
    instances: fc.oneof(
      fc.array(fc.oneof(data, fc.record({ x: data }), fc.record({ b64: fc.base64String() })), { maxLength: 4 }),
      fc.jsonValue(),
    ),
    inputs: fc.oneof(data, fc.record({ x: data })),
    signature_name: fc.oneof(fc.string(), fc.constant('serving_default')),
    parameters: fc.oneof(
      fc.record({ top: fc.integer(), outputs: fc.array(fc.string()) }, { requiredKeys: [] }),
      fc.jsonValue(),
    ),
    x: data,
  },
  { requiredKeys: [] },
);
const json = (bodies: fc.Arbitrary<unknown>) => bodies.map((body) => Buffer.from(JSON.stringify(body) ?? ''));
const bytes = fc.uint8Array({ maxLength: 300 }).map((part) => Buffer.from(part));
const type = fc.constantFrom(
  'application/json',
  'application/octet-stream',
  'application/jsonlines',
  'image/png',
  'text/plain',
  'multipart/form-data; boundary=b',
  'multipart/form-data',
  'nonsense',
  '',
);
const length = fc.option(fc.oneof(fc.integer({ min: -1, max: 300 }).map(String), fc.string()), { nil: undefined });

const routes: readonly (readonly [string, fc.Arbitrary<string>, fc.Arbitrary<Buffer>])[] = [
  ['infer', model.map((name) => `/v2/models/${name}/infer`), json(inferBody)],
  ['predict of TensorFlow', model.map((name) => `/v1/models/${name}:predict`), json(rowsBody)],
  ['invocations', fc.constant('/invocations'), json(rowsBody)],
  ['Vertex', fc.constant('/vertex/predict'), json(rowsBody)],
  ['score', fc.constant('/score'), json(rowsBody)],
  ['events', model.map((name) => `/v1/pipelines/${name}/predict/stream`), json(rowsBody)],
];

async function alive(): Promise<void> {
  const body = { inputs: [{ name: 'x', shape: [1], datatype: 'BYTES', data: ['alive'] }] };
  const answer = await served.app.inject({
    method: 'POST',
    url: '/v2/models/texts/infer',
    payload: JSON.stringify(body),
  });
  expect(answer.json().outputs[0].data).toEqual(['alive']);
}

describe('no 500, no crash (fault 67)', () => {
  it.each(routes)('%s', async (_, urls, bodies) => {
    await fc.assert(
      fc.asyncProperty(
        urls,
        fc.oneof({ weight: 3, arbitrary: bodies }, bytes),
        type,
        length,
        async (url, payload, contentType, head) => {
          const answer = await served.app.inject({
            method: 'POST',
            url,
            payload,
            headers: {
              'content-type': contentType,
              ...(head === undefined ? {} : { 'inference-header-content-length': head.replace(/[^ -~]/g, '?') }),
            },
          });
          expect(answer.statusCode, `${url} ${contentType} ${payload}: ${answer.body}`).toBeLessThan(500);
          if (answer.statusCode >= 400) expect(answer.json()).toHaveProperty('error');
        },
      ),
      { numRuns: 60 },
    );
    await alive();
  });

  it('any address', async () => {
    const part = fc.oneof(
      fc.constantFrom(
        'v1',
        'v2',
        'models',
        'texts',
        'versions',
        '3',
        'labels',
        'health',
        'ready',
        ':predict',
        'metadata',
        'stream',
        '%',
        '%ff',
        '..',
      ),
      fc.webSegment(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 6 }),
        fc.constantFrom('GET', 'POST', 'PUT', 'OPTIONS'),
        async (parts, method) => {
          const answer = await served.app.inject({
            method,
            url: `/${parts.join('/')}`,
            payload: method === 'POST' ? '{}' : undefined,
          });
          expect(answer.statusCode, parts.join('/')).toBeLessThan(500);
        },
      ),
      { numRuns: 200 },
    );
    await alive();
  });

  it('pictures that are cut off or damaged, by every protocol', async () => {
    const picture = readFileSync(media);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: picture.length }),
        fc.array(fc.tuple(fc.nat({ max: 2000 }), fc.nat({ max: 255 })), { maxLength: 5 }),
        async (cut, wounds) => {
          const damaged = Buffer.from(picture.subarray(0, cut));
          for (const [at, byte] of wounds) if (at < damaged.length) damaged[at] = byte;
          const headers = { 'content-type': 'application/octet-stream', 'inference-header-content-length': '0' };
          const answer = await served.app.inject({
            method: 'POST',
            url: '/v2/models/pictures/infer',
            payload: damaged,
            headers,
          });
          expect(answer.statusCode, answer.body).toBeLessThan(500);
        },
      ),
      { numRuns: 30 },
    );
    await alive();
  });

  it('gRPC: any bytes as any message', async () => {
    const client = new Client(`127.0.0.1:${grpc.port}`, credentials.createInsecure());
    onTestFinished(() => client.close());
    const same = (part: Buffer): Buffer => part;
    const methods = ['ServerReady', 'ModelReady', 'ModelMetadata', 'ModelInfer'].map(
      (name) => `/inference.GRPCInferenceService/${name}`,
    );
    // Fields of ModelInferRequest with anything in them: tag, length, bytes.
    const field = fc
      .tuple(fc.integer({ min: 1, max: 8 }), fc.uint8Array({ maxLength: 30 }))
      .map(([n, part]) => Buffer.from([(n << 3) | 2, part.length, ...part]));
    const named = fc
      .array(field, { maxLength: 5 })
      .map((fields) => Buffer.concat([Buffer.from([0x0a, 5]), Buffer.from('texts'), ...fields]));
    const faults = new Set([status.INTERNAL, status.UNKNOWN, status.UNAVAILABLE, status.DATA_LOSS]);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...methods, '/grpc.health.v1.Health/Check', '/nothing/At'),
        fc.oneof(bytes, named),
        async (path, message) => {
          const code = await new Promise<status>((resolve) => {
            client.makeUnaryRequest(path, same, same, message, (error) => resolve(error?.code ?? status.OK));
          });
          expect(faults.has(code), `${path} ${message.toString('hex')}: ${code}`).toBe(false);
        },
      ),
      { numRuns: 150 },
    );
    await alive();
  });

  it('streams: any message, before the start and after', async () => {
    const start = fc.record(
      {
        type: fc.constantFrom('start', 'piece', 'end', 'other'),
        pipeline: fc.constantFrom(...models),
        encoding: fc.constantFrom('pcm16', 'float32', 'file', 'x'),
        sampleRateHz: fc.oneof(fc.integer(), fc.constant(8000)),
        window: fc.oneof(fc.record({ seconds: fc.double() }), fc.record({ items: fc.integer() }), fc.jsonValue()),
        timestamps: fc.boolean(),
        inputs: fc.dictionary(fc.constantFrom('x', 'y'), data),
        t: fc.double(),
        data: fc.string(),
        text: fc.string({ unit: 'binary' }),
      },
      { requiredKeys: ['type'] },
    );
    const message = fc.oneof(json(start), json(fc.jsonValue()), bytes);
    await fc.assert(
      fc.asyncProperty(
        fc.option(fc.constantFrom(...models)),
        fc.array(fc.tuple(message, fc.boolean()), { maxLength: 5 }),
        async (first, messages) => {
          const socket = new WebSocket(`ws://127.0.0.1:${port}/stream`);
          const codes: unknown[] = [];
          socket.on('message', (part) => codes.push(JSON.parse(String(part)).error?.code));
          const closed = new Promise<number>((resolve) => socket.on('close', resolve));
          await new Promise((resolve) => socket.once('open', resolve));
          if (first !== null) socket.send(JSON.stringify({ type: 'start', pipeline: first, whenFull: 'wait' }));
          for (const [part, binary] of messages) socket.send(binary ? part : part.toString(), { binary });
          socket.send('{"type":"end"}');
          expect([1000, 1007, 1008, 1009]).toContain(await closed);
          expect(codes).not.toContain('internal');
          expect(codes).not.toContain('node-failed');
        },
      ),
      { numRuns: 40 },
    );
    await alive();
  });
});
