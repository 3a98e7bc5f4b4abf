import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, expect, it } from 'vitest';
import type { Json } from '../../../core/kinds/value.ts';
import { root } from '../../rules/sources.ts';
import { type Answer, send } from './client.ts';
import { type InProcess, serveReady } from './inProcess.ts';

const sample = path.join(root, 'samples/detector');
const photo = readFileSync(path.join(sample, 'media/lake.jpg'));
let served: InProcess;
beforeAll(async () => {
  served = await serveReady({ target: sample });
});

interface Part {
  readonly name: string;
  readonly body: Uint8Array | string;
  readonly filename?: string;
  readonly type?: string;
}

function multipart(parts: readonly Part[]): {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
} {
  const boundary = 'a-boundary-that-is-in-no-part';
  const chunks = parts.flatMap(({ name, body, filename, type }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n`,
    `${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`,
    body,
    '\r\n',
  ]);
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([...chunks, `--${boundary}--\r\n`].map((chunk) => Buffer.from(chunk as string))),
  };
}

const predict = (
  ask: { readonly headers?: Readonly<Record<string, string>>; readonly body: Uint8Array | string },
  query = '',
) => send(served.port, `/predict${query}`, { method: 'POST', ...ask });

async function whole(answer: Promise<Answer>): Promise<Record<string, unknown>> {
  const { status, body } = await answer;
  expect([status, status === 200 ? '' : body.toString()]).toEqual([200, '']);
  return JSON.parse(body.toString()).outputs;
}

it('answers the same whether a picture comes as a part, as base64, as a data URL or as the body itself', async () => {
  const form = multipart([{ name: 'image', body: photo, filename: 'lake.jpg', type: 'image/jpeg' }]);
  const first = await whole(predict(form));
  const boxes = first['boxes'] as { readonly count: number; readonly boxes: readonly { readonly label: string }[] };
  expect(boxes.boxes.map((box) => box.label)).toEqual(['sign', 'person', 'boat', 'tree', 'car']);
  const base64 = photo.toString('base64');
  const json = { 'content-type': 'application/json' };
  for (const inputs of [base64, `data:image/jpeg;base64,${base64}`, { b64: base64 }]) {
    expect(await whole(predict({ headers: json, body: JSON.stringify({ inputs: { image: inputs } }) }))).toEqual(first);
    expect(await whole(predict({ headers: json, body: JSON.stringify({ image: inputs }) }))).toEqual(first);
  }
  expect(await whole(predict({ headers: { 'content-type': 'image/jpeg' }, body: photo }))).toEqual(first);
  expect(await whole(predict({ headers: { 'content-type': 'application/octet-stream' }, body: photo }))).toEqual(first);
  expect(await whole(predict({ body: photo }, '?input=image'))).toEqual(first);
  const named = await send(served.port, '/v1/pipelines/detector/predict', { method: 'POST', ...form });
  expect(named.json().outputs).toEqual(first);
});

it('gives the outputs that are asked for, in the query, the JSON or a part', async () => {
  const picture: Part = { name: 'image', body: photo, filename: 'lake.jpg' };
  for (const answer of [
    await whole(predict(multipart([picture]), '?outputs=boxes')),
    await whole(predict(multipart([picture, { name: 'outputs', body: 'boxes' }]))),
    await whole(
      predict({
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ inputs: { image: photo.toString('base64') }, outputs: ['boxes'] }),
      }),
    ),
  ])
    expect(Object.keys(answer)).toEqual(['boxes']);
  const none = await predict(multipart([picture]), '?outputs=nothing');
  expect([none.status, none.json().error.code, none.json().error.fix]).toEqual([
    400,
    'request-invalid',
    'The outputs are "boxes", "drawn"; without a choice all of them come.',
  ]);
});

it('gives a picture as a file to who asks for one', async () => {
  const ask = { headers: { 'content-type': 'image/jpeg', accept: 'image/png' }, body: photo };
  const png = await predict(ask);
  expect([png.status, png.headers['content-type']]).toEqual([200, 'image/png']);
  expect(png.body.subarray(1, 4).toString()).toBe('PNG');
  const jpeg = await predict({ ...ask, headers: { ...ask.headers, accept: 'image/jpeg' } });
  expect([jpeg.headers['content-type'], jpeg.body[0]]).toEqual(['image/jpeg', 0xff]);
  const browser = await predict({ ...ask, headers: { ...ask.headers, accept: 'image/avif,image/webp,*/*;q=0.8' } });
  expect(browser.headers['content-type']).toMatch(/^application\/json/);
  const sound = await predict({ ...ask, headers: { ...ask.headers, accept: 'audio/wav' } });
  expect([sound.status, sound.json().error.code]).toEqual([415, 'request-unsupported']);
});

it('tells what is wrong with a picture as the caller’s fault', async () => {
  const asks = [
    [Buffer.from('no picture'), 400, 'media-format'],
    [Buffer.alloc(0), 400, 'request-invalid'],
    [photo.subarray(0, 3000), 400, 'media-corrupt'],
  ] as const;
  for (const [body, status, code] of asks) {
    const answer = await predict({ headers: { 'content-type': 'image/jpeg' }, body });
    expect([answer.status, answer.json().error.code]).toEqual([status, code]);
  }
  const twice = await predict(
    multipart([
      { name: 'image', body: photo },
      { name: 'image', body: photo },
    ]),
  );
  expect([twice.status, twice.json().error.code]).toEqual([400, 'request-invalid']);
  const unknown = await predict(multipart([{ name: 'imgae', body: photo }]));
  expect([unknown.status, unknown.json().error.fix]).toEqual([
    400,
    'Did you mean "image"? The inputs are image (image).',
  ]);
});

it('describes itself: what it answers fits the schemas of its OpenAPI document, which refers to nothing that is not in it', async () => {
  const document = JSON.parse((await send(served.port, '/openapi.json')).body.toString());
  expect(document.openapi).toBe('3.1.0');
  for (const [path, methods] of Object.entries<Record<string, unknown>>(document.paths)) {
    expect(path).toMatch(/^\/[\w/-]+$/);
    expect(Object.keys(methods).length).toBeGreaterThan(0);
  }
  const at = (reference: string): unknown =>
    reference
      .slice(2)
      .split('/')
      .reduce<unknown>((place, part) => (place as Record<string, unknown>)[part], document);
  for (const [, reference] of JSON.stringify(document).matchAll(/"\$ref":"(#[^"]+)"/g))
    expect([reference, at(reference)]).not.toContain(undefined);
  const ajv = new Ajv2020({ strict: false });
  const operation = document.paths['/predict'].post;
  const fits = (
    response: { readonly content: Readonly<Record<string, { readonly schema: Json }>> },
    body: unknown,
  ): void => {
    const valid = ajv.compile({
      ...(response.content['application/json'].schema as object),
      components: document.components,
    });
    expect(valid(body) ? '' : ajv.errorsText(valid.errors)).toBe('');
  };
  const good = await predict({ headers: { 'content-type': 'image/jpeg' }, body: photo });
  fits(operation.responses['200'], JSON.parse(good.body.toString()));
  expect(Object.keys(operation.requestBody.content)).toContain('image/*');
  const bad = await predict({ headers: { 'content-type': 'image/jpeg' }, body: 'no picture' });
  fits(at(operation.responses['400'].$ref) as Parameters<typeof fits>[0], JSON.parse(bad.body.toString()));
});

it('lists its pipelines with their inputs and outputs', async () => {
  const { pipelines } = JSON.parse((await send(served.port, '/v1/pipelines')).body.toString());
  expect(pipelines).toMatchObject([
    {
      name: 'detector',
      versions: [
        {
          version: '1',
          state: 'ready',
          inputs: [{ name: 'image', kind: 'image' }],
          outputs: [
            { name: 'boxes', kind: 'boxes' },
            { name: 'drawn', kind: 'image' },
          ],
        },
      ],
    },
  ]);
});
