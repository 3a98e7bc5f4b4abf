import type { Advice, Tried } from '../../core/profile/advice.ts';
import type { Difference } from '../../core/profile/comparison.ts';
import { changeText, msWithUnit, rateText } from './words.ts';

/** What an advice came to, as a badge and a line. */
export interface AdviceWords {
  readonly tone: 'good' | 'bad' | 'nil' | 'failed';
  /** `−31 % p95`. */
  readonly badge: string;
  /** Effect on the answers, or why it was not tried. */
  readonly line: string;
  readonly sign: 'ok' | 'warning' | 'none';
}

export function adviceWords(advice: Pick<Advice, 'verdict' | 'tried' | 'problem' | 'aims'>): AdviceWords {
  const { verdict, tried, problem } = advice;
  if (verdict === 'failed' || tried === null)
    return {
      tone: 'failed',
      badge: verdict === 'failed' ? 'failed' : 'not tried',
      line: problem?.message ?? 'There was no time left to try it.',
      sign: verdict === 'failed' ? 'warning' : 'none',
    };
  const badge = badgeOf(tried, advice.aims);
  const line = badge.doubt === '' ? tried.answers.words : `${badge.doubt}; ${tried.answers.words}`;
  if (verdict === 'helps') return { tone: 'good', badge: badge.text, line, sign: 'ok' };
  if (verdict === 'trades') return { tone: 'bad', badge: badge.text, line, sign: 'warning' };
  return { tone: 'nil', badge: badge.text, line, sign: tried.answers.identical ? 'none' : 'warning' };
}

interface Badge {
  readonly text: string;
  /** How far apart the truth may lie, where too few runs were there to say. */
  readonly doubt: string;
}

/** The gain that the advice is about: throughput where it aims at that, else the percentile that moved for sure. */
function badgeOf({ p50, p95, throughput }: Tried, aims: Advice['aims']): Badge {
  if (aims === 'throughput' && throughput !== null) return badgeFor(throughput, 'requests/s');
  const sure = ({ verdict }: Difference): boolean => verdict === 'faster' || verdict === 'slower';
  return sure(p95) || !sure(p50) ? badgeFor(p95, 'p95') : badgeFor(p50, 'p50');
}

function badgeFor({ ratio, low, high, verdict }: Difference, of: string): Badge {
  if (verdict === 'same') return { text: '±0', doubt: '' };
  if (verdict === 'unsure') return { text: 'unsure', doubt: `${of} ${changeText(low)} to ${changeText(high)}` };
  return { text: `${changeText(ratio)} ${of}`, doubt: '' };
}

/** One row of what trying showed: before, after, how sure. */
export interface TriedRow {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly change: string;
  readonly between: string;
  readonly verdict: Difference['verdict'];
}

export function triedRows({ p50, p95, throughput }: Tried): readonly TriedRow[] {
  return [
    row('p50', p50, msWithUnit),
    row('p95', p95, msWithUnit),
    ...(throughput === null ? [] : [row('Requests', throughput, (rate) => `${rateText(rate)} /s`)]),
  ];
}

function row(
  name: string,
  { before, after, ratio, low, high, verdict }: Difference,
  text: (v: number) => string,
): TriedRow {
  return {
    name,
    before: text(before),
    after: text(after),
    change: changeText(ratio),
    between: `${changeText(low)} to ${changeText(high)}`,
    verdict,
  };
}

/** What helps first, by the order that it was found in; what did not help after. */
export function groupedAdvice(advice: readonly Advice[]): {
  readonly gains: readonly Advice[];
  readonly rest: readonly Advice[];
} {
  const gain = (one: Advice): boolean => one.verdict === 'helps' || one.verdict === 'trades';
  return { gains: advice.filter(gain), rest: advice.filter((one) => !gain(one)) };
}
