import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoxesValue, Json, TensorValue, Value } from '../../../core/kinds/value.ts';
import { decodeBoxes } from '../../../nodes/result/decodeBoxes.ts';
import { labels } from '../../../nodes/result/labels.ts';
import { nms } from '../../../nodes/result/nms.ts';
import { threshold } from '../../../nodes/result/threshold.ts';
import { runLowered } from '../../lowered.ts';
import { callNode, expectClose, expectLowered } from '../../test-node.ts';
import { as, boxes, labelFile, picture, reference, tensor } from './cases.ts';

/** Boxes on a coarse grid, so that equal scores, equal overlaps and boxes without an area are common. */
const someBoxes = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: -1, max: 8 }),
      fc.integer({ min: 0, max: 8 }),
      fc.integer({ min: 0, max: 10 }),
      fc.integer({ min: -1, max: 3 }),
    ),
    { maxLength: 40 },
  )
  .map((all) =>
    boxes(
      all.flatMap(([x, y, w, h]) => [x, y, x + w, y + h]),
      all.map((one) => one[4] / 10),
      all.map((one) => one[5]),
    ),
  );

describe('boxes as operators of ONNX', () => {
  it('suppression: the same boxes in the same order, ties and all', async () => {
    await fc.assert(
      fc.asyncProperty(
        someBoxes,
        fc.constantFrom(0, 0.2, 0.5, 0.6, 1 / 3, 1),
        fc.boolean(),
        fc.constantFrom(1, 3, 300),
        async (given, iouThreshold, classAware, maxBoxes) => {
          await expectLowered(nms, { params: { iouThreshold, classAware, maxBoxes }, inputs: { boxes: given } });
        },
      ),
      { numRuns: 60 },
    );
  });
  it('a threshold keeps what reaches it, and none is a value', async () => {
    for (const cut of [0, 0.1, 0.3, 0.7, 1, 2])
      for (const value of [boxes([0, 0, 4, 4, 1, 1, 5, 5, 2, 2, 3, 3], [0.7, 0.3, 0.1], [1, 0, 1]), boxes([], [], [])])
        await expectLowered(threshold, { params: { threshold: cut }, inputs: { value } });
  });
  it('labels', async () => {
    const value = boxes([0, 0, 4, 4], [0.7], [1], ['x', 'y']);
    await expectLowered(labels, { params: { labels: 'labels.txt' }, inputs: { value } }, labelFile(['a', 'b']));
  });
});

/** 640x427 letterboxed into 320x320. */
const letterboxed = picture(320, 320, {
  originalWidth: 640,
  originalHeight: 427,
  toOriginal: [2, 0, 0, 0, 2, -106],
});

/** Proposals of a detector as they come: many all but nothing, some things found several times. */
function proposals(count: number, classes: number, things: number): number[][] {
  let seed = count;
  const random = (): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed / 2 ** 32;
  };
  return Array.from({ length: count }, (_, i) => {
    const thing = i % things;
    const near = i < things * 9;
    const place = near
      ? [40 + thing * 23, 60 + thing * 17, 50 + thing * 3, 40]
      : [random() * 320, random() * 320, 30, 30];
    const box = place.map((x) => Math.fround(x + random() * 6));
    const scores = Array.from({ length: classes }, () => random() * (near ? 0.3 : 0.2));
    if (near) scores[thing % classes] = 0.3 + random() * 0.69;
    return [...box, 0.9 + random() * 0.1, ...scores];
  });
}

const rows = proposals(2100, 20, 7);
function yolo(format: 'yolov5' | 'yolov8', of: readonly number[][]): TensorValue {
  const each = of.map((row) => (format === 'yolov5' ? row : [...row.slice(0, 4), ...row.slice(5)]));
  const wide = each[0].length;
  if (format === 'yolov5') return tensor([1, each.length, wide], each.flat());
  return tensor([1, wide, each.length], Array.from({ length: wide }, (_, k) => each.map((row) => row[k])).flat());
}

async function found(
  params: Readonly<Record<string, Json>>,
  inputs: Readonly<Record<string, Value>>,
): Promise<BoxesValue> {
  const want = as((await callNode(decodeBoxes, { params, inputs }))['boxes'], 'boxes');
  const { outputs, oneItemBecause } = await runLowered(decodeBoxes, { params, inputs, outputs: { boxes: want } }, 3);
  expect(oneItemBecause.length).toBe(1);
  const got = as(outputs[0]['boxes'], 'boxes');
  expect([...got.classes]).toEqual([...want.classes]);
  expectClose(got, want, 1e-6, JSON.stringify(params));
  return got;
}

