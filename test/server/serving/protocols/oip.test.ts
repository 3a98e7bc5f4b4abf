import { readFileSync } from 'node:fs';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dtypeOf } from '../../../../core/serve/oipTensor.ts';
import { addOip } from '../../../../server/serving/protocols/oip.ts';
import {
  passThrough,
  pipelineFolder,
  type Served,
  type ServeOptions,
  samples,
  serveProtocols,
  suiteFolder,
} from './served.ts';

const sunset = readFileSync('samples/picture-classifier/media/sunset.jpg');
const labels = readFileSync('samples/picture-classifier/models/labels.txt', 'utf8').trim().split('\n');

function serve(pipelines: Readonly<Record<string, string>>, options: Partial<ServeOptions> = {}): Promise<Served> {
  return serveProtocols(pipelines, { add: addOip, ...options });
}

function post({ app }: Served, url: string, body: unknown, headers: InjectOptions['headers'] = {}) {
  return app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body),
  });
}

/** JSON, then the tensors' bytes: as clients of the binary extension send it. */
function binaryBody(json: unknown, ...tensors: readonly Uint8Array[]) {
  const head = Buffer.from(JSON.stringify(json));
  return {
    body: new Uint8Array(Buffer.concat([head, ...tensors])),
    headers: { 'content-type': 'application/octet-stream', 'inference-header-content-length': String(head.length) },
  };
}

function prefixed(...elements: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    elements.flatMap((element) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(element.length);
      return [length, element];
    }),
  );
}

describe('metadata and health', () => {
  it('tells server, model, versions and tensors', async () => {
    const served = await serve({ pictures: samples.pictures });
    const { app } = served;
    expect((await app.inject('/v2')).json()).toEqual({
      name: 'tributary',
      version: '0.0.0-test',
      extensions: ['binary_tensor_data'],
    });
    const metadata = {
      name: 'pictures',
      versions: ['3'],
      platform: 'tributary_pipeline',
      inputs: [{ name: 'image', datatype: 'BYTES', shape: [-1] }],
      outputs: [
        { name: 'scene', datatype: 'FP32', shape: [-1, 10] },
        { name: 'scene.label', datatype: 'BYTES', shape: [-1] },
      ],
    };
    expect((await app.inject('/v2/models/pictures')).json()).toEqual(metadata);
    expect((await app.inject('/v2/models/pictures/versions/3')).json()).toEqual(metadata);
    expect((await app.inject('/v2/health/live')).json()).toEqual({ live: true });
    expect((await app.inject('/v2/health/ready')).statusCode).toBe(200);
    expect((await app.inject('/v2/models/pictures/ready')).json()).toEqual({ name: 'pictures', ready: true });
    served.setReady(false);
    expect((await app.inject('/v2/health/ready')).statusCode).toBe(503);
    expect((await app.inject('/v2/models/pictures/versions/3/ready')).statusCode).toBe(503);
    expect((await app.inject('/v2/health/live')).statusCode).toBe(200);
  });

  it('says 404 in its own form for a model or version that is not there', async () => {
    const { app } = await serve({ pictures: samples.pictures });
    for (const url of [
      '/v2/models/picture',
      '/v2/models/pictures/versions/4',
      '/v2/models/pictures/versions/4/ready',
    ]) {
      const answer = await app.inject(url);
      expect(answer.statusCode, url).toBe(404);
      expect(answer.json().error).toContain('model-unknown');
    }
  });
});

