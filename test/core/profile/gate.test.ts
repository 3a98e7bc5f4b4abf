import { describe, expect, test } from 'vitest';
import { compareProfiles } from '../../../core/profile/compare.ts';
import type { Comparison, Difference, NodeDifference } from '../../../core/profile/comparison.ts';
import { differenceWords, gate } from '../../../core/profile/gate.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { ordinaryNoise, quietNoise } from './machineNoise.ts';
import { simulatedProfile } from './simulatedProfile.ts';

const work = { decode: 2, model: 6, fuse: 1.5 };

function row(ratio: number, spread: number, verdict: Difference['verdict']): Difference {
  return { before: 10, after: 10 * ratio, ratio, low: ratio - spread, high: ratio + spread, p: 0.001, verdict };
}
function made(change: Partial<Comparison>): Comparison {
  const side = { id: 'a', label: '', createdAt: '' };
  const same = row(1, 0.01, 'same');
  return {
    before: side,
    after: side,
    environment: [],
    document: [],
    interleaved: false,
    answers: null,
    wall: same,
    p95: same,
    nodes: [],
    ...change,
  };
}
const node = (name: string, difference: Difference): NodeDifference => ({ node: name, ...difference, only: null });
const elsewhere = (profile: Profile): Profile => ({
  ...profile,
  environment: { ...profile.environment, cpu: 'Another processor' },
});

describe('the gate', () => {
  test('fails, and names the node, when a node is 30 % slower', () => {
    const before = simulatedProfile(work, ordinaryNoise, 1, 300);
    const after = simulatedProfile({ ...work, model: 7.8 }, ordinaryNoise, 2, 300);
    const found = gate(compareProfiles(before, after), 5);
    expect(found.outcome).toBe('failed');
    expect(found.nodes.map((slower) => slower.node)).toEqual(['model']);
    expect(found.words[0]).toBe('Slower by more than 5 %.');
    expect(found.words.some((line) => line.startsWith('node model: '))).toBe(true);
    expect(gate(compareProfiles(before, after), 60).outcome).toBe('passed');
  });

  test('passes two identical pipelines, twenty times of twenty', () => {
    for (let seed = 0; seed < 20; seed++) {
      const before = simulatedProfile(work, ordinaryNoise, 2 * seed, 200);
      const after = simulatedProfile(work, ordinaryNoise, 2 * seed + 100_001, 200);
      expect(gate(compareProfiles(before, after), 5).outcome, `seed ${seed}`).toBe('passed');
    }
  });

  test('a ratio over the percentage does not fail while its interval reaches below', () => {
    expect(gate(made({ wall: row(1.08, 0.04, 'slower') }), 5).outcome).toBe('passed');
    expect(gate(made({ wall: row(1.08, 0.02, 'slower') }), 5).outcome).toBe('failed');
    expect(gate(made({ p95: row(1.5, 0.2, 'slower') }), 5).outcome).toBe('failed');
  });

  test('a slower node that the whole does not feel is told, and fails nothing', () => {
    const found = gate(made({ nodes: [node('side', row(1.5, 0.1, 'slower'))] }), 5);
    expect(found.outcome).toBe('passed');
    expect(found.nodes).toHaveLength(1);
    expect(found.words.some((line) => line.includes('node side') && line.endsWith('but the whole is not'))).toBe(true);
  });

  test('when no node stands out, the one that rose most is named', () => {
    const nodes = [node('a', row(1.02, 0.03, 'same')), node('b', row(1.09, 0.1, 'unsure'))];
    const found = gate(made({ wall: row(1.2, 0.05, 'slower'), nodes }), 5);
    expect(found.outcome).toBe('failed');
    expect(found.words.some((line) => line.includes('b rose most'))).toBe(true);
  });

  test('says when the runs leave room for more than the percentage', () => {
    const { outcome, words } = gate(made({ wall: row(1.03, 0.2, 'unsure') }), 5);
    expect(outcome).toBe('passed');
    expect(words.some((line) => line.includes('leave room'))).toBe(true);
  });

  test('refuses to judge on another machine, unless forced', () => {
    const before = simulatedProfile(work, quietNoise, 1, 200);
    const after = elsewhere(simulatedProfile({ ...work, model: 9 }, quietNoise, 2, 200));
    const comparison = compareProfiles(before, after);
    const refused = gate(comparison, 5);
    expect(refused.outcome).toBe('refused');
    expect(refused.words[1]).toBe('processor: A processor, 2 GHz before, Another processor after');
    expect(gate(comparison, 5, true).outcome).toBe('failed');
  });

  test('differences in words', () => {
    expect(differenceWords(row(1.13, 0.02, 'slower'))).toBe('10 ms → 11.3 ms, +13 % (+11 % to +15 %)');
    expect(differenceWords(row(0.98, 0.01, 'same'))).toBe('10 ms → 9.8 ms, −2 % (−3 % to −1 %)');
  });
});
