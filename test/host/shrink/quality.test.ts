import { describe, expect, it } from 'vitest';
import type { BoxesValue, ScoresValue, Value } from '../../../core/kinds/value.ts';
import { problemData } from '../../../core/problems/problem.ts';
import type { SampleOutputs } from '../../../core/profile/differences.ts';
import { judgeable, qualityOf } from '../../../host/shrink/quality.ts';
import { boxes, picture, scores } from '../../nodes/result/cases.ts';

const present = (value: Value): SampleOutputs[string] => ({
  status: 'present',
  kind: value.kind,
  sequence: 'one',
  items: [{ t: 0, value }],
});
const missing: SampleOutputs[string] = {
  status: 'missing',
  problem: problemData('media-corrupt', { message: 'no picture', fix: '' }),
};
const labels = ['cat', 'dog'];
const scored = (...data: number[]): ScoresValue => scores(data, labels);
const found = (...all: readonly (readonly [number, number, number, number])[]): BoxesValue =>
  boxes(
    all.flat(),
    all.map((_, i) => 0.9 - i / 10),
    all.map(() => 1),
    labels,
  );
const sample = (name: string, before: Value, after: Value) => ({
  name,
  before: { answer: present(before) },
  after: { answer: present(after) },
});

describe('how right answers are', () => {
  it('is the share of right labels, over samples that are known', () => {
    const samples = [
      sample('a.jpg', scored(0.9, 0.1), scored(0.4, 0.6)),
      sample('b.jpg', scored(0.2, 0.8), scored(0.1, 0.9)),
      sample('c.jpg', scored(0.9, 0.1), scored(0.9, 0.1)),
      sample('d.jpg', scored(0.9, 0.1), scored(0.9, 0.1)),
    ];
    expect(qualityOf(samples, { 'a.jpg': 'cat', 'b.jpg': 'dog', 'c.jpg': 'dog' })).toEqual({
      what: 'accuracy',
      samples: 3,
      before: 2 / 3,
      after: 1 / 3,
    });
  });

  it('is mAP where boxes are known', () => {
    const [one, two] = [
      [10, 10, 50, 50],
      [60, 60, 90, 90],
    ] as const;
    const truth = {
      'a.jpg': [one, two].map((box) => ({ label: 'dog', box: [...box] as [number, number, number, number] })),
    };
    expect(qualityOf([sample('a.jpg', found(one, two), found(one))], truth)).toEqual({
      what: 'mAP@0.5',
      samples: 1,
      before: 1,
      after: 0.5,
    });
  });

  it('is not known without truth, and wrong where there is no answer', () => {
    expect(qualityOf([sample('a.jpg', scored(1, 0), scored(1, 0))], {})).toBeNull();
    const silent = { name: 'a.jpg', before: { answer: present(scored(1, 0)) }, after: { answer: missing } };
    expect(qualityOf([silent], { 'a.jpg': 'cat' })).toMatchObject({ before: 1, after: 0 });
    expect(qualityOf([{ ...silent, after: {} }], { 'a.jpg': [] })).toMatchObject({ what: 'mAP@0.5', samples: 1 });
  });

  it('needs boxes and scores alone, not pictures that come out too', () => {
    const outputs = {
      drawn: present(picture(4, 4)),
      boxes: present(found()),
      scores: present(scored(1, 0)),
      gone: missing,
    };
    expect(Object.keys(judgeable(outputs))).toEqual(['boxes', 'scores']);
  });
});
