import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nms } from '../../../nodes/result/nms.ts';
import { callNode, testNode } from '../../test-node.ts';
import { as, boxes } from './cases.ts';

testNode(nms);

const { nms: recorded } = JSON.parse(readFileSync(new URL('../../reference/nms.json', import.meta.url), 'utf8')) as {
  nms: {
    boxes: number[];
    scores: number[];
    classes: number[];
    kept: Record<string, { nms: number[]; batched: number[] }>;
  }[];
};

it('keeps what torchvision keeps, with scores and classes, class by class or not', async () => {
  const { boxes: b, scores: s, classes: k, kept } = recorded[5];
  for (const [iouThreshold, want] of Object.entries(kept)) {
    for (const [classAware, places] of [
      [true, want.batched],
      [false, want.nms],
    ] as const) {
      const params = { iouThreshold: Number(iouThreshold), classAware, maxBoxes: 1000 };
      const got = await callNode(nms, { params, inputs: { boxes: boxes(b, s, k) } });
      const expected = boxes(
        places.flatMap((i) => b.slice(i * 4, i * 4 + 4)),
        places.map((i) => s[i]),
        places.map((i) => k[i]),
      );
      expect(got['boxes']).toEqual(expected);
    }
  }
});

it('keeps at most maxBoxes, the best ones, and none of none', async () => {
  const apart = boxes([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5], [0.1, 0.3, 0.2], [0, 0, 0]);
  const got = await callNode(nms, { params: { maxBoxes: 2 }, inputs: { boxes: apart } });
  expect([...as(got['boxes'], 'boxes').scores]).toEqual([...Float32Array.of(0.3, 0.2)]);
  const none = await callNode(nms, { inputs: { boxes: boxes([], [], []) } });
  expect(as(none['boxes'], 'boxes').scores.length).toBe(0);
});
