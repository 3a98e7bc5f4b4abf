import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished } from 'vitest';
import { builtServer } from '../../../host/bundle/serverParts.ts';
import type { JpegAnswer, JpegAsk } from '../../../host/image/jpeg/messages.ts';
import { turboModule } from '../../../host/image/jpeg/turboModule.ts';
import type { ThreadAnswer } from '../../../host/process/threads.ts';
import reference from '../../reference/image-jpeg.json' with { type: 'json' };
import { root } from '../../rules/sources.ts';
import { tempFolder } from '../../temp-folder.ts';

const name = '@cwasm/jpeg-turbo';

it('the one file of a bundle has libjpeg-turbo inside, with its licence, and is its thread when it is told to', async () => {
  const { code, parts } = await builtServer();
  const module = readFileSync(createRequire(import.meta.url).resolve(`${name}/jpeg-turbo.wasm`));
  expect(code).toContain(module.toString('base64'));
  expect(parts.inlined.map((one) => one.name)).toContain(name);
  expect(parts.licences[`node_modules/${name}`].join('\n')).toMatch(
    /based in part on\s+the work of the Independent JPEG Group/,
  );

  const file = path.join(tempFolder(), 'server.mjs');
  writeFileSync(file, code);
  const worker = new Worker(pathToFileURL(file), {
    argv: ['--tributary-role=jpegWorker'],
    workerData: await turboModule(),
  });
  onTestFinished(async () => void (await worker.terminate()));
  const one = reference.cases.find((found) => found.name === 'reef.jpg to 112') ?? expect.fail('no such case');
  const bytes = new Uint8Array(readFileSync(path.join(root, 'samples/picture-classifier/media/reef.jpg')));
  const [width, height] = one.size;
  const ask: JpegAsk = {
    bytes,
    full: { width: 640, height: 480 },
    scale: 2,
    channels: 3,
    orientation: 1,
    width,
    height,
    filter: 'bilinear',
  };
  worker.postMessage({ id: 5, ask });
  const [{ id, answer }]: [ThreadAnswer<JpegAnswer>] = (await once(worker, 'message')) as [ThreadAnswer<JpegAnswer>];
  expect([
    id,
    createHash('sha256')
      .update(answer.pixels ?? '')
      .digest('hex'),
  ]).toEqual([5, one.sha256]);
});
