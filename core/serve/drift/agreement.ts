import type { Checked } from '../../check/checked.ts';
import type { ScoresValue } from '../../kinds/value.ts';
import type { Features } from './features.ts';

/** Two scores of one item that meet at a node: two modalities' opinions of the same thing. */
export interface MeetingPair {
  /** `node.port` of the node at which they meet; the name under which their agreement is watched. */
  readonly at: string;
  readonly node: string;
  readonly ends: readonly [string, string];
}

/** Pairs of wires with scores that enter the same node. */
export function meetingPairs({ nodes, types, order }: Checked): readonly MeetingPair[] {
  return order.flatMap((id) => {
    const sources = Object.values(nodes.get(id)?.sources ?? {}).filter((end) => types.get(end)?.kind === 'scores');
    return sources.flatMap((a, i) =>
      sources
        .slice(i + 1)
        .map((b): MeetingPair => ({ at: `${id}: ${nameOf(a)} and ${nameOf(b)}`, node: id, ends: [a, b] })),
    );
  });
}

/**
 * Whether two scores agree: `divergence` is Jensen and Shannon's (Lin 1991) to base 2, 0 for the same distribution and 1
 * for distributions that share nothing; `same` whether both find the same class best. Empty for scores of other classes.
 */
export function agreementOf(a: ScoresValue, b: ScoresValue): Features {
  if (a.data.length !== b.data.length || a.data.length < 2) return {};
  const [p, q] = [shares(a), shares(b)];
  if (p === null || q === null) return {};
  let divergence = 0;
  for (let i = 0; i < p.length; i++) {
    const mean = (p[i] + q[i]) / 2;
    if (p[i] > 0) divergence += (p[i] / 2) * Math.log2(p[i] / mean);
    if (q[i] > 0) divergence += (q[i] / 2) * Math.log2(q[i] / mean);
  }
  return {
    divergence: Math.min(1, Math.max(0, divergence)),
    same: best(p) === best(q) ? 'yes' : 'no',
  };
}

function shares({ data, form }: ScoresValue): readonly number[] | null {
  const most = data.reduce((x, y) => Math.max(x, y), Number.NEGATIVE_INFINITY);
  const raw = form === 'logits' ? Array.from(data, (x) => Math.exp(x - most)) : Array.from(data, (x) => Math.max(0, x));
  const sum = raw.reduce((x, y) => x + y, 0);
  return sum > 0 && Number.isFinite(sum) ? raw.map((x) => x / sum) : null;
}

function best(p: readonly number[]): number {
  return p.indexOf(Math.max(...p));
}

function nameOf(end: string): string {
  return end.slice(0, end.lastIndexOf('.'));
}
