import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyType } from '../../../core/kinds/type.ts';
import { decodeBoxes } from '../../../nodes/result/decodeBoxes.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { as, inferred, labelFile, maxDifference, picture, reference, tensor } from './cases.ts';

testNode(decodeBoxes);

/** 640x480 letterboxed into 320x320: half the size, 40 rows above and below. */
const letterboxed = picture(320, 320, { originalWidth: 640, originalHeight: 480, toOriginal: [2, 0, 0, 0, 2, -80] });

function expectDetections(
  got: unknown,
  want: { boxes: readonly number[]; scores: readonly number[]; classes: readonly number[] },
) {
  const found = as(got as never, 'boxes');
  expect([...found.classes]).toEqual(want.classes);
  expect(want.classes.length).toBeGreaterThan(3);
  expect(maxDifference(found.scores, want.scores)).toBeLessThan(1e-6);
  expect(maxDifference(found.coordinates, want.boxes)).toBeLessThan(1e-3);
}

describe('result.decodeBoxes agrees with torchvision and transformers on', () => {
  for (const format of ['yolov5', 'yolov8'] as const) {
    it(`${format}, through a letterbox`, async () => {
      const { predictions, shape, ...want } = reference[format];
      const inputs = { predictions: tensor(shape, predictions), image: letterboxed };
      const got = await callNode(decodeBoxes, { params: { format, threshold: 0.3 }, inputs });
      expectDetections(got['boxes'], want);
      expect(as(got['boxes'], 'boxes')).toMatchObject({ imageWidth: 640, imageHeight: 480 });
    });
  }
  it('ssd, every class above the threshold, without the background', async () => {
    const { boxesIn, scoresIn, ...want } = reference.ssd;
    const count = boxesIn.length / 4;
    const inputs = {
      boxes: tensor([1, count, 4], boxesIn),
      scores: tensor([1, count, scoresIn.length / count], scoresIn),
      image: letterboxed,
    };
    const params = { format: 'ssd', threshold: 0.3, classesPerBox: 'all' };
    expectDetections((await callNode(decodeBoxes, { params, inputs }))['boxes'], want);
    const turned = boxesIn.flatMap((_, i) =>
      i % 4 === 0 ? [boxesIn[i + 1], boxesIn[i], boxesIn[i + 3], boxesIn[i + 2]] : [],
    );
    const swapped = { ...inputs, boxes: tensor([1, count, 4], turned) };
    expectDetections(
      (await callNode(decodeBoxes, { params: { ...params, corners: 'yxyx' }, inputs: swapped }))['boxes'],
      want,
    );
  });
  it('detr, with softmax and "no object"', async () => {
    const { logits, boxesIn, ...want } = reference.detr;
    const count = boxesIn.length / 4;
    const inputs = {
      boxes: tensor([1, count, 4], boxesIn),
      logits: tensor([1, count, logits.length / count], logits),
      image: picture(800, 600, { originalWidth: 640, originalHeight: 480, toOriginal: [0.8, 0, 0, 0, 0.8, 0] }),
    };
    const params = { format: 'detr', threshold: 0.5, suppress: 'none' };
    expectDetections((await callNode(decodeBoxes, { params, inputs }))['boxes'], want);
  });
});

