import { describe, expect, it } from 'vitest';
import { anyType } from '../../../core/kinds/type.ts';
import type { ImageValue, Json, MaskValue, TensorValue, Value } from '../../../core/kinds/value.ts';
import { labels } from '../../../nodes/result/labels.ts';
import { segmentation } from '../../../nodes/result/segmentation.ts';
import { sigmoid } from '../../../nodes/result/sigmoid.ts';
import { softmax } from '../../../nodes/result/softmax.ts';
import { threshold } from '../../../nodes/result/threshold.ts';
import { topK } from '../../../nodes/result/topK.ts';
import { runLowered, runLoweredItems } from '../../lowered.ts';
import { rejects } from '../../rejects.ts';
import { callNode, expectClose, expectLowered } from '../../test-node.ts';
import { as, labelFile, picture, reference, scores, tensor } from './cases.ts';

describe('scores as operators of ONNX', () => {
  it('sigmoid and softmax: of tensors and scores, for large logits, any temperature and half precision', async () => {
    for (const node of [softmax, sigmoid]) {
      for (const { x, temperature } of reference.softmax)
        for (const shape of [[1, x.length], [x.length]])
          await expectLowered(node, { params: { temperature }, inputs: { logits: tensor(shape, x) } });
      await expectLowered(node, { inputs: { logits: scores([-800, 0, 3, 900], ['a', 'b', 'c', 'd'], 'logits') } });
      const half: TensorValue = { kind: 'tensor', dtype: 'float16', shape: [2], data: Uint16Array.of(0x3c00, 0xc000) };
      await expectLowered(node, { inputs: { logits: half } }, labelFile(['x', 'y']));
    }
  });
  it('top k: equal scores in class order, fewer than k, with names and without', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => ((i * 7919) % 61) / 64);
    const names = many.map((_, i) => `class ${i}`);
    for (const k of [1, 5, 999, 1000, 5000])
      for (const list of [null, names])
        await expectLowered(topK, { params: { k }, inputs: { scores: scores(many, list) } });
    const types = { scores: { ...anyType.scores, form: 'probabilities' as const } };
    await expectLowered(topK, { params: { k: 7 }, inputs: { scores: scores([0.5, 0.25]) } }, {}, { types });
  });
  it('top k of a batch of different items', async () => {
    const items = [0, 1, 2].map((shift) => ({
      inputs: { scores: scores([0, 1, 2, 3].map((i) => ((i + shift) % 4) / 4)) },
    }));
    const want = await Promise.all(items.map((item) => callNode(topK, { ...item, params: { k: 2 } })));
    const call = { ...items[0], params: { k: 2 }, outputs: want[0] as Record<string, Value> };
    const { outputs } = await runLoweredItems(topK, call, items);
    expect(outputs).toEqual(want);
  });
  it('a threshold: what reaches it, to the last bit; none is a value', async () => {
    const values = [0.1, 0.3, Math.fround(0.3), 0.5, 0.7, 0];
    for (const cut of [0, 0.1, 0.3, 0.5, 0.7000001, 1, -5, 1e9])
      for (const list of [null, ['a', 'b', 'c', 'd', 'e', 'f']])
        await expectLowered(threshold, { params: { threshold: cut }, inputs: { value: scores(values, list) } });
  });
  it('labels', async () => {
    const params = { labels: 'labels.txt' };
    const files = labelFile(['a', 'b', 'c']);
    await expectLowered(labels, { params, inputs: { value: scores([0.5, 0.25, 0.25], ['x', 'y', 'z']) } }, files);
    const mask: MaskValue = { kind: 'mask', width: 2, height: 1, data: Uint8Array.of(2, 0), labels: null };
    await expectLowered(labels, { params, inputs: { value: mask } }, files);
  });
  it('no node takes scores whose classes only the run tells', async () => {
    const value = { kind: 'scores', labels: null, form: 'other' } as const;
    const one = { name: 'x', dtype: 'float32', shape: null } as const;
    const lower = softmax.lower;
    if (lower === null) throw new Error('softmax lowers');
    const args = { params: {}, files: {}, types: {}, present: {}, bytes: () => new Uint8Array(0) };
    const inputs = { logits: { ...value, scores: one, chosen: one } };
    const refused = await rejects(async () => lower({ ...args, onnx: {} as never, inputs }), 'not-lowerable');
    expect(refused.message).toContain('"logits"');
  });
});

