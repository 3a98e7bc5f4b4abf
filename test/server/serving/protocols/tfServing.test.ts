import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ServedModel } from '../../../../server/serving/contract.ts';
import { addTfServing } from '../../../../server/serving/protocols/tfServing.ts';
import { tfStatus, versionLabelled } from '../../../../server/serving/protocols/tfSignature.ts';
import { passThrough, pipelineFolder, type Served, samples, serveProtocols, suiteFolder } from './served.ts';

let served: Served;
beforeAll(async () => {
  const plain = (shape: string, dtype = 'float32') =>
    pipelineFolder(passThrough('tensor', { dtype, shape }), {}, suiteFolder());
  served = await serveProtocols(
    {
      pictures: samples.pictures,
      detector: samples.detector,
      events: samples.events,
      vectors: plain('2'),
      batches: plain('batch, 2'),
      wholes: plain('2', 'int64'),
      texts: pipelineFolder(passThrough('text'), {}, suiteFolder()),
    },
    { add: addTfServing, atEnd: afterAll },
  );
});

const sunset = { b64: readFileSync('samples/picture-classifier/media/sunset.jpg').toString('base64') };

async function predict(model: string, body: unknown) {
  const url = `/v1/models/${model}:predict`;
  const headers = { 'content-type': 'application/json' };
  const answer = await served.app.inject({ method: 'POST', url, headers, payload: JSON.stringify(body) });
  return { status: answer.statusCode, body: answer.json() };
}

it('rows: a single tensor drops its name, several keep theirs', async () => {
  expect(
    await predict('vectors', {
      instances: [
        [1, 2],
        [3, 4],
      ],
    }),
  ).toEqual({
    status: 200,
    body: {
      predictions: [
        [1, 2],
        [3, 4],
      ],
    },
  });
  expect(await predict('batches', { signature_name: 'serving_default', instances: [{ x: [1, 2] }] })).toMatchObject({
    body: { predictions: [[1, 2]] },
  });
  const { body } = await predict('pictures/versions/3', { instances: [sunset, { image: sunset }] });
  expect(body.predictions).toHaveLength(2);
  expect(body.predictions[0]['scene.label']).toBe('sunset sea');
  expect(body.predictions[1].scene).toHaveLength(10);
  expect(body.predictions[1]).toEqual(body.predictions[0]);
});

it('columns: a tensor for all items', async () => {
  expect(
    await predict('vectors', {
      inputs: {
        x: [
          [1, 2],
          [3, 4],
        ],
      },
    }),
  ).toMatchObject({
    body: {
      outputs: [
        [1, 2],
        [3, 4],
      ],
    },
  });
  expect(await predict('texts', { inputs: ['a', { b64: 'w7w=' }] })).toMatchObject({ body: { outputs: ['a', 'ü'] } });
  expect(await predict('texts', { inputs: 'a' })).toMatchObject({ body: { outputs: ['a'] } });
  const { body } = await predict('pictures', { inputs: { image: [sunset, sunset] } });
  expect(body.outputs['scene.label']).toEqual(['sunset sea', 'sunset sea']);
  expect(body.outputs.scene.map((row: readonly number[]) => row.length)).toEqual([10, 10]);
});

it('files come as base64, under a name that ends in _bytes', async () => {
  const picture = { b64: readFileSync('samples/detector/media/lake.jpg').toString('base64') };
  const { body } = await predict('detector', { instances: [picture] });
  const [row] = body.predictions;
  expect(Object.keys(row).sort()).toEqual([
    'boxes.boxes',
    'boxes.classes',
    'boxes.count',
    'boxes.labels',
    'boxes.scores',
    'drawn_bytes',
  ]);
  expect(row['boxes.boxes']).toHaveLength(row['boxes.count']);
  expect(Buffer.from(row.drawn_bytes.b64, 'base64').subarray(1, 4).toString()).toBe('PNG');
});

it('64-bit numbers stay exact: past 2^53 as texts', async () => {
  expect(await predict('wholes', { instances: [['9007199254740993', 1]] })).toMatchObject({
    body: { predictions: [['9007199254740993', 1]] },
  });
});

