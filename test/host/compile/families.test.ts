import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { writeDocument } from '../../../core/graph/write.ts';
import type { AudioValue, ImageValue, TensorValue, Value } from '../../../core/kinds/value.ts';
import type { Assumptions } from '../../../core/lower/retype.ts';
import { seededRandom } from '../../../core/profile/random.ts';
import { compareAnswers } from '../../../host/compile/compareAnswers.ts';
import { startEngine } from '../../../host/engine/client.ts';
import { compiledForm as formOf } from '../../compiled-form.ts';
import { pipeline } from '../../core/pipelines.ts';

/** One pipeline of each family of nodes, without a model, as its nodes and as a file. */
const engine = startEngine();
const home = mkdtempSync(path.join(os.tmpdir(), 'tributary-families-'));
afterAll(async () => {
  await engine.close();
  rmSync(home, { recursive: true, force: true });
});

const random = seededRandom(3);

function picture(colour: ImageValue['colour'], width: number, height: number): ImageValue {
  const channels = { grey: 1, rgba: 4 }[String(colour)] ?? 3;
  const data = Uint8Array.from({ length: width * height * channels }, () => random() * 256);
  const geometry = { originalWidth: width, originalHeight: height, toOriginal: [1, 0, 0, 0, 1, 0] } as const;
  return { kind: 'image', width, height, colour, data, geometry };
}

function sound(sampleRateHz: number, channels: number, samples: number): AudioValue {
  const one = () => Float32Array.from({ length: samples }, (_, i) => Math.sin(i / 9) * random());
  return { kind: 'audio', sampleRateHz, channels: Array.from({ length: channels }, one) };
}

function tensor(...shape: readonly number[]): TensorValue {
  const count = shape.reduce((a, b) => a * b, 1);
  return {
    kind: 'tensor',
    dtype: 'float32',
    shape,
    data: Float32Array.from({ length: count }, () => random() * 4 - 2),
  };
}

const given = (shape: string) => ['input.tensor', { dtype: 'float32', shape }] as const;

interface Family {
  readonly document: PipelineDocument;
  readonly inputs: readonly Readonly<Record<string, Value>>[];
  /** Nodes that are in the file. */
  readonly inside: readonly string[];
  readonly assume?: Assumptions;
  readonly tolerance: number;
}

