import { readFileSync } from 'node:fs';
import {
  type Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Problem } from '../../../../core/problems/problem.ts';
import { dtypeOf } from '../../../../core/serve/oipTensor.ts';
import type { GrpcOptions } from '../../../../server/serving/protocols/grpcCall.ts';
import { startGrpc } from '../../../../server/serving/protocols/grpcServer.ts';
import { passThrough, pipelineFolder, type Served, samples, serveProtocols, suiteFolder } from './served.ts';

// The client comes from the .proto alone, by another library than the server's.
const protos = 'server/serving/protocols/proto';
const loaded = loadPackageDefinition(
  loadSync(
    ['open_inference.proto', 'health.proto', 'reflection.proto'].map((name) => `${protos}/${name}`),
    {
      keepCase: true,
      longs: String,
      enums: String,
      defaults: true,
    },
  ),
);

type Message = Readonly<Record<string, unknown>>;
interface Call {
  on(event: 'data', listener: (message: Message) => void): void;
  on(event: 'error' | 'end', listener: (error?: ServiceError) => void): void;
  write(message: unknown): void;
  end(): void;
  cancel(): void;
}
type AnyClient = Client & Readonly<Record<string, (...args: readonly unknown[]) => Call>>;

function clientOf(port: number, ...path: readonly string[]): AnyClient {
  let found: unknown = loaded;
  for (const step of path) found = (found as Readonly<Record<string, unknown>>)[step];
  const Service = found as ServiceClientConstructor;
  const client = new Service(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  return client as unknown as AnyClient;
}

async function start(
  served: Served,
  options: Partial<GrpcOptions> = {},
  atEnd: (end: () => void) => void = onTestFinished,
) {
  const server = await startGrpc(served.serving, { host: '127.0.0.1', port: 0, ...options });
  atEnd(() => server.close());
  return server;
}

const inference = ['inference', 'GRPCInferenceService'] as const;

function ask(client: AnyClient, method: string, message: unknown, options: unknown = {}): Promise<Message> {
  return new Promise((resolve, reject) => {
    client[method](message, new Metadata(), options, (error: ServiceError | null, answer: Message) =>
      error === null ? resolve(answer) : reject(error),
    );
  });
}

function failure(work: Promise<unknown>): Promise<ServiceError> {
  return work.then(
    () => Promise.reject(new Error('it was answered')),
    (error: ServiceError) => error,
  );
}

function signalled(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('GRPCInferenceService', () => {
  let served: Served;
  let port: number;
  beforeAll(async () => {
    const dtypes = [...Object.values(dtypeOf), 'string'];
    const plain = dtypes.map((dtype) => [
      dtype,
      pipelineFolder(passThrough('tensor', { dtype, shape: '3' }), {}, suiteFolder()),
    ]);
    served = await serveProtocols(
      { pictures: samples.pictures, texts: samples.texts, ...Object.fromEntries(plain) },
      { add: () => undefined, atEnd: afterAll },
    );
    ({ port } = await start(served, {}, afterAll));
  });

  it('tells what it is and what it has', async () => {
    const client = clientOf(port, ...inference);
    expect(await ask(client, 'ServerLive', {})).toEqual({ live: true });
    expect(await ask(client, 'ServerReady', {})).toEqual({ ready: true });
    expect(await ask(client, 'ModelReady', { name: 'pictures' })).toEqual({ ready: true });
    expect(await ask(client, 'ServerMetadata', {})).toMatchObject({ name: 'tributary', version: '0.0.0-test' });
    expect(await ask(client, 'ModelMetadata', { name: 'pictures', version: '3' })).toEqual({
      name: 'pictures',
      versions: ['3'],
      platform: 'tributary_pipeline',
      inputs: [{ name: 'image', datatype: 'BYTES', shape: ['-1'] }],
      outputs: [
        { name: 'scene', datatype: 'FP32', shape: ['-1', '10'] },
        { name: 'scene.label', datatype: 'BYTES', shape: ['-1'] },
      ],
    });
    expect((await failure(ask(client, 'ModelReady', { name: 'picture' }))).code).toBe(status.NOT_FOUND);
    expect((await failure(ask(client, 'ModelMetadata', { name: 'texts', version: '9' }))).code).toBe(status.NOT_FOUND);
  });

  it('answers a picture in raw contents, and in typed contents', async () => {
    const client = clientOf(port, ...inference);
    const sunset = readFileSync('samples/picture-classifier/media/sunset.jpg');
    const input = { name: 'image', datatype: 'BYTES', shape: [1] };
    const length = Buffer.alloc(4);
    length.writeUInt32LE(sunset.length);
    const raw = await ask(client, 'ModelInfer', {
      model_name: 'pictures',
      id: 'one',
      inputs: [input],
      raw_input_contents: [Buffer.concat([length, sunset])],
    });
    expect(raw).toMatchObject({ model_name: 'pictures', model_version: '3', id: 'one' });
    const [scores, label] = raw['raw_output_contents'] as readonly Buffer[];
    expect(label.subarray(4).toString()).toBe('sunset sea');
    const typed = await ask(client, 'ModelInfer', {
      model_name: 'pictures',
      model_version: '3',
      inputs: [{ ...input, contents: { bytes_contents: [sunset] } }],
      outputs: [{ name: 'scene' }],
    });
    expect(typed['raw_output_contents']).toEqual([]);
    const outputs = typed['outputs'] as readonly { contents: { fp32_contents: readonly number[] } }[];
    expect(outputs).toHaveLength(1);
    expect(outputs[0].contents.fp32_contents).toEqual(Array.from({ length: 10 }, (_, i) => scores.readFloatLE(4 * i)));
  });

  it.each([
    ['BOOL', 'bool', 'bool_contents', [true, false, true]],
    ['UINT8', 'uint8', 'uint_contents', [0, 7, 255]],
    ['UINT16', 'uint16', 'uint_contents', [0, 7, 65535]],
    ['UINT32', 'uint32', 'uint_contents', [0, 7, 4294967295]],
    ['UINT64', 'uint64', 'uint64_contents', ['0', '7', '18446744073709551615']],
    ['INT8', 'int8', 'int_contents', [-128, 0, 127]],
    ['INT16', 'int16', 'int_contents', [-32768, 0, 32767]],
    ['INT32', 'int32', 'int_contents', [-2147483648, 0, 2147483647]],
    ['INT64', 'int64', 'int64_contents', ['-9223372036854775808', '0', '9007199254740993']],
    ['FP32', 'float32', 'fp32_contents', [-1.5, 0.25, 2 ** 100]],
    ['FP64', 'float64', 'fp64_contents', [-1.5, 0.1, 1.7976931348623157e308]],
    ['BYTES', 'string', 'bytes_contents', ['', 'grüße', '日本'].map((text) => Buffer.from(text))],
  ])('%s comes out as it went in', async (datatype, dtype, field, data) => {
    const answer = await ask(clientOf(port, ...inference), 'ModelInfer', {
      model_name: dtype,
      inputs: [{ name: 'x', datatype, shape: [1, 3], contents: { [field]: data } }],
    });
    const [output] = answer['outputs'] as readonly Message[];
    expect(output).toMatchObject({ name: 'y', datatype, shape: ['1', '3'], contents: { [field]: data } });
  });

  it('FP16 travels raw', async () => {
    const client = clientOf(port, ...inference);
    const input = { name: 'x', datatype: 'FP16', shape: [1, 3] };
    const bits = Buffer.of(0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b);
    const answer = await ask(client, 'ModelInfer', {
      model_name: 'float16',
      inputs: [input],
      raw_input_contents: [bits],
    });
    expect(answer['raw_output_contents']).toEqual([bits]);
    const typed = { ...input, contents: { fp32_contents: [1, 2, 3] } };
    expect(await failure(ask(client, 'ModelInfer', { model_name: 'float16', inputs: [typed] }))).toMatchObject({
      code: status.INVALID_ARGUMENT,
    });
  });

  it('many requests over one stream, a bad one failing alone', async () => {
    const call = clientOf(port, ...inference)['ModelStreamInfer']();
    const heard: Message[] = [];
    const ended = new Promise<void>((resolve, reject) => {
      call.on('data', (message) => heard.push(message));
      call.on('error', reject);
      call.on('end', () => resolve());
    });
    for (let i = 0; i < 20; i++) {
      const contents = { bytes_contents: [i === 7 ? Buffer.of(0xff) : Buffer.from(`turn on lamp ${i}`)] };
      call.write({
        model_name: 'texts',
        id: String(i),
        inputs: [{ name: 'text', datatype: 'BYTES', shape: [1], contents }],
      });
    }
    call.end();
    await ended;
    const bad = heard.filter((message) => message['error_message'] !== '');
    expect(bad).toMatchObject([
      { error_message: expect.stringContaining('text-encoding'), infer_response: { id: '7' } },
    ]);
    const ids = heard.map((message) => Number((message['infer_response'] as Message)['id']));
    expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it.each<[string, Message, status]>([
    ['another model', { model_name: 'nothing' }, status.NOT_FOUND],
    ['another version', { model_name: 'int64', model_version: '9' }, status.NOT_FOUND],
    ['a missing input', { model_name: 'int64' }, status.INVALID_ARGUMENT],
    [
      'raw contents for another number of inputs',
      { model_name: 'int64', raw_input_contents: [Buffer.alloc(24), Buffer.alloc(24)], inputs: [{ name: 'x' }] },
      status.INVALID_ARGUMENT,
    ],
    [
      'contents of another number of elements',
      {
        model_name: 'int64',
        inputs: [{ name: 'x', datatype: 'INT64', shape: [1, 3], contents: { int64_contents: [1, 2] } }],
      },
      status.INVALID_ARGUMENT,
    ],
    [
      'a number that the datatype has not',
      {
        model_name: 'int8',
        inputs: [{ name: 'x', datatype: 'INT8', shape: [1, 3], contents: { int_contents: [1, 2, 200] } }],
      },
      status.INVALID_ARGUMENT,
    ],
    [
      'a negative size',
      { model_name: 'int64', inputs: [{ name: 'x', datatype: 'INT64', shape: [-1, 3] }] },
      status.INVALID_ARGUMENT,
    ],
  ])('refuses %s', async (_, message, code) => {
    const error = await failure(ask(clientOf(port, ...inference), 'ModelInfer', message));
    expect(error.code, error.details).toBe(code);
    expect(error.metadata.get('problem-code')).toHaveLength(1);
  });
});

describe('bounds', () => {
  const text = {
    model_name: 'texts',
    inputs: [{ name: 'text', datatype: 'BYTES', shape: [1], contents: { bytes_contents: [Buffer.from('x')] } }],
  };

  it('tells a full server with when to try again, and one that is not ready', async () => {
    const problems = [
      new Problem('overloaded', { message: 'Full.', fix: 'Later.', retryAfterSeconds: 3 }),
      new Problem('not-ready', { message: 'Not yet.', fix: 'Later.' }),
      new Problem('deadline', { message: 'Too late.', fix: 'Sooner.' }),
    ];
    const served = await serveProtocols(
      { texts: samples.texts },
      {
        add: () => undefined,
        before: () => {
          const problem = problems.shift();
          if (problem !== undefined) throw problem;
        },
      },
    );
    const client = clientOf((await start(served)).port, ...inference);
    const full = await failure(ask(client, 'ModelInfer', text));
    expect([full.code, full.metadata.get('retry-after')]).toEqual([status.RESOURCE_EXHAUSTED, ['3']]);
    expect((await failure(ask(client, 'ModelInfer', text))).code).toBe(status.UNAVAILABLE);
    expect((await failure(ask(client, 'ModelInfer', text))).code).toBe(status.DEADLINE_EXCEEDED);
    expect(await ask(client, 'ModelInfer', text)).toMatchObject({ model_version: '3' });
  });

  it("hands on the caller's deadline, and hears when it cancels", async () => {
    const aborted = signalled();
    const asked = signalled();
    const served = await serveProtocols(
      { texts: samples.texts },
      {
        add: () => undefined,
        before: (given) => {
          asked.resolve();
          return new Promise((_, reject) => {
            given.signal.addEventListener('abort', () => {
              aborted.resolve();
              reject(given.signal.reason);
            });
          });
        },
      },
    );
    const client = clientOf((await start(served)).port, ...inference);
    const call = client['ModelInfer'](text, new Metadata(), { deadline: Date.now() + 20_000 }, () => undefined);
    await asked.promise;
    const [given] = served.asks;
    expect(given.deadlineMs - given.arrivedMs).toBeGreaterThan(0);
    expect(given.deadlineMs - given.arrivedMs).toBeLessThanOrEqual(20_000);
    call.cancel();
    await aborted.promise;
    expect(given.protocol).toBe('grpc');
  });

  it('refuses a message over the limit, and a caller whom the guard does not let in, and goes on', async () => {
    const served = await serveProtocols(
      { texts: samples.texts },
      { add: () => undefined, limits: { bodyBytes: 10_000 } },
    );
    const { port } = await start(served, {
      guard: (headers) => {
        if (headers['user-agent']?.includes('grpc-node') && headers['x-key'] !== 'k')
          throw new Problem('request-invalid', { message: 'No key.', fix: 'Send one.' });
      },
    });
    const client = clientOf(port, ...inference);
    expect((await failure(ask(client, 'ModelInfer', text))).code).toBe(status.INVALID_ARGUMENT);
    const metadata = new Metadata();
    metadata.set('x-key', 'k');
    const send = (message: unknown): Promise<Message> =>
      new Promise((resolve, reject) => {
        client['ModelInfer'](message, metadata, (error: ServiceError | null, answer: Message) =>
          error === null ? resolve(answer) : reject(error),
        );
      });
    const big = { ...text, id: 'x'.repeat(20_000) };
    expect((await failure(send(big))).code).toBe(status.RESOURCE_EXHAUSTED);
    expect(await send(text)).toMatchObject({ model_name: 'texts' });
    expect(await ask(client, 'ServerLive', {})).toEqual({ live: true });
  });
});

describe('health and reflection', () => {
  it('says whether it serves, and tells a watcher when that changes', async () => {
    const served = await serveProtocols({ texts: samples.texts }, { add: () => undefined });
    const { port } = await start(served, { watchMs: 5 });
    const client = clientOf(port, 'grpc', 'health', 'v1', 'Health');
    for (const service of ['', 'texts', 'inference.GRPCInferenceService'])
      expect(await ask(client, 'Check', { service })).toEqual({ status: 'SERVING' });
    expect((await failure(ask(client, 'Check', { service: 'nothing' }))).code).toBe(status.NOT_FOUND);
    expect(Object.keys((await ask(client, 'List', {}))['statuses'] as object)).toContain('texts');
    const heard: unknown[] = [];
    const watch = client['Watch']({ service: 'texts' });
    watch.on('data', ({ status: told }) => heard.push(told));
    watch.on('error', () => undefined);
    await expect.poll(() => heard).toEqual(['SERVING']);
    served.setReady(false);
    await expect.poll(() => heard).toEqual(['SERVING', 'NOT_SERVING']);
    expect(await ask(client, 'Check', { service: '' })).toEqual({ status: 'NOT_SERVING' });
    watch.cancel();
  });

  it('lets go of watchers when it drains', async () => {
    const served = await serveProtocols({ texts: samples.texts }, { add: () => undefined });
    const server = await start(served);
    const watch = clientOf(server.port, 'grpc', 'health', 'v1', 'Health')['Watch']({ service: '' });
    const ended = new Promise<void>((resolve) => {
      watch.on('end', () => resolve());
      watch.on('error', () => resolve());
    });
    await new Promise<void>((resolve) => watch.on('data', () => resolve()));
    await server.drain();
    await ended;
  });

  it('tells tools its services and their messages', async () => {
    const served = await serveProtocols({ texts: samples.texts }, { add: () => undefined });
    const { port } = await start(served);
    const call = clientOf(port, 'grpc', 'reflection', 'v1', 'ServerReflection')['ServerReflectionInfo']();
    const heard: Message[] = [];
    const ended = new Promise<void>((resolve) => {
      call.on('data', (message) => heard.push(message));
      call.on('end', () => resolve());
    });
    call.write({ list_services: '' });
    call.write({ file_containing_symbol: 'inference.GRPCInferenceService' });
    call.write({ file_containing_symbol: 'inference.Nothing' });
    call.end();
    await ended;
    const names = (heard[0]['list_services_response'] as { service: readonly { name: string }[] }).service;
    expect(names.map(({ name }) => name)).toEqual([
      'inference.GRPCInferenceService',
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
    ]);
    const [file] = (heard[1]['file_descriptor_response'] as { file_descriptor_proto: readonly Buffer[] })
      .file_descriptor_proto;
    expect(file.includes('ModelStreamInfer')).toBe(true);
    expect(heard[2]['error_response']).toMatchObject({ error_code: status.NOT_FOUND });
  });
});
