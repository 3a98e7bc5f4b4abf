import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { applyChanges } from '../../../core/graph/edit.ts';
import { parseTruth } from '../../../core/onnx/shrink/truth.ts';
import type { BenchListeners, SampleInputs } from '../../../core/profile/bench.ts';
import { startEngine } from '../../../host/engine/client.ts';
import { openDocument } from '../../../host/files/documentFile.ts';
import { madePath, type ShrinkAnswer, type ShrinkRequest } from '../../../host/shrink/pipeline.ts';
import { rejects } from '../../rejects.ts';
import { root } from '../../rules/sources.ts';

const engine = startEngine();
afterAll(() => engine.close());

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'tributary-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function sample(name: string): Promise<PipelineDocument> {
  cpSync(path.join(root, 'samples', name), folder, { recursive: true });
  return (await openDocument(folder, makeLimits())).document;
}
const media = (input: string, ...names: readonly string[]): readonly SampleInputs[] =>
  names.map((name) => ({
    name,
    inputs: { [input]: { kind: 'media', path: path.join(folder, 'media', name), name } },
  }));
const models = () => readdirSync(path.join(folder, 'models')).sort();

function shrink(
  document: PipelineDocument,
  samples: readonly SampleInputs[],
  request: Partial<ShrinkRequest> & Pick<ShrinkRequest, 'options'>,
  listeners: BenchListeners = {},
): Promise<ShrinkAnswer> {
  return engine.shrink({ folder, samples }, document, { nodes: [], trial: null, ...request }, listeners);
}

describe('models of a pipeline shrunk', { timeout: 240_000 }, () => {
  it('are calibrated on what reaches them, told with the worst sample and with how right answers are', async () => {
    const document = await sample('detector');
    const samples = media('image', 'lake.jpg', 'shore.jpg', 'tall.jpg', 'wide.png');
    const truth = parseTruth(readFileSync(path.join(folder, 'truth.json'), 'utf8'), 'truth.json');
    const told: number[] = [];
    const { report, made, changes } = await shrink(
      document,
      samples,
      { options: { to: 'int8-static', bits: 7, calibration: 'entropy' }, truth },
      { onProgress: ({ done }) => told.push(done) },
    );
    const [{ shrink: one, nodes, from, path: to }] = report.models;
    expect([nodes, from, to]).toEqual([['model'], 'models/objects.onnx', 'models/objects.int8-static.onnx']);
    expect(one.calibratedOn).toBe(4);
    expect(samples.map(({ name }) => name)).toContain(one.worstSample);
    expect(report.bytesAfter / report.bytesBefore).toBeLessThan(0.4);
    expect(report.answers).toMatchObject({ samples: 4, identical: false });
    expect(samples.map(({ name }) => name)).toContain(report.answers.worst?.sample);
    expect(report.answers.quality).toMatchObject({ what: 'mAP@0.5', samples: 4 });
    expect(report.answers.quality?.before).toBeGreaterThan(0.9);
    expect(report.latency).toBeNull();
    expect(told.length).toBeGreaterThan(4);
    expect(Math.max(...told)).toBeLessThanOrEqual(1);
    expect(made).toEqual([{ path: to, from, sha256: expect.stringMatching(/^[0-9a-f]{64}$/), fresh: true }]);
    expect(models()).toContain('objects.int8-static.onnx');
    const node = applyChanges(document, changes).nodes.find(({ id }) => id === 'model');
    expect(node?.params?.['model']).toBe(to);
  });

  it('goes on without models that have nothing for the method, and says so', async () => {
    const document = await sample('event-detector');
    const { report, made } = await shrink(document, [], { options: { to: 'int4' } });
    expect(report.models.map(({ nodes }) => nodes)).toEqual([['textModel'], ['head']].slice(0, report.models.length));
    expect(report.models.map(({ from }) => from)).toContain('models/text.onnx');
    for (const name of ['image', 'sound'])
      expect(report.warnings.join('\n')).toMatch(new RegExp(`"models/${name}.onnx" stays as it is. Nothing in`));
    expect(made.map(({ from }) => from)).not.toContain('models/image.onnx');
    expect(models().filter((name) => name.includes('.int4.')).length).toBe(made.length);
  });

  it('measures both in turns when asked', async () => {
    const document = await sample('picture-classifier');
    const trial = { minRuns: 4, maxRuns: 8, budgetMs: 2000, concurrency: [], seed: 1 };
    const { report } = await shrink(document, [], { options: { to: 'pruned', prune: 'channels' }, trial });
    const { latency } = report;
    expect(latency?.before).toBeGreaterThan(0);
    expect(latency?.low).toBeLessThanOrEqual(latency?.ratio ?? 0);
    expect(latency?.high).toBeGreaterThanOrEqual(latency?.ratio ?? 0);
  });

  it('warns where truth is told of other samples', async () => {
    const document = await sample('picture-classifier');
    const samples = media('image', 'reef.jpg', 'rain.jpg');
    const { report } = await shrink(document, samples, { options: { to: 'float16' }, truth: { 'Reef.JPG': 'reef' } });
    expect(report.answers.quality).toBeNull();
    expect(report.warnings).toEqual([
      'What is true is told of "Reef.JPG", but the samples are "reef.jpg", "rain.jpg": how right the answers are cannot be told.',
    ]);
  });

  it('refuses what it cannot do, and leaves nothing behind', async () => {
    const document = await sample('event-detector');
    const before = models();
    const several = await rejects(
      () => shrink(document, [], { options: { to: 'float16' }, path: 'models/x.onnx' }),
      'usage',
    );
    expect(several.message).toMatch(/One path was given for \d models/);
    const none = await rejects(() => shrink(document, [], { options: { to: 'float16' }, nodes: ['photo'] }), 'usage');
    expect(none.fix).toContain('textModel, imageModel, soundModel');
    const outside = { options: { to: 'float16' }, nodes: ['textModel'], path: '../x.onnx' } as const;
    await rejects(() => shrink(document, [], outside), 'path-outside');
    const stop = new AbortController();
    await rejects(
      () =>
        shrink(
          document,
          [],
          { options: { to: 'int8-static', sensitivity: true } },
          {
            signal: stop.signal,
            onProgress: ({ words }) => {
              if (words.includes('alone')) stop.abort();
            },
          },
        ),
      'cancelled',
    );
    expect(models()).toEqual(before);
  });

  it('tells which sample cannot be run only when none can', async () => {
    const document = await sample('picture-classifier');
    writeFileSync(path.join(folder, 'media', 'broken.jpg'), 'no picture');
    const { report } = await shrink(document, media('image', 'broken.jpg', 'reef.jpg'), { options: { to: 'float16' } });
    expect(report.answers.samples).toBe(1);
    await rejects(() => shrink(document, media('image', 'broken.jpg'), { options: { to: 'float16' } }), 'media-format');
  });
});

it('a made file is named after its method', () => {
  expect(madePath('models/a.onnx', { to: 'int8' })).toBe('models/a.int8.onnx');
  expect(madePath('A.ONNX', { to: 'float16' })).toBe('A.float16.onnx');
  expect(madePath('models/plain', { to: 'int4' })).toBe('models/plain.int4.onnx');
});