/** Smooth blobs for each class, so that borders between classes run everywhere. */
function blobs(classes: number, width: number, height: number): TensorValue {
  const data = new Float32Array(classes * width * height);
  for (let c = 0, i = 0; c < classes; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++, i++)
        data[i] =
          4 * Math.sin(x / (3 + c) + c * 2) * Math.cos(y / (4 + ((c * 5) % 7)) + c) + 0.3 * Math.sin(i * 12.9898);
  return { kind: 'tensor', dtype: 'float32', shape: [1, classes, height, width], data };
}

/** The same mask but for few pixels, where two classes are the same to seven digits. */
async function expectMask(
  logits: TensorValue,
  image: ImageValue,
  params: Readonly<Record<string, Json>> = {},
): Promise<void> {
  const inputs = { logits, image };
  const want = as((await callNode(segmentation, { params, inputs }))['mask'], 'mask');
  const { outputs } = await runLowered(segmentation, { params, inputs, outputs: { mask: want } });
  const got = as(outputs[0]['mask'], 'mask');
  expect([got.width, got.height, got.labels]).toEqual([want.width, want.height, want.labels]);
  const off = got.data.reduce((sum, level, i) => sum + (level === want.data[i] ? 0 : 1), 0);
  expect(got.data.length).toBe(want.data.length);
  expect(off / want.data.length).toBeLessThanOrEqual(3e-5);
  expect(new Set(want.data).size).toBeGreaterThan(1);
}

describe('a segmentation as operators of ONNX', () => {
  it('without a picture: exact, ties to the first class, a batch', async () => {
    for (const classes of [1, 2, 21]) await expectLowered(segmentation, { inputs: { logits: blobs(classes, 33, 17) } });
    const equal = tensor([1, 3, 1, 2], [0.5, 0, 0.5, 1, 0.5, 1]);
    await expectLowered(segmentation, { inputs: { logits: equal } }, labelFile(['a', 'b', 'c']));
    await expectLowered(segmentation, { params: { threshold: 0.9 }, inputs: { logits: blobs(1, 20, 20) } });
  });
  it.each([1, 2, 8, 21])('%s planes, enlarged through resize, letterbox, crop and a turn', async (classes) => {
    const logits = blobs(classes, 40, 40);
    await expectMask(
      logits,
      picture(160, 160, { originalWidth: 320, originalHeight: 213, toOriginal: [2, 0, 0, 0, 1.33125, 0] }),
    );
    const boxed = { originalWidth: 320, originalHeight: 213, toOriginal: [2, 0, 0, 0, 2, -54] } as const;
    await expectMask(logits, picture(160, 160, boxed), { outside: 255 });
    const cut = { originalWidth: 320, originalHeight: 213, toOriginal: [1, 0, 100, 0, 1, 20] } as const;
    await expectMask(logits, picture(160, 160, cut), { outside: 7, threshold: 0.7 });
    const turned = { originalWidth: 213, originalHeight: 320, toOriginal: [0, -2, 213, 2, 0, 0] } as const;
    await expectMask(logits, picture(160, 106, turned));
    const slanted = { originalWidth: 200, originalHeight: 200, toOriginal: [0.9, -0.4, 60, 0.4, 0.9, -10] } as const;
    await expectMask(logits, picture(160, 160, slanted), { outside: 3 });
  });
  it('smaller than the planes, and of which the size is known only when it comes', async () => {
    const logits = blobs(3, 64, 48);
    await expectMask(
      logits,
      picture(256, 192, { originalWidth: 31, originalHeight: 23, toOriginal: [31 / 256, 0, 0, 0, 23 / 192, 0] }),
    );
    const image = picture(128, 96);
    const inputs = { logits, image };
    const want = as((await callNode(segmentation, { inputs }))['mask'], 'mask');
    const types = {
      logits: { ...anyType.tensor, dtype: 'float32' as const, shape: [1, 3, null, null] },
      image: { ...anyType.image, colour: 'rgb' as const },
    };
    const { outputs, oneItemBecause } = await runLowered(segmentation, { inputs, outputs: { mask: want }, types }, 2);
    expect(oneItemBecause.length).toBe(1);
    expectClose(outputs[0]['mask'], want, 0);
  });
});
