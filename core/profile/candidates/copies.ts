import { paramSet } from '../../graph/changes.ts';
import { fitting, knobsOf } from '../knobs.ts';
import { byWeight, type Idea, nameOf, type Subject } from './subject.ts';
import { msWords, percentWords } from './words.ts';

/** A model that does not take at least this share of what the busiest worker takes is no bottleneck. */
const nearBottleneck = 0.7;

/**
 * The model that most requests will wait for when many come: open in several lanes, so that as many runs go side by side.
 * By the bottleneck law (Denning and Buzen 1978) throughput ends at one over the longest demand on any one worker.
 */
export function copyIdeas(subject: Subject): readonly Idea[] {
  const { cores } = subject.machine;
  if (cores < 2) return [];
  const demand = new Map(
    subject.measured.workers.map(({ worker, busyPercent }) => [worker, (busyPercent / 100) * subject.wallMs]),
  );
  const longest = Math.max(0, ...demand.values());
  return byWeight(subject).flatMap((node) => {
    const knob = knobsOf(node).get('copies');
    const measured = subject.nodes.get(node.id);
    if (knob === undefined || measured === undefined || longest === 0) return [];
    const own = measured.run.mean;
    if (own < nearBottleneck * longest) return [];
    const rest = (demand.get(measured.worker) ?? own) - own;
    const threads = subject.models.get(node.id)?.threads ?? 1;
    const others = Math.max(0, ...[...demand].flatMap(([worker, ms]) => (worker === measured.worker ? [] : [ms])));
    const values = [2, ...(cores >= 4 ? [Math.max(3, Math.floor(cores / threads))] : [])].filter(
      (copies) => copies * threads <= 2 * cores,
    );
    return fitting(knob, values).map((value) => {
      const copies = Number(value);
      const then = Math.max(others, Math.max(rest, 0) + own / Math.min(copies, cores / threads));
      return {
        id: `copies:${node.id}:${copies}`,
        kind: 'copies' as const,
        title: `${copies} copies of ${nameOf(subject, node.id)}`,
        why: `It takes ${msWords(own)} of ${msWords(subject.wallMs)} a request, more than any other worker's ${msWords(others)}: one copy gives at most ${(1000 / own).toFixed(0)} requests a second, ${percentWords((100 * threads) / cores)} of ${cores} cores.`,
        nodes: [node.id],
        changes: paramSet(subject.document, knob.node, knob.param, copies),
        aims: 'throughput' as const,
        expected: 0.8 * Math.max(0, 1 - then / Math.max(longest, own)),
      };
    });
  });
}
