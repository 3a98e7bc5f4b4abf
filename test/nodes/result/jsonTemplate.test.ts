import { describe, expect, it } from 'vitest';
import type { Json, Value } from '../../../core/kinds/value.ts';
import { jsonTemplate } from '../../../nodes/result/jsonTemplate.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { as, boxes, inferred, picture, scores, tensor } from './cases.ts';

testNode(jsonTemplate);

async function fill(inputs: Record<string, Value>, template: Json = null, params: Record<string, Json> = {}) {
  const all = { names: Object.keys(inputs), template, ...params };
  return as((await callNode(jsonTemplate, { params: all, inputs }))['json'], 'json').json;
}

const values: Record<string, Value> = {
  text: { kind: 'text', text: 'hi {you}' },
  data: { kind: 'json', json: { list: [1, { deep: true }], none: null } },
  best: scores([0.25, 0.75], ['cat', 'dog']),
  found: boxes([1, 2, 3, 4], [0.5], [1], ['cat', 'dog']),
  numbers: { kind: 'tensor', dtype: 'int64', shape: [2], data: BigInt64Array.of(5n, 2n ** 60n) },
  picture: picture(4, 3),
  sound: { kind: 'audio', sampleRateHz: 8000, channels: [new Float32Array(4000)] },
  mask: { kind: 'mask', width: 2, height: 2, data: Uint8Array.of(0, 0, 0, 1), labels: null },
  vector: { kind: 'embedding', data: Float32Array.of(0.5, 1), unit: false },
};

describe('result.jsonTemplate', () => {
  it('says values of every kind', async () => {
    expect(await fill(values)).toEqual({
      text: 'hi {you}',
      data: { list: [1, { deep: true }], none: null },
      best: {
        label: 'dog',
        score: 0.75,
        classes: [
          { label: 'dog', score: 0.75 },
          { label: 'cat', score: 0.25 },
        ],
      },
      found: { count: 1, width: 100, height: 100, boxes: [{ label: 'dog', score: 0.5, x1: 1, y1: 2, x2: 3, y2: 4 }] },
      numbers: { dtype: 'int64', shape: [2], data: [5, '1152921504606846976'] },
      picture: { width: 4, height: 3, colour: 'rgb' },
      sound: { sampleRateHz: 8000, channels: 1, samples: 4000, seconds: 0.5 },
      mask: {
        width: 2,
        height: 2,
        classes: [
          { index: 0, label: '0', share: 0.75 },
          { index: 1, label: '1', share: 0.25 },
        ],
      },
      vector: { length: 2, data: [0.5, 1] },
    });
  });
  it('keeps the type of a value that stands alone, and makes text inside text', async () => {
    const template = {
      whole: '{data.list}',
      inside: '{best.label} at {best.score}: {data.list} {data.none}.',
      path: '{found.boxes.0.x2}',
      plain: '{{text}} and {text}',
      list: ['{data.list.1.deep}', 7, null, true],
    };
    expect(await fill(values, template)).toEqual({
      whole: [1, { deep: true }],
      inside: 'dog at 0.75: [1,{"deep":true}] .',
      path: 3,
      plain: '{text} and hi {you}',
      list: [true, 7, null, true],
    });
  });
  it('does not walk into what a value inherits', async () => {
    for (const path of [
      '{data.constructor}',
      '{data.__proto__}',
      '{text.length}',
      '{data.list.length}',
      '{data.list.9}',
    ]) {
      const problem = await rejects(() => fill(values, `so: ${path}`), 'value-invalid');
      expect(problem.message).toContain(path);
    }
    expect(await fill(values, ['{data.constructor?}', 'a{data.nothing.at.all?}b'])).toEqual([null, 'ab']);
  });
  it('gives null for a missing modality when told to', async () => {
    const params = {
      names: ['text', 'gone'],
      whenMissing: 'null',
      template: { a: '{text}', b: '{gone}', c: '{gone.label?}' },
    };
    const got = await callNode(jsonTemplate, { params, inputs: { text: values['text'] } });
    expect(as(got['json'], 'json').json).toEqual({ a: 'hi {you}', b: null, c: null });
    expect(jsonTemplate.inputs({ ...params }, {})['gone'].missing).toBe('accept');
    expect(jsonTemplate.inputs({ ...params, whenMissing: 'fail' }, {})['gone'].missing).toBe('fail');
  });
  it('refuses NaN and too many numbers', async () => {
    await rejects(() => fill({ a: tensor([1], [Number.NaN]) }), 'value-nonfinite');
    const problem = await rejects(() => fill({ a: tensor([3], [1, 2, 3]) }, null, { maxNumbers: 2 }), 'value-invalid');
    expect(problem.message).toContain('at most 2');
  });
  it('reports a place without an input', () => {
    const { codes, problems } = inferred(jsonTemplate, {}, { names: ['a'], template: ['{a}', 'and {b.c} {{d}}'] });
    expect(codes).toEqual(['param-invalid']);
    expect(problems[0].mend).toEqual({ setParam: { name: 'names', value: ['a', 'b'] } });
  });
});
