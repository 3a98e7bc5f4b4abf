import { expect, it } from 'vitest';
import { boxes } from '../../../nodes/output/boxes.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';

testNode(boxes);

it('publishes one value of its kind', () => {
  expect(boxes.publishes).toBe(true);
  expect(Object.keys(boxes.inputs({}, {}))).toEqual(['value']);
  expect(boxes.inputs({}, {})['value'].kinds).toEqual(['boxes']);
  expect(boxes.outputs({}, {})).toEqual({});
});

it('fails on NaN in coordinates or scores, and takes no boxes at all', async () => {
  const made = (x: number, score: number) => ({
    kind: 'boxes' as const,
    imageWidth: 9,
    imageHeight: 9,
    coordinates: Float32Array.of(x, 0, 1, 1),
    scores: Float32Array.of(score),
    classes: Int32Array.of(0),
    labels: null,
  });
  await rejects(() => callNode(boxes, { inputs: { value: made(Number.NaN, 0.5) } }), 'value-nonfinite');
  await rejects(() => callNode(boxes, { inputs: { value: made(0, Number.NaN) } }), 'value-nonfinite');
  const none = {
    ...made(0, 0),
    coordinates: new Float32Array(0),
    scores: new Float32Array(0),
    classes: new Int32Array(0),
  };
  expect(await callNode(boxes, { inputs: { value: none } })).toEqual({});
});
