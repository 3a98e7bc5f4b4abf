import type { Advice, AnswersEffect, Candidate, Tried } from './advice.ts';
import type { TrialOutcome } from './bench.ts';
import { compareRounds } from './compare.ts';
import type { Difference, Verdict } from './comparison.ts';
import { holm } from './significance.ts';
import { throughputDifference } from './trialDifference.ts';

/** Numbers that differ by no more than this differ by rounding: sums taken in another order. */
const rounding = 1e-5;
const significance = 0.05;

export function untried(candidate: Candidate): Advice {
  return { ...candidate, tried: null, problem: null, verdict: 'untried', applied: false };
}

/** What a trial showed of a candidate. */
export function judged(candidate: Candidate, before: TrialOutcome, after: TrialOutcome): Advice {
  const tried: Tried = {
    runs: Math.min(before.wallMs.length, after.wallMs.length),
    ...compareRounds(before.wallMs, after.wallMs),
    throughput: throughputDifference(before.loads, after.loads),
    answers: after.answers,
  };
  return { ...untried(candidate), tried, verdict: verdictOf(candidate.aims, tried) };
}

function verdictOf(aims: Candidate['aims'], { p50, p95, throughput, answers }: Tried): Advice['verdict'] {
  const aimed = aims === 'latency' ? p50.verdict : (throughput?.verdict ?? 'unsure');
  // A pipeline that is steadier is faster for those who wait longest.
  const better = aimed === 'faster' || (aims === 'latency' && p50.verdict !== 'slower' && p95.verdict === 'faster');
  if (!better) return 'none';
  const worse = [p50, p95, ...(throughput === null ? [] : [throughput])].some(({ verdict }) => verdict === 'slower');
  return worse || !sameAnswers(answers) ? 'trades' : 'helps';
}

/**
 * What seems to help among many that were tried may do so by chance: the more there are, the more sure each must be (Holm's
 * correction). One that is not sure enough then is none, and its difference says `unsure`.
 */
export function corrected(advice: readonly Advice[]): readonly Advice[] {
  const tested = advice.flatMap(({ aims, tried }) => (tried === null ? [] : [decisive(aims, tried)]));
  const ps = holm(tested.map(({ difference }) => difference.p));
  let at = 0;
  return advice.map((one) => {
    if (one.tried === null) return one;
    const { name, difference } = tested[at];
    const p = ps[at++];
    const told = { ...difference, p, verdict: p < significance ? difference.verdict : soften(difference.verdict) };
    const tried = { ...one.tried, [name]: told };
    return { ...one, tried, verdict: verdictOf(one.aims, tried) };
  });
}

function soften(verdict: Verdict): Verdict {
  return verdict === 'faster' ? 'unsure' : verdict;
}

/** The difference that speaks for a candidate. */
function decisive(
  aims: Candidate['aims'],
  { p50, p95, throughput }: Tried,
): { readonly name: 'p50' | 'p95' | 'throughput'; readonly difference: Difference } {
  if (aims === 'throughput' && throughput !== null) return { name: 'throughput', difference: throughput };
  return p50.verdict !== 'faster' && p95.verdict === 'faster'
    ? { name: 'p95', difference: p95 }
    : { name: 'p50', difference: p50 };
}

/** Bit by bit, or but for rounding. */
export function sameAnswers({ identical, maxDifference, bestSame }: AnswersEffect): boolean {
  if (identical) return true;
  const best = bestSame === null || bestSame.same === bestSame.of;
  return best && maxDifference !== null && maxDifference <= rounding;
}

/** Share of the time saved, or of the time that a request costs when many come at once; negative when it got worse. */
export function gainOf({ aims, tried }: Advice): number {
  if (tried === null) return 0;
  if (aims === 'throughput') return tried.throughput === null ? 0 : 1 - 1 / tried.throughput.ratio;
  return 1 - tried.p50.ratio;
}

const order: readonly Advice['verdict'][] = ['helps', 'trades', 'none', 'untried', 'failed'];

/** What helps first, and of these what gains most. */
export function ranked(advice: readonly Advice[]): readonly Advice[] {
  return [...advice].sort(
    (a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || gainOf(b) - gainOf(a) || (a.id < b.id ? -1 : 1),
  );
}