it('tells state and signature', async () => {
  const available = { version: '3', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } };
  for (const path of ['pictures', 'pictures/versions/3', 'pictures/labels/stable'])
    expect((await served.app.inject(`/v1/models/${path}`)).json()).toEqual({ model_version_status: [available] });
  const metadata = (await served.app.inject('/v1/models/pictures/metadata')).json();
  expect(metadata.model_spec).toEqual({ name: 'pictures', signature_name: '', version: '3' });
  const { inputs, outputs } = metadata.metadata.signature_def.signature_def.serving_default;
  expect(inputs.image).toMatchObject({ dtype: 'DT_STRING', tensor_shape: { dim: [{ size: '-1' }] } });
  expect(outputs.scene).toMatchObject({ dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: '-1' }, { size: '10' }] } });
  expect((await served.app.inject('/v1/models/detector/metadata')).body).toContain('drawn_bytes');
});

it.each<[string, unknown, number]>([
  ['nothing', { instances: [1] }, 404],
  ['vectors/versions/9', { instances: [[1, 2]] }, 404],
  ['vectors/labels/canary', { instances: [[1, 2]] }, 404],
  ['vectors', { instances: [[1, 2]], inputs: { x: [[1, 2]] } }, 400],
  ['vectors', {}, 400],
  ['vectors', [], 400],
  ['vectors', { instances: [] }, 400],
  [
    'vectors',
    {
      instances: [
        [1, 2],
        [1, 2, 3],
      ],
    },
    400,
  ],
  ['vectors', { instances: [['a', 'b']] }, 400],
  ['vectors', { signature_name: 'other', instances: [[1, 2]] }, 400],
  ['vectors', { inputs: { x: [[1, 2]], z: [1] } }, 400],
  ['events', { inputs: { image: [sunset], caption: ['a', 'b'] } }, 400],
  ['events', { inputs: [sunset] }, 400],
  ['events', { instances: ['a'] }, 400],
  ['texts', { instances: ['\ud800'] }, 400],
  ['texts', { instances: [{ b64: '/w==' }] }, 400],
])('refuses %s %j', async (model, body, status) => {
  const answer = await predict(model, body);
  expect(answer, JSON.stringify(answer)).toEqual({ status, body: { error: expect.stringMatching(/\[[a-z-]+\]$/) } });
});

it('other verbs and places are not there', async () => {
  for (const url of [
    '/v1/models/vectors:classify',
    '/v1/models/vectors',
    '/v1/models/a/b/c:predict',
    '/v1/models/:predict',
  ])
    expect((await served.app.inject({ method: 'POST', url, payload: '{}' })).statusCode, url).toBe(404);
  expect((await served.app.inject('/v1/models/vectors:predict')).statusCode).toBe(404);
});

it('labels follow the traffic, states are told in its words', () => {
  const { signature } = served.serving.service.models()[0].versions[0];
  const version = (name: string, weight: number, state: 'ready' | 'failed' | 'loading' | 'draining' = 'ready') => ({
    version: name,
    weight,
    state,
    signature,
  });
  const model: ServedModel = {
    name: 'm',
    versions: [version('1', 0.9), version('2', 0.1), version('3', 0), version('4', 0, 'failed')],
  };
  expect(['stable', 'canary', 'latest', 'other'].map((label) => versionLabelled(model, label)?.version)).toEqual([
    '1',
    '2',
    '3',
    undefined,
  ]);
  const failed = tfStatus([
    version('1', 1, 'draining'),
    version('2', 0, 'loading'),
    {
      ...version('3', 0, 'failed'),
      problem: { code: 'model-invalid', message: 'Bad.', fix: '', where: {}, severity: 'error' },
    },
  ]);
  expect(failed.model_version_status.map(({ state }) => state)).toEqual(['END', 'LOADING', 'UNLOADING']);
  expect(failed.model_version_status[0].status).toEqual({ error_code: 'UNAVAILABLE', error_message: 'Bad.' });
});
