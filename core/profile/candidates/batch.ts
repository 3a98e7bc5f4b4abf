import { paramSet } from '../../graph/changes.ts';
import { fitting, knobsOf, whyNoBatch } from '../knobs.ts';
import { byWeight, type Idea, nameOf, ranOn, type Subject } from './subject.ts';
import { msWords, percentWords } from './words.ts';

/** A model that takes less than this share of a request is not worth joining runs of. */
const worthShare = 0.05;

/**
 * Batches for models whose first dimension is free: for the items of one request where there are many (frames, tiles),
 * else for requests that wait at the same time.
 */
export function batchIdeas(subject: Subject): readonly Idea[] {
  return byWeight(subject).flatMap((node) => {
    const knob = knobsOf(node).get('batch');
    const measured = subject.nodes.get(node.id);
    if (knob === undefined || measured === undefined || whyNoBatch(node) !== null) return [];
    const share = measured.run.mean / subject.wallMs;
    if (share < worthShare) return [];
    const { items } = measured;
    const many = items >= 2;
    const room = many ? 2 ** Math.floor(Math.log2(items)) : 16;
    const values = [8, ...(room >= 16 ? [16] : []), ...(room < 8 ? [room] : [])].filter(
      (value) => (!many || value <= room) && value > Number(knob.now),
    );
    const onCpu = ranOn(subject, node.id) === 'cpu';
    const each = measured.run.mean / Math.max(1, items);
    return fitting(knob, values).map((value) => ({
      id: `batch:${node.id}:${value}`,
      kind: 'batch' as const,
      title: `Batches of ${value} for ${nameOf(subject, node.id)}`,
      why: many
        ? `It runs ${items.toFixed(0)} times a request, ${msWords(each)} each, ${percentWords(100 * Math.min(1, share))} of the time; its first dimension is free, so that ${value} of them can go through at once.`
        : `It takes ${percentWords(100 * Math.min(1, share))} of a request (${msWords(each)}); its first dimension is free, so that up to ${value} requests that wait can go through at once.`,
      nodes: [node.id],
      changes: paramSet(subject.document, knob.node, knob.param, value),
      aims: many ? ('latency' as const) : ('throughput' as const),
      // On a device launching costs more than computing; on the CPU a batch saves little more than the calls.
      expected: Math.min(1, share) * (onCpu ? (each < 1 ? 0.25 : 0.1) : 0.5) * (1 - 1 / Number(value)),
    }));
  });
}
