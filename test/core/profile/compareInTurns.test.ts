import { expect, it } from 'vitest';
import type { TrialOutcome } from '../../../core/profile/bench.ts';
import { compareInTurns } from '../../../core/profile/compareInTurns.ts';
import { seededRandom } from '../../../core/profile/random.ts';
import { rejects } from '../../rejects.ts';
import { knownDocument } from './knownProfile.ts';

const side = { id: 'a', label: 'a', createdAt: '', document: knownDocument };
const noAnswers = { identical: true, maxDifference: 0, bestSame: null, words: 'answers identical' };

/** 40 rounds of a pipeline of two nodes: what the machine does to a round it does to both variants and both nodes. */
function outcome(name: string, factor: number, problem: TrialOutcome['problem'] = null): TrialOutcome {
  const mood = seededRandom(7);
  const own = seededRandom(name.length);
  const rounds = Array.from({ length: 40 }, () => 0.8 + 0.8 * mood());
  const noisy = (ms: number) => rounds.map((round) => ms * round * (0.99 + 0.02 * own()));
  const nodeMs = { shrink: noisy(6 * factor), photo: noisy(3) };
  return {
    name,
    problem,
    nodeMs,
    wallMs: rounds.map((_, i) => nodeMs.shrink[i] + nodeMs.photo[i]),
    loads: [],
    answers: noAnswers,
    memoryBytes: 0,
  };
}

it('names the node that became slower, and no other', () => {
  const { wall, nodes, interleaved } = compareInTurns(side, side, [outcome('before', 1), outcome('now', 1.1)]);
  expect(interleaved).toBe(true);
  expect(wall.verdict).toBe('slower');
  expect(nodes.map(({ node, verdict }) => [node, verdict])).toEqual([
    ['shrink', 'slower'],
    ['photo', 'same'],
  ]);
  expect(nodes[0].low).toBeLessThan(1.1);
  expect(nodes[0].high).toBeGreaterThan(1.1);
});

it('lists no nodes where the runs were not traced', () => {
  const [a, b] = [outcome('before', 1), outcome('now', 1)].map(({ nodeMs: _, ...rest }) => rest);
  expect(compareInTurns(side, side, [a, b])).toMatchObject({ nodes: [], wall: { verdict: 'same' } });
});

it('throws the problem of the side that could not be run', async () => {
  const failed = { code: 'model-failed', message: 'no', fix: 'mend it', where: {}, severity: 'error' } as const;
  await rejects(
    async () => compareInTurns(side, side, [outcome('before', 1), outcome('now', 1, failed)]),
    'model-failed',
  );
});
