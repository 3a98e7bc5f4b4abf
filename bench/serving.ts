import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { writeDocument } from '../core/graph/write.ts';
import { pipeline } from '../test/core/pipelines.ts';
import { matmulModel } from '../test/onnx-builder.ts';
import { closedLoop, freePort, type LoadFigures, type LoadRequest, multipart, startServer } from './httpLoad.ts';
import { findPython, median } from './measure.ts';
import { photograph } from './pictures.ts';

/**
 * The server under load, both sides in turns: the picture classifier against FastAPI, uvicorn, ONNX Runtime and Pillow;
 * a model that gains from batches with and without them; and a model of 20 ms or more against a bare loop of the runtime.
 */
const root = fileURLToPath(new URL('../', import.meta.url));
const rounds = Number(process.argv[2] ?? 5);
/** Only the part whose name begins so: classifier, batching, bare; and of the classifier's pictures those whose name has this. */
const [, , , wanted = '', pictured = ''] = process.argv;
const seconds = 4;
const clients = 8;
const threads = 1;
const cores = availableParallelism();
const size = 1024;
const folder = mkdtempSync(path.join(tmpdir(), 'tributary-serving-'));
const children: { kill(signal?: NodeJS.Signals): boolean }[] = [];

async function serve(target: string, more: readonly string[] = []): Promise<number> {
  const port = await freePort();
  const args = [path.join(root, 'dist/cli.js'), 'serve', target, '--port', String(port), '--log', 'silent', '--json'];
  children.push(await startServer(process.execPath, [...args, ...more], /"state":"ready"/));
  return port;
}

type Requests = LoadRequest | readonly LoadRequest[];

/** Figures of servers, loaded in turns, each round in another order. */
async function inTurns(sides: readonly Requests[], callers = clients): Promise<readonly (readonly LoadFigures[])[]> {
  const found: LoadFigures[][] = sides.map(() => []);
  for (const side of sides) await closedLoop(side, callers, 2);
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < sides.length; i++) {
      const at = (i + round) % sides.length;
      found[at].push(await closedLoop(sides[at], callers, seconds));
    }
  return found;
}

function line(name: string, figures: readonly LoadFigures[]): string {
  const of = (pick: (one: LoadFigures) => number) => median(figures.map(pick));
  const others = figures.flatMap(({ others: counts }) =>
    Object.entries(counts).map(([status, n]) => `${n} x ${status}`),
  );
  return `  ${name}: ${of((f) => f.perSecond).toFixed(1)} requests/s, p50 ${of((f) => f.p50).toFixed(1)} ms, p99 ${of((f) => f.p99).toFixed(1)} ms${others.length === 0 ? '' : `; ${others.join(', ')}`}`;
}

function ratio(a: readonly LoadFigures[], b: readonly LoadFigures[], pick: (one: LoadFigures) => number): string {
  return median(a.map((one, i) => pick(one) / pick(b[i]))).toFixed(2);
}

/** Pictures a second when nothing is done but decoding and shrinking them, by the library and as the image node does it. */
async function decodingAlone(pictures: readonly Buffer[]): Promise<number> {
  sharp.concurrency(1);
  sharp.cache(false);
  const startMs = performance.now();
  let count = 0;
  const shrink = async (): Promise<void> => {
    while (performance.now() - startMs < seconds * 1000) {
      const picture = sharp(pictures[count++ % pictures.length], { ignoreIcc: true, autoOrient: true });
      await picture.resize(149, 112, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false }).raw().toBuffer();
    }
  };
  await Promise.all(Array.from({ length: 2 * cores }, shrink));
  return (1000 * count) / (performance.now() - startMs);
}

async function classifier(): Promise<void> {
  const sample = path.join(root, 'samples/picture-classifier');
  const python = findPython(['fastapi', 'uvicorn', 'multipart', 'onnxruntime', 'PIL']);
  if (typeof python === 'string') return console.log(`picture classifier: ${python}`);
  const media = readdirSync(path.join(sample, 'media')).filter((name) => name.endsWith('.jpg'));
  const own = media.map((name) => readFileSync(path.join(sample, 'media', name)));
  const ours = await serve(sample, ['--queue', '16']);
  const together = await serve(sample, ['--queue', '16', '--in-process']);
  const theirs = await freePort();
  const script = path.join(root, 'bench/peers/serving.py');
  const model = path.join(sample, 'models/scenes.onnx');
  const args = [script, model, path.join(sample, 'models/labels.txt'), String(threads), String(theirs)];
  children.push(await startServer(python.command, args, /READY/));
  for (const [name, pictures] of [
    [`the sample's ${own.length} JPEGs`, own],
    ['one JPEG of 1280x720', [await photograph(1280, 720)]],
    ['one JPEG of 1920x1080', [await photograph(1920, 1080)]],
  ] as const) {
    if (!name.includes(pictured)) continue;
    const to = (port: number): readonly LoadRequest[] =>
      pictures.map((bytes) => ({ port, path: '/predict', ...multipart('image', 'photo.jpg', 'image/jpeg', bytes) }));
    const [mine, here, peer] = await inTurns([to(ours), to(together), to(theirs)]);
    console.log(`picture classifier, ${name}, ${clients} clients:`);
    console.log(line('tributary serve', mine));
    console.log(line('tributary serve --in-process', here));
    console.log(line('FastAPI, uvicorn, onnxruntime, Pillow', peer));
    for (const [side, figures] of [
      ['tributary serve', mine],
      ['--in-process', here],
    ] as const)
      console.log(
        `  ${side}: ratio of requests/s ${ratio(figures, peer, (f) => f.perSecond)} (aim 1.5), of p99 ${ratio(figures, peer, (f) => f.p99)} (aim 1 or less)`,
      );
    const alone = await decodingAlone(pictures);
    console.log(`  decoding and shrinking alone, with no server, model or client: ${alone.toFixed(0)} pictures/s`);
  }
  stop();
}

