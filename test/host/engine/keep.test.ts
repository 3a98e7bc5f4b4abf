import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import type { TensorValue } from '../../../core/kinds/value.ts';
import type { RunResult, RunSoFar } from '../../../core/run/result.ts';
import { startEngine } from '../../../host/engine/client.ts';
import type { PreviewAnswer } from '../../../host/engine/messages.ts';
import { openDocument } from '../../../host/files/documentFile.ts';
import { pipeline } from '../../core/pipelines.ts';
import { float32, loopModel } from '../models/fixture.ts';

const samples = fileURLToPath(new URL('../../../samples/', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'tributary-keep-'));
writeFileSync(path.join(folder, 'loop.onnx'), loopModel());
const engine = startEngine();
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

async function runSample(
  name: string,
  keep: string,
  change = (document: PipelineDocument) => document,
): Promise<RunResult> {
  const at = path.join(samples, name);
  const { document } = await openDocument(at, makeLimits());
  return engine.run({ document: change(document), folder: at, inputs: {}, targets: [], keep, cache: true });
}

function withParam(id: string, params: PipelineDocument['nodes'][number]['params']) {
  return (document: PipelineDocument): PipelineDocument => ({
    ...document,
    nodes: document.nodes.map((node) => (node.id === id ? { ...node, params: { ...node.params, ...params } } : node)),
  });
}

function look(run: string, end: string, t?: number): Promise<PreviewAnswer> {
  return engine.preview({ run, end, t, width: 200, height: 200 });
}

async function pixels({ preview, blobs }: PreviewAnswer): Promise<Buffer> {
  const blob = preview !== null && 'blob' in preview ? preview.blob : undefined;
  if (blob === undefined) throw new Error('there is no picture');
  return sharp(blobs[blob].bytes).removeAlpha().raw().toBuffer();
}

describe('what an engine keeps', () => {
  it('can be looked at, at every port of a pipeline, those inside a fused pass too', async () => {
    const result = await runSample('detector', 'd1');
    expect(result.ports?.map(({ end, kind, passed }) => `${end} ${kind} ${passed}`).sort()).toEqual([
      'boxes.value boxes 1',
      'decode.boxes boxes 1',
      'draw.image image 1',
      'drawn.value image 1',
      'fit.image image 1',
      'model.output0 tensor 1',
      'photo.image image 1',
      'rgb.image image 1',
      'tensor.tensor tensor 1',
    ]);
    expect((await look('d1', 'photo.image')).preview).toMatchObject({ kind: 'image', width: 800, height: 600 });
    expect((await look('d1', 'fit.image')).preview).toMatchObject({ kind: 'image', width: 160, height: 160 });
    expect((await look('d1', 'tensor.tensor')).preview).toMatchObject({ kind: 'tensor', shape: [1, 3, 160, 160] });
    expect((await look('d1', 'photo.image')).preview).not.toHaveProperty('data');
  });
  it('shows boxes on the picture that they were found in', async () => {
    const boxes = await look('d1', 'boxes.value');
    const photo = await look('d1', 'photo.image');
    expect(boxes.preview).toMatchObject({ kind: 'boxes', imageWidth: 800, imageHeight: 600 });
    const [a, b] = [await pixels(boxes), await pixels(photo)];
    expect(a.length).toBe(b.length);
    expect(a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length).toBeLessThan(2);
  });
  it('is there after a run in which only one slider moved, and that run says what came from the cache', async () => {
    const again = await runSample('detector', 'd2', withParam('decode', { threshold: 0.9 }));
    expect(again.nodes).toMatchObject({
      photo: { state: 'cached', items: 1 },
      rgb: { state: 'cached', items: 1 },
      fit: { state: 'cached', items: 1 },
      model: { state: 'cached' },
      decode: { state: 'ran' },
      draw: { state: 'ran' },
    });
    expect(again.ports).toHaveLength(9);
    expect((await look('d2', 'rgb.image')).preview).toMatchObject({ kind: 'image', width: 800 });
    const [before, after] = [await look('d1', 'decode.boxes'), await look('d2', 'decode.boxes')].map(({ preview }) =>
      preview?.kind === 'boxes' ? preview.total : Number.NaN,
    );
    expect(after).toBeLessThan(before);
  });
  it('has the items of a sequence by their time', async () => {
    const result = await runSample('video-events', 'v');
    const times = result.ports?.find(({ end }) => end === 'shrink.image')?.times ?? [];
    expect(times).toHaveLength(16);
    expect((await look('v', 'shrink.image', times[5] + 0.01)).preview).toMatchObject({ t: times[5], index: 5 });
    const [early, late] = [await look('v', 'tracks.frames', times[0]), await look('v', 'tracks.frames', times[15])];
    expect((await pixels(early)).equals(await pixels(late))).toBe(false);
  });
  it('has the tokens beside their ids', async () => {
    await runSample('text-classifier', 't');
    const { preview } = await look('t', 'tokens.input_ids');
    const tokens = preview?.kind === 'tensor' ? (preview.tokens ?? []) : [];
    expect(tokens[0]).toBe('[CLS]');
    expect(tokens.length).toBeGreaterThan(3);
  });
  it('is nothing at an end that is not there, and after it was let go', async () => {
    expect(await look('t', 'tokens.nothing')).toEqual({ preview: null, blobs: {} });
    engine.release('t');
    expect(await look('t', 'tokens.input_ids')).toEqual({ preview: null, blobs: {} });
    expect(await look('never', 'a.b')).toEqual({ preview: null, blobs: {} });
  });
  it('looks at files for the library', async () => {
    const at = path.join(samples, 'detector');
    const file = path.join(at, 'media', 'lake.jpg');
    const seen = await engine.media({ path: file, folder: at, width: 100, height: 100 });
    expect(seen).toMatchObject({ kind: 'image' });
    expect(await sharp(seen.blobs[seen.blob ?? ''].bytes).metadata()).toMatchObject({ width: 100, height: 75 });
    writeFileSync(path.join(folder, 'broken.jpg'), readFileSync(file).subarray(0, 500));
    const broken = await engine.media({ path: path.join(folder, 'broken.jpg'), folder, width: 100, height: 100 });
    expect(broken.problem?.code).toMatch(/^media-/);
  });
});

