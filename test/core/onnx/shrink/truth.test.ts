import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTruth, truthOf } from '../../../../core/onnx/shrink/truth.ts';
import { rejects } from '../../../rejects.ts';
import { root } from '../../../rules/sources.ts';

const box = { label: 'dog', box: [1, 2, 30, 40] } as const;

describe('what is true of samples', () => {
  it('is a label or boxes for each, itself or under "pictures"', () => {
    const truth = { 'a.jpg': 'cat', 'b.jpg': [box], 'c.jpg': [] };
    expect(parseTruth(JSON.stringify(truth), 't.json')).toEqual(truth);
    expect(parseTruth(JSON.stringify({ note: 'in pixels', pictures: truth }), 't.json')).toEqual(truth);
    // A sample may have that name.
    expect(parseTruth('{ "pictures": "cat" }', 't.json')).toEqual({ pictures: 'cat' });
    expect(parseTruth('{}', 't.json')).toEqual({});
  });

  it('is read from what the detector brings along', () => {
    const truth = parseTruth(readFileSync(path.join(root, 'samples/detector/truth.json'), 'utf8'), 'truth.json');
    const pictures = Object.values(truth);
    expect(pictures).toHaveLength(4);
    for (const boxes of pictures) expect(Array.isArray(boxes) && boxes.length).toBeGreaterThan(0);
  });

  it.each([
    'no JSON',
    '',
    'null',
    '[]',
    '"cat"',
    '{ "a.jpg": 3 }',
    '{ "a.jpg": [{ "label": "dog" }] }',
    '{ "a.jpg": [{ "label": "dog", "box": [1, 2, 3] }] }',
    '{ "a.jpg": [{ "label": "dog", "box": [1, 2, 3, null] }] }',
    '{ "pictures": { "a.jpg": 3 } }',
  ])('is refused as %s, with what to write', async (text) => {
    const { message, fix, where } = await rejects(() => parseTruth(text, 'my "truth".json'), 'usage');
    expect(message).toContain('my "truth".json');
    expect(fix).toContain('"box"');
    expect(where).toEqual({ file: 'my "truth".json' });
  });

  it('is found by the whole name of a sample, or by its file name alone', () => {
    const truth = { 'a.jpg': 'cat', 'sub/a.jpg': 'dog' };
    expect(truthOf(truth, 'a.jpg')).toBe('cat');
    expect(truthOf(truth, 'sub/a.jpg')).toBe('dog');
    expect(truthOf(truth, 'other/a.jpg')).toBe('cat');
    expect(truthOf(truth, 'other\\a.jpg')).toBe('cat');
    for (const name of ['b.jpg', '', 'constructor', 'x/toString']) expect(truthOf(truth, name)).toBeUndefined();
  });
});
