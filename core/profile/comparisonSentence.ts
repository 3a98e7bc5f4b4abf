import { widest } from './compare.ts';
import type { Comparison, Difference, NodeDifference } from './comparison.ts';

/** A comparison in one sentence that a person can quote: `12 % faster (10 to 14 %), mostly Resize; answers not compared`. */
export function comparisonSentence(
  { wall, nodes, answers }: Pick<Comparison, 'wall' | 'nodes' | 'answers'>,
  titleOf: (node: string) => string,
): string {
  const who = wall.verdict === 'faster' || wall.verdict === 'slower' ? mostly(wall, nodes) : [];
  const because = who.length === 0 ? '' : `, mostly ${who.map(titleOf).join(' and ')}`;
  return `${verdictSentence(wall)}${because}; ${answers ?? 'answers not compared'}`;
}

/** Whether the interval is the widest there is, which says nothing. */
export function tooFewRuns({ low, high }: Pick<Difference, 'low' | 'high'>): boolean {
  return low <= 1 / widest && high >= widest;
}

/** One quantity: `12 % faster (10 to 14 %)`, `No difference (within 1.5 %)`, `Not sure: 3 % faster to 5 % slower`. */
export function verdictSentence({ verdict, ratio, low, high }: Difference): string {
  const [a, b] = [Math.min(low, high), Math.max(low, high)];
  if (verdict === 'same') return `No difference (within ${percentOf(Math.max(Math.abs(1 - a), Math.abs(b - 1)))})`;
  if (tooFewRuns({ low, high })) return 'Not sure: too few runs to tell';
  if (verdict === 'unsure') return `Not sure: ${sideOf(a)} to ${sideOf(b)}`;
  const [least, most] = [Math.abs(1 - a), Math.abs(b - 1)].sort((x, y) => x - y);
  return `${percentOf(Math.abs(ratio - 1))} ${verdict} (${numberOf(least)} to ${percentOf(most)})`;
}

/**
 * The nodes that account for it: those that changed beyond doubt in the same direction (or came or went), most
 * milliseconds first, until half of what all of them make is reached. None when more than two are needed.
 */
function mostly(wall: Difference, nodes: readonly NodeDifference[]): readonly string[] {
  const sign = Math.sign(wall.after - wall.before);
  const changed = nodes
    .map((node) => ({
      node: node.node,
      ms: (node.after - node.before) * sign,
      sure: node.only !== null || node.verdict === wall.verdict,
    }))
    .filter(({ ms, sure }) => ms > 0 && sure)
    .sort((a, b) => b.ms - a.ms);
  const all = changed.reduce((sum, { ms }) => sum + ms, 0);
  let sum = 0;
  const found: string[] = [];
  for (const { node, ms } of changed) {
    if (sum > all / 2) break;
    sum += ms;
    found.push(node);
  }
  return found.length > 2 ? [] : found;
}

function sideOf(ratio: number): string {
  if (Math.abs(ratio - 1) < 0.0005) return 'no difference';
  return `${percentOf(Math.abs(ratio - 1))} ${ratio < 1 ? 'faster' : 'slower'}`;
}

function percentOf(share: number): string {
  return `${numberOf(share)} %`;
}
function numberOf(share: number): string {
  const percent = share * 100;
  return percent.toFixed(percent < 9.95 && Math.abs(percent - Math.round(percent)) >= 0.05 ? 1 : 0);
}
