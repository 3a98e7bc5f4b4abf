import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { BoxesValue } from '../../../../core/kinds/value.ts';
import { meanAveragePrecision, type TrueBox } from '../../../../core/onnx/shrink/meanPrecision.ts';
import { parseTruth, truthOf } from '../../../../core/onnx/shrink/truth.ts';
import { Problem } from '../../../../core/problems/problem.ts';
import { root } from '../../../rules/sources.ts';

type Found = readonly [label: number, score: number, box: readonly number[]];
const boxes = (found: readonly Found[]): BoxesValue => ({
  ...{ kind: 'boxes', imageWidth: 400, imageHeight: 300, labels: ['a', 'b', 'c'] },
  coordinates: Float32Array.from(found.flatMap(([, , box]) => box)),
  scores: Float32Array.from(found, ([, score]) => score),
  classes: Int32Array.from(found, ([label]) => label),
});
const truth = (all: readonly (readonly [number, readonly number[]])[]): readonly TrueBox[] =>
  all.map(([label, box]) => ({ label: 'abc'[label], box: box as unknown as TrueBox['box'] }));

it('is what the evaluator of the sample finds (recorded)', () => {
  const recorded = JSON.parse(readFileSync(path.join(root, 'test/reference/mean-precision.json'), 'utf8'));
  const found = recorded.pictures.map((one: { found: Found[] }) => boxes(one.found));
  const facts = recorded.pictures.map((one: { truth: [number, number[]][] }) => truth(one.truth));
  for (const overlap of [0.5, 0.75]) {
    const wanted: number[] = recorded.average[String(overlap)];
    expect(meanAveragePrecision(found, facts, overlap)).toBeCloseTo(wanted.reduce((a, b) => a + b) / 3, 6);
  }
});

it('is whole for all found once, and half for one of two', () => {
  const facts = [
    truth([
      [0, [0, 0, 10, 10]],
      [0, [50, 50, 80, 80]],
    ]),
  ];
  const both: readonly Found[] = [
    [0, 0.9, [0, 0, 10, 10]],
    [0, 0.8, [50, 50, 80, 81]],
  ];
  expect(meanAveragePrecision([boxes(both)], facts)).toBe(1);
  expect(meanAveragePrecision([boxes(both.slice(1))], facts)).toBe(0.5);
  // The same box twice counts once, another label not at all.
  expect(meanAveragePrecision([boxes([both[0], both[0], [1, 0.9, [50, 50, 80, 80]]])], facts)).toBe(0.5);
  expect(meanAveragePrecision([null], facts)).toBe(0);
  expect(meanAveragePrecision([boxes(both)], [[]])).toBe(0);
});

it('reads truth of labels and boxes, by whole name or file name, and refuses what is neither', () => {
  const read = parseTruth('{"a.jpg":"cat","b.jpg":[{"label":"dog","box":[1,2,3,4]}]}', 't.json');
  expect(truthOf(read, 'photos/a.jpg')).toBe('cat');
  expect(truthOf(read, 'b.jpg')).toEqual([{ label: 'dog', box: [1, 2, 3, 4] }]);
  expect(truthOf(read, 'toString')).toBeUndefined();
  expect(parseTruth('{"boxes":"x0..","pictures":{"a.jpg":"cat"}}', 't.json')).toEqual({ 'a.jpg': 'cat' });
  for (const bad of ['', '[]', '{"a.jpg":3}', '{"a.jpg":[{"label":"dog","box":[1,2,3]}]}'])
    expect(() => parseTruth(bad, 't.json')).toThrow(Problem);
});