describe('result.decodeBoxes', () => {
  const one = (row: number[]) => ({ predictions: tensor([1, row.length, 1], row), image: picture(100, 100) });
  it('clips to the picture and drops what lies in the padding', async () => {
    const clipped = await callNode(decodeBoxes, { inputs: one([0, 50, 40, 20, 0.9]) });
    expect([...as(clipped['boxes'], 'boxes').coordinates]).toEqual([0, 40, 20, 60]);
    const outside = await callNode(decodeBoxes, { inputs: one([-50, 50, 40, 20, 0.9]) });
    expect(as(outside['boxes'], 'boxes').scores.length).toBe(0);
    const nothing = await callNode(decodeBoxes, { inputs: one([50, 50, 40, 20, 0.25]) });
    expect(as(nothing['boxes'], 'boxes').scores.length).toBe(0);
  });
  it('stays inside the picture, sorted and within its limits, for any numbers', async () => {
    const column = fc.tuple(
      fc.integer({ min: -200, max: 300 }),
      fc.integer({ min: -200, max: 300 }),
      fc.integer({ min: -10, max: 400 }),
      fc.integer({ min: -10, max: 400 }),
      fc.integer({ min: 0, max: 100 }).map((x) => x / 100),
      fc.integer({ min: 0, max: 100 }).map((x) => x / 100),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(column, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (columns, maxBoxes) => {
          const data = [0, 1, 2, 3, 4, 5].flatMap((row) => columns.map((c) => c[row]));
          const inputs = { predictions: tensor([1, 6, columns.length], data), image: picture(100, 80) };
          const got = as((await callNode(decodeBoxes, { params: { maxBoxes }, inputs }))['boxes'], 'boxes');
          expect(got.scores.length).toBeLessThanOrEqual(maxBoxes);
          for (let i = 0; i < got.scores.length; i++) {
            const [x1, y1, x2, y2] = got.coordinates.subarray(i * 4, i * 4 + 4);
            expect(x1 >= 0 && y1 >= 0 && x1 < x2 && y1 < y2 && x2 <= 100 && y2 <= 80).toBe(true);
            if (i > 0) expect(got.scores[i]).toBeLessThanOrEqual(got.scores[i - 1]);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
  it('compares only the best candidates when there are too many', async () => {
    const data = [10, 50, 90, 50, 50, 50, 5, 5, 5, 5, 5, 5, 0.5, 0.9, 0.7];
    const inputs = { predictions: tensor([1, 5, 3], data), image: picture(100, 100) };
    const got = await callNode(decodeBoxes, { params: { maxCandidates: 2 }, inputs });
    expect([...as(got['boxes'], 'boxes').scores]).toEqual([...Float32Array.of(0.9, 0.7)]);
  });
  it('refuses other shapes, NaN, two counts, and classes without a label', async () => {
    const image = picture(10, 10);
    const bad = await rejects(
      () => callNode(decodeBoxes, { inputs: { predictions: tensor([1, 4, 3], Array(12).fill(0)), image } }),
      'value-shape',
    );
    expect(bad.message).toContain('[1, 4 + classes, boxes], but got [1, 4, 3]');
    await rejects(
      () => callNode(decodeBoxes, { inputs: { predictions: tensor([2, 5, 1], Array(10).fill(0)), image } }),
      'value-shape',
    );
    await rejects(() => callNode(decodeBoxes, { inputs: one([50, 50, 4, 4, Number.NaN]) }), 'value-nonfinite');
    const uneven = { boxes: tensor([1, 2, 4], Array(8).fill(0)), scores: tensor([1, 3, 2], Array(6).fill(0)), image };
    await rejects(() => callNode(decodeBoxes, { params: { format: 'ssd' }, inputs: uneven }), 'value-shape');
    await rejects(
      () => callNode(decodeBoxes, { inputs: one([50, 50, 4, 4, 0.1, 0.9]), files: labelFile(['only']) }),
      'value-shape',
    );
  });
  it('reports shapes and label files that cannot be', () => {
    const predictions = (shape: (number | null)[]) => ({
      predictions: { ...anyType.tensor, dtype: 'float32' as const, shape },
      image: anyType.image,
    });
    const files = labelFile(['a', 'b', 'c']);
    expect(inferred(decodeBoxes, predictions([1, 7, 8400]), {}, files)).toMatchObject({
      codes: [],
      types: { boxes: { labels: ['a', 'b', 'c'] } },
    });
    expect(inferred(decodeBoxes, predictions([1, 8400, 7]), {}, files).codes).toEqual(['asset-invalid']);
    expect(inferred(decodeBoxes, predictions([1, 84]), {}).codes).toEqual(['wire-shape']);
    expect(inferred(decodeBoxes, predictions([1, 100, 8]), { format: 'yolov5' }, files).codes).toEqual([]);
    const detr = {
      boxes: { ...anyType.tensor, shape: [1, 100, 5] },
      logits: { ...anyType.tensor, shape: [1, 100, 4] },
      image: anyType.image,
    };
    expect(inferred(decodeBoxes, detr, { format: 'detr' }, files).codes).toEqual(['wire-shape']);
  });
});