const families: Readonly<Record<string, Family>> = {
  pictures: {
    document: pipeline(
      {
        photo: 'input.image',
        fit: ['image.letterbox', { width: 40, height: 40 }],
        turn: ['image.rotate', { angleDegrees: 90 }],
        flip: 'image.flip',
        pad: ['image.pad', { left: 3, colour: [9] }],
        tensor: 'image.toTensor',
        out: 'output.tensor',
      },
      [
        'photo.image > fit.image',
        'fit.image > turn.image',
        'turn.image > flip.image',
        'flip.image > pad.image',
        'pad.image > tensor.image',
        'tensor.tensor > out.value',
      ],
    ),
    inputs: [{ photo: picture('rgb', 61, 33) }, { photo: picture('rgb', 30, 90) }],
    inside: ['fit', 'turn', 'flip', 'pad', 'tensor'],
    // One level of 255 may round the other way.
    tolerance: 1 / 255 + 1e-6,
  },
  'pictures whose colour is said': {
    document: pipeline(
      {
        photo: 'input.image',
        lab: ['image.colour', { to: 'lab' }],
        cut: ['image.centreCrop', { width: 9, height: 9 }],
        out: 'output.image',
      },
      ['photo.image > lab.image', 'lab.image > cut.image', 'cut.image > out.value'],
    ),
    inputs: [{ photo: picture('rgb', 20, 21) }],
    inside: ['lab', 'cut'],
    assume: { 'photo.image': { colour: 'rgb' } },
    tolerance: 1 / 255 + 1e-6,
  },
  sounds: {
    document: pipeline(
      {
        clip: 'input.audio',
        mono: 'audio.mono',
        slow: ['audio.resample', { sampleRateHz: 8000 }],
        loud: 'audio.normalise',
        mfcc: ['audio.mfcc', { coefficients: 13, fftLength: 512, hop: 160, mels: 40 }],
        out: 'output.tensor',
      },
      [
        'clip.audio > mono.audio',
        'mono.audio > slow.audio',
        'slow.audio > loud.audio',
        'loud.audio > mfcc.audio',
        'mfcc.mfcc > out.value',
      ],
    ),
    inputs: [{ clip: sound(16_000, 2, 12_000) }, { clip: sound(16_000, 1, 5000) }],
    inside: ['mono', 'slow', 'loud', 'mfcc'],
    assume: { 'clip.audio': { sampleRateHz: 16_000 } },
    tolerance: 2e-2,
  },
  tensors: {
    document: pipeline(
      {
        a: given('2, 6'),
        b: given('2, 6'),
        sum: ['tensor.arithmetic', { operation: 'multiply' }],
        unit: 'tensor.l2Normalise',
        turned: ['tensor.transpose', { axes: [1, 0] }],
        part: ['tensor.slice', { axes: [0], starts: [1], ends: [5] }],
        mean: ['tensor.reduce', { operation: 'mean', axes: [0] }],
        similar: 'tensor.cosineSimilarity',
        out: 'output.tensor',
        out2: 'output.tensor',
      },
      [
        'a.tensor > sum.a',
        'b.tensor > sum.b',
        'sum.tensor > unit.tensor',
        'unit.tensor > turned.tensor',
        'turned.tensor > part.tensor',
        'part.tensor > mean.tensor',
        'mean.tensor > out.value',
        'a.tensor > similar.a',
        'sum.tensor > similar.b',
        'similar.tensor > out2.value',
      ],
    ),
    inputs: [{ a: tensor(2, 6), b: tensor(2, 6) }],
    inside: ['sum', 'unit', 'turned', 'part', 'mean', 'similar'],
    tolerance: 1e-5,
  },
  results: {
    document: pipeline(
      {
        logits: given('7'),
        p: 'result.softmax',
        best: ['result.topK', { k: 3 }],
        sure: ['result.threshold', { threshold: 0.2 }],
        out: 'output.scores',
        out2: 'output.scores',
      },
      [
        'logits.tensor > p.logits',
        'p.scores > best.scores',
        'p.scores > sure.value',
        'best.scores > out.value',
        'sure.value > out2.value',
      ],
    ),
    inputs: [{ logits: tensor(7) }, { logits: tensor(7) }],
    inside: ['p', 'best', 'sure'],
    tolerance: 1e-6,
  },
  fusion: {
    document: pipeline(
      {
        a: given('5'),
        b: given('5'),
        c: given('5'),
        pa: 'result.softmax',
        pb: 'result.softmax',
        pc: 'result.sigmoid',
        fuse: ['fusion.weightedAverage', { modalities: ['x', 'y'], weights: [2, 1], whenMissing: 'skip' }],
        out: 'output.scores',
        alone: 'output.scores',
      },
      [
        'a.tensor > pa.logits',
        'b.tensor > pb.logits',
        'c.tensor > pc.logits',
        'pa.scores > fuse.x',
        'pb.scores > fuse.y',
        'fuse.scores > out.value',
        'pc.scores > alone.value',
      ],
    ),
    // With both, and with either of them missing.
    inputs: [
      { a: tensor(5), b: tensor(5), c: tensor(5) },
      { a: tensor(5), c: tensor(5) },
      { b: tensor(5), c: tensor(5) },
    ],
    inside: ['pa', 'pb', 'pc', 'fuse'],
    tolerance: 1e-6,
  },
  embeddings: {
    document: pipeline(
      {
        a: given('8'),
        b: given('8'),
        ea: ['tensor.toEmbedding', { normalise: true }],
        eb: 'tensor.toEmbedding',
        fuse: ['fusion.attention', { modalities: ['x', 'y'] }],
        out: 'output.embedding',
      },
      [
        'a.tensor > ea.tensor',
        'b.tensor > eb.tensor',
        'ea.embedding > fuse.x',
        'eb.embedding > fuse.y',
        'fuse.embedding > out.value',
      ],
    ),
    inputs: [{ a: tensor(8), b: tensor(8) }],
    inside: ['ea', 'eb', 'fuse'],
    tolerance: 1e-5,
  },
  boxes: {
    document: pipeline(
      {
        photo: 'input.image',
        fit: ['image.letterbox', { width: 64, height: 64 }],
        found: given('1, 9, 30'),
        boxes: ['result.decodeBoxes', { format: 'yolov8', threshold: 0.3, activation: 'none' }],
        fewer: ['result.nms', { iouThreshold: 0.3 }],
        out: 'output.boxes',
      },
      [
        'photo.image > fit.image',
        'fit.image > boxes.image',
        'found.tensor > boxes.predictions',
        'boxes.boxes > fewer.boxes',
        'fewer.boxes > out.value',
      ],
    ),
    inputs: [
      {
        photo: picture('rgb', 200, 120),
        found: {
          ...tensor(1, 9, 30),
          data: Float32Array.from({ length: 270 }, (_, i) => (i < 120 ? 10 + random() * 40 : random())),
        } as TensorValue,
      },
    ],
    inside: ['fit', 'boxes', 'fewer'],
    tolerance: 1e-5,
  },
  masks: {
    document: pipeline(
      {
        photo: 'input.image',
        small: ['image.resize', { width: 32, height: 24 }],
        logits: given('1, 3, 8, 12'),
        mask: 'result.segmentation',
        out: 'output.mask',
      },
      ['photo.image > small.image', 'logits.tensor > mask.logits', 'small.image > mask.image', 'mask.mask > out.value'],
    ),
    inputs: [{ photo: picture('rgb', 50, 40), logits: tensor(1, 3, 8, 12) }],
    inside: ['small', 'mask'],
    tolerance: 1e-9,
  },
};