/** A pipeline of one model, its input rows of `size` numbers. */
function modelPipeline(name: string, depth: number, rows: number): string {
  const model = `${name}.onnx`;
  writeFileSync(path.join(folder, model), matmulModel(size, depth));
  const document = pipeline(
    {
      x: ['input.tensor', { dtype: 'float32', shape: `[${rows}, ${size}]` }],
      model: ['model.onnx', { model, threads, device: 'cpu' }],
      y: 'output.tensor',
    },
    ['x.tensor > model.x', 'model.y > y.value'],
  );
  const file = path.join(folder, `${name}.tributary.json`);
  writeFileSync(file, writeDocument({ ...document, name }));
  return file;
}

/** Rows of numbers in binary, by the Open Inference Protocol. */
function tensorRequest(port: number, name: string, rows: number): LoadRequest {
  const numbers = Float32Array.from({ length: rows * size }, (_, i) => (i % 17) / 17);
  const tensor = {
    name: 'x',
    datatype: 'FP32',
    // Of one row its first axis is the batch's.
    shape: rows === 1 ? [1, size] : [1, rows, size],
    parameters: { binary_data_size: numbers.byteLength },
  };
  const head = Buffer.from(JSON.stringify({ inputs: [tensor], parameters: { binary_data_output: true } }));
  return {
    port,
    path: `/v2/models/${name}/infer`,
    type: 'application/octet-stream',
    body: Buffer.concat([head, Buffer.from(numbers.buffer)]),
    headers: { 'inference-header-content-length': String(head.length) },
  };
}

async function batching(): Promise<void> {
  const file = modelPipeline('wide', 8, 1);
  // Twice the batch: the next one comes in while one runs.
  const callers = 16;
  const one = ['--lanes', '1', '--jobs', String(callers), '--copies', '1'];
  const alone = await serve(file, one);
  const joined = await serve(file, [...one, '--batch', '8', '--batch-wait', '2']);
  const [batched, single] = await inTurns([tensorRequest(joined, 'wide', 1), tensorRequest(alone, 'wide', 1)], callers);
  console.log(`8 products of ${size} x ${size}, one row a request, ${callers} clients, one lane:`);
  console.log(line('batches of up to 8', batched));
  console.log(line('one by one', single));
  console.log(`  ratio of requests/s ${ratio(batched, single, (f) => f.perSecond)} (aim 2)`);
  stop();
}

async function bareLoop(): Promise<void> {
  const rows = 64;
  const file = modelPipeline('deep', 16, rows);
  // One request at a time in the model, as in the loop; the next one is read meanwhile.
  const port = await serve(file, [
    '--lanes',
    '1',
    '--copies',
    '1',
    ...(process.env['X'] ?? '').split(' ').filter(Boolean),
  ]);
  const session = await ort.InferenceSession.create(path.join(folder, 'deep.onnx'), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
  });
  const numbers = Float32Array.from({ length: rows * size }, (_, i) => (i % 17) / 17);
  const loop = async (): Promise<number> => {
    const startMs = performance.now();
    let count = 0;
    while (performance.now() - startMs < seconds * 1000) {
      await session.run({ x: new ort.Tensor('float32', numbers.slice(), [rows, size]) });
      count++;
    }
    return (1000 * count) / (performance.now() - startMs);
  };
  const request = tensorRequest(port, 'deep', rows);
  const rates: { served: number; bare: number }[] = [];
  for (let round = -1; round < rounds; round++) {
    const first = round % 2 === 0 ? await loop() : 0;
    const { perSecond } = await closedLoop(request, 4, seconds);
    const bare = round % 2 === 0 ? first : await loop();
    if (round >= 0) rates.push({ served: perSecond, bare });
  }
  await session.release();
  const perSecond = median(rates.map(({ bare }) => bare));
  console.log(`a model of ${(1000 / perSecond).toFixed(1)} ms, one thread, against a bare loop of the runtime:`);
  console.log(
    `  served ${median(rates.map(({ served }) => served)).toFixed(1)} requests/s, bare ${perSecond.toFixed(1)}; ratio ${median(rates.map(({ served, bare }) => served / bare)).toFixed(3)} (aim 0.9)`,
  );
  stop();
}

function stop(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL');
}

try {
  console.log(`${cores} cores, load ${loadavg()[0].toFixed(1)}; medians of ${rounds} rounds of ${seconds} s in turns`);
  for (const [name, part] of Object.entries({ classifier, batching, bare: bareLoop }))
    if (name.startsWith(wanted)) await part();
} finally {
  stop();
  rmSync(folder, { recursive: true, force: true });
}