describe('a run that does not come to its end', () => {
  const trips: TensorValue = { kind: 'tensor', dtype: 'int64', shape: [], data: BigInt64Array.of(2n ** 62n) };
  const endless = pipeline(
    {
      x: 'input.tensor',
      trips: 'input.tensor',
      model: ['model.onnx', { model: 'loop.onnx', threads: 1 }],
      out: 'output.tensor',
    },
    ['x.tensor > model.x', 'trips.tensor > model.trips', 'model.y > out.value'],
  );

  it('leaves what it kept to be looked at, and tells how its nodes fared', async () => {
    const document = pipeline(
      {
        photo: ['input.image', { file: 'lake.jpg' }],
        small: ['image.colour', { to: 'grey' }],
        cut: ['image.crop', { left: 790, top: 0, width: 32, height: 32 }],
        out: 'output.image',
      },
      ['photo.image > small.image', 'small.image > cut.image', 'cut.image > out.value'],
    );
    const heard: RunSoFar[] = [];
    const run = engine.run(
      { document, folder: path.join(samples, 'detector', 'media'), inputs: {}, targets: [], keep: 'bad' },
      { onFailure: (soFar) => heard.push(soFar) },
    );
    await expect(run).rejects.toMatchObject({ data: { where: { node: 'cut' } } });
    expect(heard).toHaveLength(1);
    expect(Object.keys(heard[0].nodes).sort()).toEqual(['cut', 'out', 'photo', 'small']);
    expect(heard[0].ports?.map(({ end }) => end)).toEqual(['photo.image', 'small.image']);
    expect((await look('bad', 'small.image')).preview).toMatchObject({ kind: 'image', width: 800, colour: 'grey' });
  });
  it('is looked at while its model runs, tells how far it came when cancelled, and takes all with it when it is replaced', async () => {
    const deaths: string[] = [];
    engine.onDeath((problem) => deaths.push(problem.code));
    await engine.run({
      document: endless,
      folder,
      inputs: { x: float32([1], [0]), trips: { ...trips, data: BigInt64Array.of(2n) } },
    });
    const heard: RunSoFar[] = [];
    const stop = new AbortController();
    let begun: () => void = () => undefined;
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const run = engine.run(
      { document: endless, folder, inputs: { x: float32([1], [7]), trips }, targets: [], keep: 'e' },
      {
        signal: stop.signal,
        onFailure: (soFar) => heard.push(soFar),
        onEvent: (event) => {
          if (event.event === 'node' && event.node === 'model' && event.state === 'running') begun();
        },
      },
    );
    run.catch(() => undefined);
    await running;
    await wait(500);
    const before = performance.now();
    expect((await look('e', 'x.tensor')).preview).toMatchObject({ kind: 'tensor', values: ['7'] });
    expect(performance.now() - before).toBeLessThan(1000);
    stop.abort();
    await expect(run).rejects.toMatchObject({ data: { code: 'cancelled' } });
    expect(heard[0].nodes).toMatchObject({ x: { state: 'ran' }, model: { state: 'skipped' } });
    expect(heard[0].ports?.map(({ end }) => end).sort()).toEqual(['trips.tensor', 'x.tensor']);
    expect((await look('e', 'x.tensor')).preview).toMatchObject({ values: ['7'] });
    for (let i = 0; i < 60 && deaths.length === 0; i++) await wait(100);
    expect(deaths).toEqual(['engine-died']);
    expect(await look('e', 'x.tensor')).toEqual({ preview: null, blobs: {} });
  });
  it('says so when the process dies', async () => {
    const deaths: string[] = [];
    engine.onDeath((problem) => deaths.push(problem.code));
    await runSample('text-classifier', 't2');
    process.kill(engine.pid() as number, 'SIGKILL');
    for (let i = 0; i < 60 && deaths.length === 0; i++) await wait(50);
    expect(deaths).toEqual(['engine-died']);
    expect(await look('t2', 'message.text')).toEqual({ preview: null, blobs: {} });
  });
});