describe('infer', () => {
  it('answers JSON with JSON and echoes the id', async () => {
    const served = await serve({ texts: samples.texts });
    const answer = await post(served, '/v2/models/texts/infer', {
      id: 'abc',
      inputs: [{ name: 'text', shape: [2], datatype: 'BYTES', data: ['dim the lamps', 'what is the weather'] }],
    });
    expect(answer.statusCode).toBe(200);
    const body = answer.json();
    expect(body).toMatchObject({ id: 'abc', model_name: 'texts', model_version: '3' });
    const [scores, label] = body.outputs;
    expect(scores).toMatchObject({ name: 'intent', datatype: 'FP32', shape: [2, scores.data.length / 2] });
    expect(label).toMatchObject({ name: 'intent.label', datatype: 'BYTES', shape: [2] });
    const rows = [scores.data.slice(0, scores.shape[1]), scores.data.slice(scores.shape[1])];
    for (const row of rows) expect(row.reduce((sum: number, x: number) => sum + x, 0)).toBeCloseTo(1, 4);
    expect(served.asks.map((ask) => ask.inputs)).toEqual([
      { text: { kind: 'text', text: 'dim the lamps' } },
      { text: { kind: 'text', text: 'what is the weather' } },
    ]);
  });

  it('takes a picture in binary and answers in binary, and the same as by base64 in JSON', async () => {
    const served = await serve({ pictures: samples.pictures });
    const bytes = prefixed(sunset);
    const { body, headers } = binaryBody(
      {
        inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', parameters: { binary_data_size: bytes.length } }],
        outputs: [{ name: 'scene', parameters: { binary_data: true } }, { name: 'scene.label' }],
      },
      bytes,
    );
    const answer = await post(served, '/v2/models/pictures/versions/3/infer', body, headers);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    const length = Number(answer.headers['inference-header-content-length']);
    const head = JSON.parse(answer.rawPayload.subarray(0, length).toString());
    expect(head.outputs).toEqual([
      { name: 'scene', datatype: 'FP32', shape: [1, 10], parameters: { binary_data_size: 40 } },
      { name: 'scene.label', datatype: 'BYTES', shape: [1], data: ['sunset sea'] },
    ]);
    const tail = answer.rawPayload.subarray(length);
    const scores = Array.from({ length: 10 }, (_, i) => tail.readFloatLE(4 * i));
    expect(labels[scores.indexOf(Math.max(...scores))]).toBe('sunset sea');
    const plain = await post(served, '/v2/models/pictures/infer', {
      inputs: [{ name: 'image', shape: [1, 1], datatype: 'BYTES', data: [[sunset.toString('base64')]] }],
      outputs: [{ name: 'scene' }],
    });
    expect(plain.json().outputs).toHaveLength(1);
    expect(plain.json().outputs[0].data.map(Math.fround)).toEqual(scores);
  });

  it('takes a body that is the picture alone', async () => {
    const served = await serve({ pictures: samples.pictures });
    const answer = await post(served, '/v2/models/pictures/infer', new Uint8Array(sunset), {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': '0',
    });
    expect(answer.statusCode).toBe(200);
    const length = Number(answer.headers['inference-header-content-length']);
    const { outputs } = JSON.parse(answer.rawPayload.subarray(0, length).toString());
    expect(outputs.map((output: { name: string }) => output.name)).toEqual(['scene', 'scene.label']);
    expect(answer.rawPayload.subarray(length + 44).toString()).toBe('sunset sea');
  });

  it('names the item of a batch that is bad', async () => {
    const served = await serve({ pictures: samples.pictures });
    const answer = await post(served, '/v2/models/pictures/infer', {
      inputs: [
        {
          name: 'image',
          shape: [3],
          datatype: 'BYTES',
          data: [sunset.toString('base64'), 'bm90IGE=', sunset.toString('base64')],
        },
      ],
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toContain('Item 1 of 3');
    expect(
      (
        await post(served, '/v2/models/pictures/infer', {
          inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', data: [sunset.toString('base64')] }],
        })
      ).statusCode,
    ).toBe(200);
  });

  it('gives boxes side by side, filled up, with their count, and the picture as PNG', async () => {
    const served = await serve({ detector: samples.detector });
    const pictures = ['lake.jpg', 'shore.jpg'].map((name) => readFileSync(`samples/detector/media/${name}`));
    const answer = await post(served, '/v2/models/detector/infer', {
      inputs: [
        { name: 'image', shape: [2], datatype: 'BYTES', data: pictures.map((bytes) => bytes.toString('base64')) },
      ],
    });
    expect(answer.statusCode).toBe(200);
    const outputs = Object.fromEntries(answer.json().outputs.map((o: { name: string }) => [o.name, o]));
    const counts: readonly number[] = outputs['boxes.count'].data;
    const most = Math.max(...counts);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(outputs['boxes.boxes'].shape).toEqual([2, most, 4]);
    expect(outputs['boxes.scores'].shape).toEqual([2, most]);
    expect(outputs['boxes.classes']).toMatchObject({ datatype: 'INT32', shape: [2, most] });
    expect(outputs['boxes.labels'].data.filter((label: string) => label !== '')).toHaveLength(counts[0] + counts[1]);
    expect(outputs['drawn']).toMatchObject({ datatype: 'BYTES', shape: [2], parameters: { content_type: 'base64' } });
    expect(Buffer.from(outputs['drawn'].data[0], 'base64').subarray(1, 4).toString()).toBe('PNG');
    const only = await post(served, '/v2/models/detector/infer', {
      inputs: [{ name: 'image', shape: [1], datatype: 'BYTES', data: [pictures[0].toString('base64')] }],
      outputs: [{ name: 'boxes' }],
    });
    expect(only.json().outputs.map((o: { name: string }) => o.name)).toEqual([
      'boxes.boxes',
      'boxes.scores',
      'boxes.classes',
      'boxes.labels',
      'boxes.count',
    ]);
    expect(served.asks.at(-1)?.outputs).toEqual(['boxes']);
  });

  it('gives sequences with time as their second dimension', async () => {
    const served = await serve({ folder: pipelineFolder(passThrough('folder', { kind: 'text' })) });
    const answer = await post(served, '/v2/models/folder/infer', {
      inputs: [{ name: 'x', shape: [1, 3], datatype: 'BYTES', data: [['YQ==', 'Yg==', 'Yw==']] }],
    });
    expect(answer.json().outputs).toEqual([
      { name: 'y', datatype: 'BYTES', shape: [1, 3], data: ['a', 'b', 'c'] },
      { name: 'y.times', datatype: 'FP64', shape: [1, 3], data: [0, 1, 2] },
      { name: 'y.items', datatype: 'INT32', shape: [1], data: [3] },
    ]);
  });

  it('leaves out a modality that an item has none of, and says which output is missing', async () => {
    const served = await serve({ events: samples.events });
    const ask = (shape: readonly number[], data: readonly string[]) =>
      post(served, '/v2/models/events/infer', {
        inputs: [
          { name: 'image', shape, datatype: 'BYTES', data },
          { name: 'caption', shape, datatype: 'BYTES', data: data.map(() => 'a storm over the sea') },
        ],
      });
    const storm = readFileSync('samples/event-detector/media/storm.jpg').toString('base64');
    const answer = await ask([2], [storm, '']);
    expect(answer.statusCode).toBe(200);
    expect(served.asks.map((asked) => Object.keys(asked.inputs))).toEqual([['image', 'caption'], ['caption']]);
    expect(answer.json().outputs.find((o: { name: string }) => o.name === 'event.label').data).toEqual([
      'storm at sea',
      'storm at sea',
    ]);
  });
});

describe('tensors', () => {
  let served: Served;
  beforeAll(async () => {
    const dtypes = Object.values(dtypeOf);
    const pipelines = [...dtypes, 'string'].map((dtype) => [
      dtype,
      pipelineFolder(passThrough('tensor', { dtype, shape: '3' }), {}, suiteFolder()),
    ]);
    served = await serve(Object.fromEntries(pipelines), { atEnd: afterAll });
  });

  it.each([
    ['BOOL', 'bool', [true, false, true]],
    ['UINT8', 'uint8', [0, 7, 255]],
    ['UINT16', 'uint16', [0, 7, 65535]],
    ['UINT32', 'uint32', [0, 7, 4294967295]],
    ['UINT64', 'uint64', [0, 7, '18446744073709551615']],
    ['INT8', 'int8', [-128, 0, 127]],
    ['INT16', 'int16', [-32768, 0, 32767]],
    ['INT32', 'int32', [-2147483648, 0, 2147483647]],
    ['INT64', 'int64', ['-9223372036854775808', 0, '9007199254740993']],
    ['FP16', 'float16', [-1.5, 0, 65504]],
    ['FP32', 'float32', [-1.5, 0.1, 3.4028234663852886e38]],
    ['FP64', 'float64', [-1.5, 0.1, 1.7976931348623157e308]],
    ['BYTES', 'string', ['', 'grüße', '日本']],
  ])('%s comes out as it went in, by JSON and by bytes', async (datatype, dtype, data) => {
    expect((await served.app.inject(`/v2/models/${dtype}`)).json()).toMatchObject({
      inputs: [{ name: 'x', datatype, shape: [-1, 3] }],
      outputs: [{ name: 'y', datatype, shape: [-1, 3] }],
    });
    const answer = await post(served, `/v2/models/${dtype}/infer`, {
      inputs: [{ name: 'x', shape: [2, 3], datatype, data: [data, data] }],
      parameters: { binary_data_output: true },
    });
    expect(answer.statusCode, answer.body).toBe(200);
    const length = Number(answer.headers['inference-header-content-length']);
    const bytes = new Uint8Array(answer.rawPayload.subarray(length));
    const { body, headers } = binaryBody(
      {
        inputs: [{ name: 'x', shape: [2, 3], datatype, parameters: { binary_data_size: bytes.length } }],
      },
      bytes,
    );
    const back = await post(served, `/v2/models/${dtype}/infer`, body, headers);
    const [output] = back.json().outputs;
    const wanted = dtype === 'float32' ? data.map((x) => Math.fround(Number(x))) : data;
    const came = dtype === 'float32' ? output.data.map(Math.fround) : output.data;
    expect({ ...output, data: came }).toEqual({ name: 'y', datatype, shape: [2, 3], data: [...wanted, ...wanted] });
  });

  it('takes a first dimension that is the batch already as the batch', async () => {
    const served = await serve({
      plain: pipelineFolder(passThrough('tensor', { dtype: 'float32', shape: 'batch, 2' })),
    });
    const answer = await post(served, '/v2/models/plain/infer', {
      inputs: [{ name: 'x', shape: [3, 2], datatype: 'FP32', data: [1, 2, 3, 4, 5, 6] }],
    });
    expect(answer.json().outputs).toEqual([{ name: 'y', datatype: 'FP32', shape: [3, 2], data: [1, 2, 3, 4, 5, 6] }]);
    expect(served.asks.map((ask) => ask.inputs['x'])).toMatchObject([
      { shape: [1, 2] },
      { shape: [1, 2] },
      { shape: [1, 2] },
    ]);
  });

  it('reads FP16 by its bits', async () => {
    const served = await serve({ plain: pipelineFolder(passThrough('tensor', { dtype: 'float16', shape: '2' })) });
    const { body, headers } = binaryBody(
      { inputs: [{ name: 'x', shape: [1, 2], datatype: 'FP16', parameters: { binary_data_size: 4 } }] },
      // 1 and -2 in IEEE 754 binary16.
      Uint8Array.of(0x00, 0x3c, 0x00, 0xc0),
    );
    expect((await post(served, '/v2/models/plain/infer', body, headers)).json().outputs[0].data).toEqual([1, -2]);
  });
});

describe('what is refused', () => {
  let served: Served;
  beforeAll(async () => {
    const plain = pipelineFolder(passThrough('tensor', { dtype: 'int64', shape: '2' }), {}, suiteFolder());
    served = await serve({ plain, texts: samples.texts }, { atEnd: afterAll });
  });
  const x = { name: 'x', shape: [1, 2], datatype: 'INT64', data: [1, 2] };

  it.each<[string, unknown, number, string]>([
    ['no JSON', 'nothing', 400, 'request-invalid'],
    ['another form', { inputs: 1 }, 400, 'request-invalid'],
    ['an unknown input', { inputs: [{ ...x, name: 'y' }] }, 400, 'input-unknown'],
    ['an input twice', { inputs: [x, x] }, 400, 'request-invalid'],
    ['an unknown datatype', { inputs: [{ ...x, datatype: 'FP8' }] }, 400, 'input-kind'],
    ['another datatype', { inputs: [{ ...x, datatype: 'INT32' }] }, 400, 'input-kind'],
    ['another shape', { inputs: [{ ...x, shape: [1, 3] }] }, 400, 'value-shape'],
    ['a shape that differs from the data', { inputs: [{ ...x, data: [1] }] }, 400, 'value-shape'],
    ['ragged data', { inputs: [{ ...x, shape: [2, 2], data: [[1, 2, 3], [4]] }] }, 400, 'value-shape'],
    ['a number that was rounded', { inputs: [{ ...x, data: [2 ** 53, 1] }] }, 400, 'value-invalid'],
    ['a fraction', { inputs: [{ ...x, data: [1.5, 1] }] }, 400, 'value-invalid'],
    ['no data', { inputs: [{ ...x, data: undefined }] }, 400, 'request-invalid'],
    ['more bytes than there are', { inputs: [{ ...x, parameters: { binary_data_size: 16 } }] }, 400, 'request-invalid'],
    ['an unknown output', { inputs: [x], outputs: [{ name: 'z' }] }, 400, 'request-invalid'],
    ['shared memory', { inputs: [{ ...x, parameters: { shared_memory_region: 'r' } }] }, 501, 'request-unsupported'],
    [
      'more items than are taken',
      { inputs: [{ ...x, shape: [300, 2], data: Array(600).fill(0) }] },
      413,
      'request-too-large',
    ],
    ['no items', { inputs: [{ ...x, shape: [0, 2], data: [] }] }, 400, 'value-shape'],
    ['no batch', { inputs: [{ ...x, shape: [], data: 1 }] }, 400, 'value-shape'],
    ['a missing input', { inputs: [] }, 400, 'input-missing'],
  ])('%s', async (_, body, status, code) => {
    const answer = await post(served, '/v2/models/plain/infer', body);
    expect(answer.statusCode, answer.body).toBe(status);
    expect(answer.json()).toEqual({ error: expect.stringContaining(`[${code}]`) });
    expect((await post(served, '/v2/models/plain/infer', { inputs: [x] })).statusCode).toBe(200);
  });

  it('text that is not Unicode, in JSON and in bytes', async () => {
    const input = { name: 'text', shape: [1], datatype: 'BYTES' };
    const lone = await post(served, '/v2/models/texts/infer', { inputs: [{ ...input, data: ['a\ud800b'] }] });
    expect([lone.statusCode, lone.json().error]).toEqual([400, expect.stringContaining('[text-encoding]')]);
    const bytes = prefixed(Uint8Array.of(0x61, 0xff, 0x62));
    const { body, headers } = binaryBody(
      { inputs: [{ ...input, parameters: { binary_data_size: bytes.length } }] },
      bytes,
    );
    const raw = await post(served, '/v2/models/texts/infer', body, headers);
    expect([raw.statusCode, raw.json().error]).toEqual([400, expect.stringContaining('[text-encoding]')]);
    const broken = Buffer.concat([Buffer.from('{"inputs":[{"name":"'), Buffer.of(0xff), Buffer.from('"}]}')]);
    expect((await post(served, '/v2/models/texts/infer', new Uint8Array(broken))).statusCode).toBe(400);
  });

  it('a body over the limit, and JSON that is nested too deeply', async () => {
    const served = await serve({ texts: samples.texts }, { limits: { bodyBytes: 1000, jsonDepth: 20 } });
    const long = await post(served, '/v2/models/texts/infer', { inputs: ['x'.repeat(1000)] });
    expect([long.statusCode, long.json().error]).toEqual([413, expect.stringContaining('[request-too-large]')]);
    const deep = await post(
      served,
      '/v2/models/texts/infer',
      new Uint8Array(Buffer.from(`${'['.repeat(30)}${']'.repeat(30)}`)),
    );
    expect([deep.statusCode, deep.json().error]).toEqual([400, expect.stringContaining('[document-too-deep]')]);
  });

  it('a request whose own time is over before its model is asked', async () => {
    const served = await serve(
      { texts: samples.texts },
      { before: () => new Promise((resolve) => setTimeout(resolve, 20)) },
    );
    const answer = await post(served, '/v2/models/texts/infer', {
      parameters: { timeout: 1000 },
      inputs: [{ name: 'text', shape: [1], datatype: 'BYTES', data: ['x'] }],
    });
    expect(answer.statusCode).toBe(504);
  });
});
