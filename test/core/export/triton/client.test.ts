import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { clientProgram } from '../../../../core/export/triton/client.ts';
import { triton } from '../../../../core/export/triton/target.ts';
import { dtypeOf } from '../../../../core/serve/oipTensor.ts';
import { npy } from '../../../npy-builder.ts';
import { tempFolder } from '../../../temp-folder.ts';
import { compiledInput, sampleFolder, writeExport } from './exported.ts';
import { type Sent, type Served, servedBy, type Tensors, Walker } from './walker.ts';

const runs = (program: string): boolean => spawnSync('python3', ['-c', program]).status === 0;
const hasPython = runs('');
const hasNumpy = runs('import numpy');
const hasPillow = hasNumpy && runs('import PIL');

interface Named {
  readonly name: string;
}

/** The binary form of the Open Inference Protocol over a walker of the repository; gives its address. */
async function serve(served: Served): Promise<string> {
  const walker = new Walker(served);
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      answer(walker, request, Buffer.concat(chunks)).then(
        ({ head, body }) => {
          response.writeHead(200, { 'Inference-Header-Content-Length': head.length });
          response.end(Buffer.concat([head, body]));
        },
        (error: unknown) => {
          response.writeHead(400);
          response.end(JSON.stringify({ error: String(error) }));
        },
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.close();
    await walker.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No address.');
  return `http://127.0.0.1:${address.port}`;
}

async function answer(walker: Walker, { url, headers }: http.IncomingMessage, body: Buffer) {
  const model = decodeURIComponent(/^\/v2\/models\/([^/]+)\/infer$/.exec(url ?? '')?.[1] ?? '');
  let at = Number(headers['inference-header-content-length']);
  const { inputs, outputs } = JSON.parse(body.subarray(0, at).toString()) as {
    readonly inputs: readonly {
      readonly name: string;
      readonly shape: readonly number[];
      readonly datatype: keyof typeof dtypeOf;
      readonly parameters: { readonly binary_data_size: number };
    }[];
    readonly outputs: readonly Named[];
  };
  const request: Record<string, Sent> = {};
  for (const { name, shape, datatype, parameters } of inputs) {
    const bytes = new Uint8Array(body.subarray(at, at + parameters.binary_data_size));
    at += bytes.length;
    const data = { uint8: bytes, bool: bytes, int64: new BigInt64Array(bytes.buffer, 0, Math.floor(bytes.length / 8)) }[
      String(dtypeOf[datatype])
    ];
    if (data === undefined) throw new Error(datatype);
    request[name] = { type: dtypeOf[datatype], dims: shape, data };
  }
  if (at !== body.length) throw new Error(`${body.length - at} bytes are left.`);
  const results: Tensors = await walker.infer(model, request);
  const blobs = outputs.map(({ name }) => {
    const data = results[name].data as Float32Array;
    return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  });
  const told = outputs.map(({ name }, i) => ({
    name,
    shape: results[name].dims,
    datatype: Object.entries(dtypeOf).find(([, dtype]) => dtype === results[name].type)?.[0],
    parameters: { binary_data_size: blobs[i].length },
  }));
  return { head: Buffer.from(JSON.stringify({ model_name: model, outputs: told })), body: Buffer.concat(blobs) };
}

async function exported() {
  const folder = tempFolder();
  const files = triton.files(await compiledInput('picture-classifier'), {});
  writeExport(folder, files, 'picture-classifier');
  const server = await serve(servedBy(files));
  const ask = (...given: readonly string[]) =>
    promisify(execFile)('python3', [path.join(folder, 'client/client.py'), '--server', server, ...given]);
  return { folder, ask };
}

it('is one program for every pipeline', async () => {
  for (const sample of ['picture-classifier', 'event-detector'] as const) {
    const files = triton.files(await compiledInput(sample), {});
    expect(files.find(({ path: name }) => name === 'client/client.py')).toMatchObject({
      content: { text: clientProgram },
      mode: 0o755,
    });
  }
});

it.runIf(hasPython)("Python's own compiler takes it", () => {
  execFileSync('python3', ['-W', 'error', '-c', 'import sys; compile(sys.stdin.read(), "client.py", "exec")'], {
    input: clientProgram,
  });
});

it.runIf(hasNumpy)(
  'asks for an array, tells the answer with its labels, and says what is wrong',
  { timeout: 120_000 },
  async () => {
    const { folder, ask } = await exported();
    const file = path.join(folder, 'picture.npy');
    const pixels = Uint8Array.from({ length: 120 * 160 * 3 }, (_, at) => (at % 3 === 2 ? 200 : 40));
    writeFileSync(file, npy('|u1', '(120, 160, 3)', pixels));
    const { stdout } = await ask(`image=${file}`);
    expect(stdout).toMatch(/^scene: [a-z ]+ 0\.\d{4}, /);
    const { stdout: json } = await ask('--json', `image=${file}`);
    expect(JSON.parse(json).scene[0]).toHaveLength(10);
    await expect(ask()).rejects.toMatchObject({
      stderr: expect.stringContaining('Give image=... The picture to classify.'),
    });
    await expect(ask('photo=x.jpg')).rejects.toMatchObject({ stderr: expect.stringContaining('the names are image') });
    await expect(ask('image=none.npy')).rejects.toMatchObject({ stderr: expect.stringContaining('none.npy') });
  },
);

it.runIf(hasPillow)('decodes a picture as its EXIF turns it', { timeout: 120_000 }, async () => {
  const { ask } = await exported();
  const { stdout } = await ask(`image=${path.join(sampleFolder('picture-classifier'), 'media/forest-portrait.jpg')}`);
  expect(stdout).toMatch(/^scene: forest 1\.0000/);
});