describe('a detector as operators of ONNX', () => {
  it.each(['yolov5', 'yolov8'] as const)('%s: every choice of suppression, the same boxes', async (format) => {
    const inputs = { predictions: yolo(format, rows), image: letterboxed };
    for (const suppress of ['class', 'all', 'none'])
      for (const classesPerBox of ['best', 'all'])
        for (const more of [{}, { maxBoxes: 5, maxCandidates: 30 }, { threshold: 0.05, iouThreshold: 0.1 }] as Record<
          string,
          number
        >[]) {
          const got = await found({ format, suppress, classesPerBox, ...more }, inputs);
          expect(got.scores.length).toBeGreaterThan(3);
        }
  });
  it('nothing found, one box, none in the picture', async () => {
    const one = (row: number[]) => ({ predictions: tensor([1, row.length, 1], row), image: picture(100, 100) });
    for (const suppress of ['class', 'all', 'none'])
      for (const classesPerBox of ['best', 'all']) {
        const params = { suppress, classesPerBox };
        expect((await found(params, one([50, 50, 40, 20, 0.25]))).scores.length).toBe(0);
        expect((await found(params, one([-50, 50, 40, 20, 0.9]))).scores.length).toBe(0);
        expect([...(await found(params, one([0, 50, 40, 20, 0.9]))).coordinates]).toEqual([0, 40, 20, 60]);
      }
  });
  it('half precision and double', async () => {
    const small = yolo('yolov8', rows.slice(0, 80));
    if (small.dtype !== 'float32') throw new Error('floats');
    const wide: TensorValue = { ...small, dtype: 'float64', data: Float64Array.from(small.data, (x) => x * 1.0000001) };
    await found({}, { predictions: wide, image: letterboxed });
    const data = Uint16Array.from({ length: 6 * 20 }, (_, i) => (i < 80 ? 0x5400 + i * 7 : 0x3600 + ((i * 37) % 400)));
    await found(
      { iouThreshold: 0.9 },
      { predictions: { kind: 'tensor', dtype: 'float16', shape: [1, 6, 20], data }, image: letterboxed },
    );
  });
  it('ssd: corners, activations and background', async () => {
    const { boxesIn, scoresIn } = reference.ssd;
    const count = boxesIn.length / 4;
    const inputs = {
      boxes: tensor([1, count, 4], boxesIn),
      scores: tensor([1, count, scoresIn.length / count], scoresIn),
      image: letterboxed,
    };
    for (const corners of ['xyxy', 'yxyx', 'cxcywh'])
      for (const [activation, background] of [
        ['format', 0],
        ['softmax', 1],
        ['sigmoid', -1],
        ['none', 2],
      ] as const)
        for (const classesPerBox of ['best', 'all'])
          await found({ format: 'ssd', corners, activation, background, classesPerBox, threshold: 0.1 }, inputs);
  });
  it('detr: softmax with "no object", sigmoid without, on a turned picture', async () => {
    const { logits, boxesIn } = reference.detr;
    const count = boxesIn.length / 4;
    const inputs = {
      boxes: tensor([1, count, 4], boxesIn),
      logits: tensor([1, count, logits.length / count], logits),
      image: picture(800, 600, { originalWidth: 480, originalHeight: 640, toOriginal: [0, -0.8, 480, 0.8, 0, 0] }),
    };
    for (const activation of ['format', 'sigmoid'])
      for (const suppress of ['none', 'class'])
        for (const classesPerBox of ['best', 'all'])
          expect(
            (await found({ format: 'detr', activation, suppress, classesPerBox, threshold: 0.3 }, inputs)).scores
              .length,
          ).toBeGreaterThan(1);
  });
  it('with labels, and with the number of boxes known only when it runs', async () => {
    const inputs = { predictions: yolo('yolov8', rows), image: letterboxed };
    const files = labelFile(Array.from({ length: 20 }, (_, i) => `class ${i}`));
    await expectLowered(decodeBoxes, { inputs }, files);
    const shape = [1, 24, null];
    const types = { predictions: { kind: 'tensor', dtype: 'float32', shape, sequence: { count: 'one' } } as const };
    await expectLowered(decodeBoxes, { inputs }, {}, { types });
  });
});
