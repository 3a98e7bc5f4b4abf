import { describe, expect, it } from 'vitest';
import type { Json } from '../../../core/kinds/value.ts';
import { seededRandom } from '../../../core/profile/random.ts';
import { pipeline } from '../pipelines.ts';
import { expectWhole, partsOf, pathNodes, tracedRun } from './tracedRun.ts';

interface Graph {
  /** Delay of each node; a node has smaller numbers before it only. */
  readonly ms: readonly number[];
  readonly before: readonly (readonly number[])[];
}

const ports = ['a', 'b', 'c'];

/** Up to three inputs each. Delays are multiples of 1/64 ms, so that their sums are exact. */
function randomGraph(seed: number): Graph {
  const random = seededRandom(seed);
  const count = 6 + Math.floor(random() * 20);
  const ms = Array.from({ length: count }, () => (64 + Math.floor(random() * 640)) / 64);
  const before = ms.map((_, node) => {
    const wanted = node === 0 ? 0 : Math.floor(random() * (ports.length + 1));
    const found = new Set<number>();
    for (let i = 0; i < wanted; i++) found.add(Math.floor(random() * node));
    return [...found];
  });
  return { ms, before };
}

function documentOf({ ms, before }: Graph) {
  const taken = new Set(before.flat());
  const nodes: Record<string, string | readonly [string, Readonly<Record<string, Json>>]> = { s: 'delay.start' };
  const wires: string[] = [];
  ms.forEach((delay, node) => {
    nodes[`n${node}`] = ['delay.sleep', { ms: delay }];
    if (before[node].length === 0) wires.push(`s.x > n${node}.a`);
    before[node].forEach((other, i) => {
      wires.push(`n${other}.x > n${node}.${ports[i]}`);
    });
    if (taken.has(node)) return;
    nodes[`out${node}`] = 'delay.out';
    wires.push(`n${node}.x > out${node}.value`);
  });
  return pipeline(nodes, wires);
}

/** Longest way through the graph from the true delays alone, and what each node could bear (earliest and latest ends). */
function expected({ ms, before }: Graph) {
  const ends = ms.map(() => 0);
  ms.forEach((delay, node) => {
    ends[node] = delay + Math.max(0, ...before[node].map((other) => ends[other]));
  });
  const wallMs = Math.max(...ends);
  const path: number[] = [];
  for (let node: number | undefined = ends.indexOf(wallMs); node !== undefined; ) {
    path.unshift(node);
    const from: readonly number[] = before[node];
    node = [...from].sort((one, two) => ends[two] - ends[one])[0];
  }
  const latest = ms.map(() => wallMs);
  for (let node = ms.length - 1; node >= 0; node--)
    for (const other of before[node]) latest[other] = Math.min(latest[other], latest[node] - ms[node]);
  return { wallMs, path, slack: ms.map((_, node) => latest[node] - ends[node]) };
}

describe('the critical path of 20 random graphs', () => {
  for (let seed = 1; seed <= 20; seed++) {
    it(`is the longest way by the true delays: graph ${seed}`, async () => {
      const graph = randomGraph(seed);
      const { wallMs, path, slack } = expected(graph);
      const { parts } = await tracedRun(documentOf(graph));
      expectWhole(parts);
      expect(parts.wallMs).toBe(wallMs);
      expect(pathNodes(parts)).toEqual(path.map((node) => `n${node}`));
      graph.ms.forEach((delay, node) => {
        const found = partsOf(parts, `n${node}`);
        expect(found.ms).toEqual({ run: delay, copy: 0, queue: 0, gap: 0, load: 0 });
        expect(found.criticalMs).toBe(path.includes(node) ? delay : 0);
        expect(found.slackMs).toBeCloseTo(slack[node], 9);
      });
    });
  }
});
