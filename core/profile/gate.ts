import type { Comparison, Difference, NodeDifference } from './comparison.ts';

export interface GateResult {
  /** `refused`: what the two ran on differs so much that no verdict would mean anything. */
  readonly outcome: 'passed' | 'failed' | 'refused';
  /** The first says the outcome; the others why. */
  readonly words: readonly string[];
  /** Nodes beyond doubt slower by more than the percentage, most milliseconds first. */
  readonly nodes: readonly NodeDifference[];
}

/**
 * For CI: fails only when the whole (its median or its p95) is beyond doubt slower by more than `failOverPercent`: the low
 * end of the interval lies above it. A slower node that the whole does not feel is told, but fails nothing. `forced` judges
 * in spite of another machine.
 */
export function gate(comparison: Comparison, failOverPercent: number, forced = false): GateResult {
  const limit = 1 + failOverPercent / 100;
  const slower = (difference: Difference) => difference.verdict === 'slower' && difference.low > limit;
  const nodes = comparison.nodes
    .filter((node) => node.only === null && slower(node))
    .sort((a, b) => b.after - b.before - (a.after - a.before));
  const doubts = comparison.environment.filter((row) => row.matters);
  const doubtWords = doubts.map((row) => `${row.what}: ${row.before} before, ${row.after} after`);
  if (doubts.length > 0 && !forced)
    return {
      outcome: 'refused',
      words: ['Not judged: the two profiles were not measured on the same machine in the same state.', ...doubtWords],
      nodes,
    };
  const failed = [
    ...(slower(comparison.wall) ? [`median: ${differenceWords(comparison.wall)}`] : []),
    ...(slower(comparison.p95) ? [`p95: ${differenceWords(comparison.p95)}`] : []),
  ];
  const told = nodes.map((node) => `node ${node.node}: ${differenceWords(node)}`);
  const only = comparison.nodes.flatMap(({ node, only }) =>
    only === null ? [] : [`node ${node} is only in the profile ${only}`],
  );
  if (failed.length > 0)
    return {
      outcome: 'failed',
      words: [
        `Slower by more than ${percentText(failOverPercent)}.`,
        ...failed,
        ...(told.length > 0 ? told : likeliest(comparison.nodes)),
        ...only,
        ...doubtWords,
      ],
      nodes,
    };
  return {
    outcome: 'passed',
    words: [
      `Not beyond doubt slower by more than ${percentText(failOverPercent)}.`,
      `median: ${differenceWords(comparison.wall)}`,
      ...(comparison.wall.verdict === 'unsure' && comparison.wall.high > limit
        ? ['The runs leave room for more than that: profile for longer, or on a quieter machine.']
        : []),
      ...told.map((line) => `${line}, but the whole is not`),
      ...only,
      ...doubtWords,
    ],
    nodes,
  };
}

/** No node is slower beyond doubt, though the whole is: the one that rose most. */
function likeliest(nodes: readonly NodeDifference[]): readonly string[] {
  const rise = ({ before, after }: NodeDifference) => after - before;
  const both = nodes.filter((node) => node.only === null);
  const most = both.reduce<NodeDifference | null>(
    (best, node) => (best === null || rise(node) > rise(best) ? node : best),
    null,
  );
  return most === null || rise(most) <= 0
    ? []
    : [`no single node beyond doubt; ${most.node} rose most: ${differenceWords(most)}`];
}

/** `9.91 ms → 11.2 ms, +13 % (+11 % to +15 %)` */
export function differenceWords({ before, after, ratio, low, high }: Difference): string {
  return `${timeText(before)} → ${timeText(after)}, ${changeText(ratio)} (${changeText(low)} to ${changeText(high)})`;
}

function timeText(ms: number): string {
  return `${Number(ms.toPrecision(3))} ms`;
}
function changeText(ratio: number): string {
  const percent = (ratio - 1) * 100;
  return `${percent < 0 ? '−' : '+'}${percentText(Math.abs(percent))}`;
}
function percentText(percent: number): string {
  return `${Number(percent.toFixed(percent < 10 ? 1 : 0))} %`;
}
