import { expect, it } from 'vitest';
import type { CompiledForm } from '../../../core/define/compiledForm.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import type { Bench, BenchProgress, TrialOutcome, TrialSettings } from '../../../core/profile/bench.ts';
import { compareFused } from '../../../core/profile/compareFused.ts';
import { seededRandom } from '../../../core/profile/random.ts';
import { rejects } from '../../rejects.ts';
import { pipeline } from '../pipelines.ts';

const plain: PipelineDocument = pipeline({ photo: 'a', shrink: 'a', net: 'a', scores: 'a', out: 'a' });
const fused: PipelineDocument = pipeline({ photo: 'a', shrink: 'a', compiled: 'a', out: 'a' });
const form: CompiledForm = {
  parts: [
    {
      id: 'compiled',
      nodes: ['net', 'scores'],
      inputs: [],
      outputs: [],
      bytes: 1,
      batch: true,
      oneItemBecause: [],
      leftOut: [],
      tolerance: 0,
    },
  ],
  outside: [
    { node: 'photo', title: 'Image', why: 'it decodes', besides: [] },
    { node: 'shrink', title: 'Resize', why: 'it is done on the way', besides: [] },
  ],
};
const answers = { identical: false, maxDifference: 1e-6, bestSame: null, words: 'nearly the same' };

/** Rounds of nodes one after the other, by their milliseconds; a round's mood meets both variants. */
function outcome(name: string, ms: Readonly<Record<string, number>>, nodes: boolean): TrialOutcome {
  const mood = seededRandom(3);
  const rounds = Array.from({ length: 60 }, () => 0.7 + 0.6 * mood());
  const noise = seededRandom(name.length);
  const nodeMs = Object.fromEntries(
    Object.entries(ms).map(([id, one]) => [id, rounds.map((round) => one * round * (0.99 + 0.02 * noise()))]),
  );
  const wallMs = rounds.map((_, round) => Object.values(nodeMs).reduce((sum, times) => sum + times[round], 0));
  return {
    name,
    problem: null,
    wallMs,
    loads: [],
    answers,
    memoryBytes: 0,
    ...(nodes ? { nodeMs, pathMs: nodeMs } : {}),
  };
}

/** A bench that knows what each form takes, and notes what it was asked for. */
function benchOf(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) {
  const asked: TrialSettings[] = [];
  const trial: Bench['trial'] = async (_, variants, settings, listeners) => {
    expect(variants.map(({ document }) => document)).toEqual([plain, fused]);
    asked.push(settings);
    listeners?.onProgress?.({ phase: 'trial', done: 0.5, words: 'half' });
    return [
      outcome('node by node', before, settings.nodes ?? false),
      outcome('compiled', after, settings.nodes ?? false),
    ];
  };
  const never = () => Promise.reject(new Error('not asked for'));
  return { asked, bench: { profile: never, load: never, trial } satisfies Bench };
}

const outside = { photo: 6, shrink: 1, out: 0.1 };

async function compared(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>) {
  const { bench, asked } = benchOf(before, after);
  const seen: BenchProgress[] = [];
  const found = await compareFused({
    bench,
    target: { folder: '/', samples: [{ name: 'own', inputs: {} }] },
    plain: { id: 'a', label: 'a', createdAt: '', document: plain },
    fused,
    form,
    budgetMs: 1000,
    createdAt: '',
    listeners: { onProgress: (progress) => seen.push(progress) },
  });
  return { found, asked, seen };
}

it('takes its verdict from runs that nothing looks into, and where the time goes from others', async () => {
  const { found, asked, seen } = await compared({ ...outside, net: 8, scores: 2 }, { ...outside, compiled: 4 });
  expect(asked.map(({ nodes, budgetMs }) => [nodes, budgetMs])).toEqual([
    [false, 600],
    [true, 400],
  ]);
  expect(seen.map(({ done }) => done)).toEqual([0.3, 0.8]);
  expect(found.comparison.wall.verdict).toBe('faster');
  expect(found.comparison.wall.ratio).toBeCloseTo(11.1 / 17.1, 2);
  expect(found.answers).toEqual(answers);
  const [part, rest] = found.groups;
  expect(part).toMatchObject({ part: 0, nodes: ['net', 'scores'] });
  expect(part.work.ratio).toBeCloseTo(0.4, 2);
  expect(part.pathPercent).toBeCloseTo(58, 0);
  expect(rest).toMatchObject({ part: null, nodes: ['photo', 'shrink', 'out'] });
  expect(rest.work.ratio).toBeCloseTo(1, 2);
  expect(rest.pathMs.plain).toBeGreaterThan(5);
  // Fast enough: there is nothing to explain.
  expect(found.words).toEqual([expect.stringMatching(/^Compiled: 35 % faster \(/)]);
});

it('says why it is hardly faster: what stays outside, and how much could be won at the most', async () => {
  const { found } = await compared({ ...outside, net: 1, scores: 0.5 }, { ...outside, compiled: 1.4 });
  expect(found.words).toHaveLength(3);
  expect(found.words[1]).toBe(
    '83 % of the time is what stays outside: "photo" (it decodes); "shrink" (it is done on the way); if the rest took no time at all, it would be 1.21x as fast.',
  );
  expect(found.words[2]).toMatch(/^What is compiled is 17 % of the time, and takes 0\.9[34]x what its nodes take: /);
});

it('says that what is compiled is slower, where it is', async () => {
  const { found } = await compared(
    { photo: 1, shrink: 0.1, out: 0.1, net: 2, scores: 1 },
    { photo: 1, shrink: 0.1, out: 0.1, compiled: 4 },
  );
  expect(found.words[0]).toMatch(/^Compiled: \d+ % slower/);
  expect(found.words[2]).toContain('takes 1.33x what its nodes take');
});

it('is the problem of the form that could not be run', async () => {
  const failed = { code: 'model-failed', message: 'no', fix: 'mend it', where: {}, severity: 'error' } as const;
  const bench: Bench = {
    ...benchOf({}, {}).bench,
    trial: async () => [outcome('a', { photo: 1 }, false), { ...outcome('b', { photo: 1 }, false), problem: failed }],
  };
  const ask = { target: { folder: '/', samples: [] }, fused, form, createdAt: '' };
  await rejects(
    () => compareFused({ ...ask, bench, plain: { id: 'a', label: '', createdAt: '', document: plain } }),
    'model-failed',
  );
});
