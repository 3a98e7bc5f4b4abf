import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addAzure } from '../../../../server/serving/protocols/azure.ts';
import { contractOf } from '../../../../server/serving/protocols/environment.ts';
import { addSageMaker } from '../../../../server/serving/protocols/sageMaker.ts';
import { addVertex } from '../../../../server/serving/protocols/vertex.ts';
import { passThrough, pipelineFolder, type Served, samples, serveProtocols, suiteFolder } from './served.ts';

const sunset = readFileSync('samples/picture-classifier/media/sunset.jpg');
const base64 = sunset.toString('base64');

function post({ app }: Served, url: string, payload: string | Buffer, type = 'application/json', headers = {}) {
  return app.inject({ method: 'POST', url, payload, headers: { 'content-type': type, ...headers } });
}

describe('one pipeline with a picture', () => {
  let served: Served;
  beforeAll(async () => {
    const route = '/v1/endpoints/7/deployedModels/9';
    const { vertex } = contractOf({ AIP_HEALTH_ROUTE: route, AIP_PREDICT_ROUTE: `${route}:predict` });
    served = await serveProtocols(
      { pictures: samples.pictures },
      {
        atEnd: afterAll,
        add: (app, serving) => {
          addSageMaker(app, serving);
          addAzure(app, serving);
          addVertex(app, serving, vertex);
          addVertex(app, serving, contractOf({}).vertex);
        },
      },
    );
  });

  it('SageMaker: /ping has no body, /invocations takes the picture as it is', async () => {
    const ping = await served.app.inject('/ping');
    expect([ping.statusCode, ping.body]).toEqual([200, '']);
    const headers = { 'x-amzn-sagemaker-custom-attributes': 'trace=1' };
    const raw = await post(served, '/invocations', sunset, 'image/jpeg', headers);
    expect(raw.statusCode).toBe(200);
    expect(raw.json().outputs.scene.label).toBe('sunset sea');
    const json = await post(served, '/invocations', JSON.stringify({ image: base64 }));
    expect(json.json().outputs).toEqual(raw.json().outputs);
    const instances = await post(
      served,
      '/invocations',
      JSON.stringify({ instances: [{ b64: base64 }, { image: base64 }] }),
    );
    expect(instances.json().predictions).toEqual([raw.json().outputs, raw.json().outputs]);
    expect(served.asks.at(-1)?.protocol).toBe('sagemaker');
  });

  it('SageMaker: batch jobs send a line for each item, and get one back', async () => {
    const lines = [JSON.stringify({ image: base64 }), '', JSON.stringify({ image: { b64: base64 } })].join('\n');
    const answer = await post(served, '/invocations', `${lines}\n`, 'application/jsonlines');
    expect(answer.headers['content-type']).toContain('application/jsonlines');
    const told = answer.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told.map((row) => row.scene.label)).toEqual(['sunset sea', 'sunset sea']);
  });

  it('SageMaker and Azure take a form with a file', async () => {
    const form = Buffer.concat([
      Buffer.from(
        '--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n',
      ),
      sunset,
      Buffer.from('\r\n--b--\r\n'),
    ]);
    for (const url of ['/invocations', '/score']) {
      const answer = await post(served, url, form, 'multipart/form-data; boundary=b');
      expect(answer.json().outputs.scene.label, url).toBe('sunset sea');
    }
  });

  it('Azure: scores, and answers its probes', async () => {
    const answer = await post(served, '/score', JSON.stringify({ inputs: { image: base64 }, top: 2 }));
    expect(answer.json().outputs.scene.classes).toHaveLength(2);
    expect((await served.app.inject('/score/live')).statusCode).toBe(200);
    expect((await served.app.inject('/score/ready')).json()).toEqual({ ready: true });
  });

  it('Vertex: instances and parameters at the routes that its environment names', async () => {
    const route = '/v1/endpoints/7/deployedModels/9';
    expect((await served.app.inject(route)).statusCode).toBe(200);
    for (const url of [`${route}:predict`, '/vertex/predict']) {
      const body = { instances: [{ image: { b64: base64 } }], parameters: { top: 1, outputs: ['scene'] } };
      const answer = await post(served, url, JSON.stringify(body));
      expect(answer.json().predictions, answer.body).toMatchObject([{ scene: { label: 'sunset sea', classes: [{}] } }]);
    }
  });

  it('each tells a bad item in its own form, and answers the next request', async () => {
    const instances = JSON.stringify({ instances: [{ image: base64 }, { image: 'bm90IGE=' }] });
    const sage = await post(served, '/invocations', instances);
    expect(sage.statusCode).toBe(400);
    expect(sage.json().error).toMatchObject({ code: 'media-format', message: expect.stringContaining('Item 1 of 2') });
    const vertex = await post(served, '/vertex/predict', instances);
    expect(vertex.json().error).toMatchObject({ code: 400, status: 'media-format' });
    const missing = await post(served, '/vertex/predict', JSON.stringify({ instances: [{ picture: 1 }] }));
    expect(missing.json().error.message).toContain('There is no input called "picture"');
    for (const body of [
      '{}',
      '{"instances":[]}',
      '{"instances":3}',
      '{"instances":[3]}',
      '[',
      '[]',
      '{"instances":[{}],"parameters":{"top":0}}',
    ]) {
      const answer = await post(served, '/vertex/predict', body);
      expect(answer.statusCode, body).toBe(400);
      expect(answer.json().error.code).toBe(400);
    }
    expect((await post(served, '/score', sunset, 'image/jpeg')).statusCode).toBe(200);
  });

  it('all say when the server is not ready', async () => {
    served.setReady(false);
    for (const url of ['/ping', '/score/ready', '/vertex/health'])
      expect((await served.app.inject(url)).statusCode, url).toBe(503);
    served.setReady(true);
    expect((await served.app.inject('/ping')).statusCode).toBe(200);
  });
});

it('a tensor without its batch is given one', async () => {
  const plain = pipelineFolder(passThrough('tensor', { dtype: 'float32', shape: 'batch, 2' }), {}, suiteFolder());
  const served = await serveProtocols(
    { plain },
    { add: (app, serving) => addVertex(app, serving, contractOf({}).vertex) },
  );
  const answer = await post(served, '/vertex/predict', JSON.stringify({ instances: [[1, 2], { x: [[3, 4]] }] }));
  expect(answer.json().predictions).toEqual([
    { y: { dtype: 'float32', shape: [1, 2], data: [1, 2] } },
    { y: { dtype: 'float32', shape: [1, 2], data: [3, 4] } },
  ]);
});
