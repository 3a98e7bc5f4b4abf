import { expect, it } from 'vitest';
import { compareRounds } from '../../../core/profile/compare.ts';
import type { Difference, NodeDifference, Verdict } from '../../../core/profile/comparison.ts';
import { comparisonSentence, verdictSentence } from '../../../core/profile/comparisonSentence.ts';

const difference = (before: number, after: number, verdict: Verdict, width = 0.02): Difference => ({
  before,
  after,
  ratio: after / before,
  low: after / before - width,
  high: after / before + width,
  p: 0.001,
  verdict,
});
const node = (id: string, before: number, after: number, verdict: Verdict): NodeDifference => ({
  node: id,
  only: null,
  ...difference(before, after, verdict),
});
const titleOf = (id: string): string => id.toUpperCase();

it('says how much and between what', () => {
  expect(verdictSentence(difference(100, 88, 'faster'))).toBe('12 % faster (10 to 14 %)');
  expect(verdictSentence(difference(100, 112, 'slower'))).toBe('12 % slower (10 to 14 %)');
  expect(verdictSentence(difference(100, 104.5, 'slower', 0.013))).toBe('4.5 % slower (3.2 to 5.8 %)');
  expect(verdictSentence(difference(100, 100.5, 'same', 0.01))).toBe('No difference (within 1.5 %)');
  expect(verdictSentence(difference(100, 101, 'unsure', 0.04))).toBe('Not sure: 3 % faster to 5 % slower');
  const few = compareRounds([10, 11], [10, 10]).p50;
  expect(verdictSentence(few)).toBe('Not sure: too few runs to tell');
});

it('names the nodes that make most of it, and what is known of the answers', () => {
  const wall = difference(100, 88, 'faster');
  const nodes = [
    node('a', 30, 20, 'faster'),
    node('b', 20, 18, 'faster'),
    node('c', 10, 12, 'slower'),
    node('d', 9, 2, 'unsure'),
  ];
  expect(comparisonSentence({ wall, nodes, answers: null }, titleOf)).toBe(
    '12 % faster (10 to 14 %), mostly A; answers not compared',
  );
  const two = [node('a', 30, 25, 'faster'), node('b', 20, 15, 'faster'), node('c', 10, 9, 'faster')];
  expect(comparisonSentence({ wall, nodes: two, answers: 'answers identical' }, titleOf)).toBe(
    '12 % faster (10 to 14 %), mostly A and B; answers identical',
  );
});

it('names nobody where many share it, or where there is nothing to share', () => {
  const wall = difference(100, 88, 'faster');
  const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => node(id, 10, 8, 'faster'));
  expect(comparisonSentence({ wall, nodes: many, answers: null }, titleOf)).toBe(
    '12 % faster (10 to 14 %); answers not compared',
  );
  expect(
    comparisonSentence(
      { wall: difference(100, 100, 'same'), nodes: [node('a', 5, 1, 'faster')], answers: null },
      titleOf,
    ),
  ).toBe('No difference (within 2 %); answers not compared');
});

it('counts what came or went', () => {
  const wall = difference(100, 120, 'slower');
  const added: NodeDifference = { ...node('new', 0, 20, 'unsure'), ratio: 1, low: 0.01, high: 100, only: 'after' };
  expect(comparisonSentence({ wall, nodes: [added], answers: null }, titleOf)).toContain('mostly NEW');
});