it.each(Object.entries(families))(
  '%s',
  async (name, { document, inputs, inside, assume, tolerance }) => {
    const folder = path.join(home, name.replaceAll(' ', '-'));
    mkdirSync(folder);
    const publics = Object.fromEntries(
      document.nodes.filter(({ type }) => type.startsWith('input.')).map(({ id }) => [id, { node: id }]),
    );
    const outputs = Object.fromEntries(
      document.nodes.filter(({ type }) => type.startsWith('output.')).map(({ id }) => [id, { node: id }]),
    );
    writeFileSync(path.join(folder, 'p.tributary.json'), writeDocument({ ...document, inputs: publics, outputs }));
    const {
      pipeline: opened,
      compiled,
      document: made,
    } = await formOf(folder, 'p', assume === undefined ? {} : { assume });
    expect(compiled.outside.filter(({ node }) => inside.includes(node))).toEqual([]);
    expect(compiled.parts).toHaveLength(1);
    expect(compiled.parts[0].file.nodes.map(({ id }) => id).sort()).toEqual([...inside].sort());
    const compared = await compareAnswers({
      engine,
      folder,
      plain: opened.opened.document,
      compiled: made,
      samples: inputs.map((one, at) => ({ name: String(at), inputs: one })),
      signal: new AbortController().signal,
    });
    expect(compared.refused).toEqual([]);
    expect(compared.samples).toBe(inputs.length);
    expect(compared.outputs).toHaveLength(Object.keys(outputs).length);
    for (const { output, identical, maxDifference, words } of compared.outputs)
      expect(identical ? 0 : maxDifference, `${output}: ${words}`).toBeLessThanOrEqual(tolerance);
  },
  120_000,
);
