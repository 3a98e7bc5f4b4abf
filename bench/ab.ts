import { availableParallelism, loadavg } from 'node:os';
import type { PipelineDocument } from '../core/graph/document.ts';
import { compareProfiles, compareRounds } from '../core/profile/compare.ts';
import type { Difference, Verdict } from '../core/profile/comparison.ts';
import { makeProfile } from '../core/profile/makeProfile.ts';
import { defaultSettings, type Profile } from '../core/profile/profile.ts';
import { benchIn } from '../host/profile/bench.ts';
import { pipeline } from '../test/core/pipelines.ts';
import { delayBed, noSamples } from './delayBed.ts';
import { median } from './measure.ts';

/**
 * Two identical runs must be the same, and a node that is 10 % slower must be found, in 19 of 20 repeats, on this machine
 * as it is now: the real engine, a node that computes for about 4 ms in a pipeline of 5. Both ways: stored profiles that were
 * measured one after the other, and trials in turns. The peer is what is often done instead: Mann and Whitney's test of the
 * same runs, taken for independent.
 */
const repeats = Number(process.argv[2] ?? 20);
const settings = { ...defaultSettings, budgetMs: 5000, minRuns: 60, maxRuns: 2000, operators: false };
const trialSettings = { minRuns: 40, maxRuns: 300, budgetMs: 6000, concurrency: [], seed: 1 };
const slower = 1.1;

function compute(rounds: number): number {
  let x = 1;
  for (let i = 0; i < rounds; i++) x = Math.sqrt(x + i);
  return x;
}
/** Work, not time: what takes the processor away makes it longer, as it does any node's work. */
function roundsPerMs(): number {
  const times = Array.from({ length: 20 }, () => {
    const before = performance.now();
    compute(1e6);
    return performance.now() - before;
  });
  return 1e6 / median(times);
}
const perMs = roundsPerMs();
const bench = benchIn(delayBed((ms) => void compute(Math.round(ms * perMs))));

function documentOf(workMs: number): PipelineDocument {
  return pipeline(
    {
      start: 'delay.start',
      before: ['delay.spin', { ms: 0.5 }],
      work: ['delay.spin', { ms: workMs }],
      after: ['delay.spin', { ms: 0.5 }],
      out: 'delay.out',
    },
    ['start.x > before.a', 'before.x > work.a', 'work.x > after.a', 'after.x > out.value'],
  );
}

async function profileOf(document: PipelineDocument): Promise<Profile> {
  const answer = await bench.profile(noSamples, document, settings);
  const made = {
    id: '',
    label: '',
    createdAt: '',
    durationMs: 0,
    document,
    device: 'auto',
    samples: noSamples.samples,
  };
  return makeProfile({ ...made, device: 'auto', settings }, answer, (text) => String(text.length));
}

async function inTurns(a: PipelineDocument, b: PipelineDocument): Promise<Difference> {
  const outcomes = await bench.trial(
    noSamples,
    [
      { name: 'a', document: a },
      { name: 'b', document: b },
    ],
    trialSettings,
  );
  return compareRounds(outcomes[0].wallMs, outcomes[1].wallMs).p50;
}

/** Normal approximation; 5 %. */
function mannWhitney(a: readonly number[], b: readonly number[]): Verdict {
  const [n, m] = [a.length, b.length];
  const sorted = [...b].sort((x, y) => x - y);
  let u = 0;
  for (const x of a) {
    let [low, high] = [0, m];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] > x) high = middle;
      else low = middle + 1;
    }
    u += m - low;
  }
  const z = (u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
  return Math.abs(z) < 1.96 ? 'same' : z > 0 ? 'slower' : 'faster';
}

const counts = new Map<string, Verdict[]>();
function note(row: string, verdict: Verdict): void {
  counts.set(row, [...(counts.get(row) ?? []), verdict]);
}
const loads: number[] = [];
const runs: number[] = [];
const began = performance.now();
await profileOf(documentOf(4));
for (let repeat = 0; repeat < repeats; repeat++) {
  const [a, b] = [documentOf(4), documentOf(4 * slower)];
  const [first, again, changed] = [await profileOf(a), await profileOf(a), await profileOf(b)];
  loads.push(loadavg()[0]);
  runs.push(first.measured.runs);
  const [same, other] = [compareProfiles(first, again), compareProfiles(first, changed)];
  const node = (comparison: typeof same) => comparison.nodes.find((row) => row.node === 'work')?.verdict ?? 'unsure';
  note('stored   A/A  whole', same.wall.verdict);
  note('stored   A/A  node', node(same));
  note('stored   A/B  whole', other.wall.verdict);
  note('stored   A/B  node', node(other));
  note('in turns A/A  whole', (await inTurns(a, a)).verdict);
  note('in turns A/B  whole', (await inTurns(a, b)).verdict);
  const wall = (profile: Profile) => profile.measured.series.wallMs;
  note('peer     A/A  whole', mannWhitney(wall(first), wall(again)));
  note('peer     A/B  whole', mannWhitney(wall(first), wall(changed)));
}
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
console.log(
  `${availableParallelism()} cores, load ${median(loads).toFixed(1)}; ${repeats} repeats in ${minutes} min, ${median(runs)} runs a profile`,
);
console.log('B: one node of 4 of 5 ms is 10 % slower. Peer: Mann and Whitney, runs taken for independent');
for (const [row, verdicts] of counts) {
  const of = (wanted: Verdict) => verdicts.filter((verdict) => verdict === wanted).length;
  const right = row.includes('A/A') ? of('same') : of('slower');
  const told = `same ${of('same')}, slower ${of('slower')}, faster ${of('faster')}, unsure ${of('unsure')}`;
  console.log(`${row}: right ${right} of ${repeats} (${told})`);
}
const falseAlarms = (row: string) =>
  (counts.get(row) ?? []).filter((verdict) => verdict === 'slower' || verdict === 'faster').length;
console.log(
  `false alarms of A/A, peer / ours: ${falseAlarms('peer     A/A  whole')} / ${falseAlarms('stored   A/A  whole')} stored, ${falseAlarms('in turns A/A  whole')} in turns`,
);
