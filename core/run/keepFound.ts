import type { Stage } from '../plan/plan.ts';
import type { StageOutputs } from './cache.ts';
import { seeInside } from './chain.ts';
import type { Given } from './external.ts';
import type { Keeper, KeyedEnd } from './keeper.ts';
import type { Packet } from './packet.ts';

/** Every end of a stage, those inside a fused chain too, each with its part of the stage's content key. */
export function endsOf(stage: Stage, key: string | null): readonly KeyedEnd[] {
  return stage.nodes.flatMap((node, place) =>
    Object.keys(node.definition.publishes ? stage.sources : node.outputs).map((port) => ({
      end: `${node.id}.${port}`,
      key: key === null ? null : `${key}/${place}.${port}`,
    })),
  );
}

/**
 * Keeps what a stage gave that does not run this time, because its result or one below it is in the cache. Returns how
 * many items passed; null when nothing is left of it.
 */
export function keepUnrun(
  keeper: Keeper,
  run: Given,
  stage: Stage,
  key: string,
  found: ReadonlyMap<number, StageOutputs>,
): number | null {
  const ends = endsOf(stage, key);
  const inherited = keeper.inherit(ends);
  const outputs = found.get(stage.index);
  if (inherited !== null || outputs === undefined) return inherited;
  const last = stage.nodes[stage.nodes.length - 1];
  for (const [port, packets] of Object.entries(outputs)) {
    for (const packet of packets) keeper.see(`${last.id}.${port}`, packet);
  }
  const entered = stage.nodes.length > 1 ? packetsInto(run, stage, found) : [];
  for (const [port, packet] of entered) {
    const inputs = port === null ? {} : { [port]: packet.value };
    seeInside(keeper, run, stage, inputs, packet, stage.nodes.length);
  }
  // What lies inside a chain whose input is gone cannot be made again.
  const known = entered.length > 0 ? ends : ends.filter(({ end }) => end.startsWith(`${last.id}.`));
  keeper.complete(known);
  return Math.max(0, ...Object.values(outputs).map((packets) => packets.length));
}

/** What went into a chain, where that is known: port (null for a chain that begins with an input node) and packet. */
function packetsInto(
  run: Given,
  stage: Stage,
  found: ReadonlyMap<number, StageOutputs>,
): readonly (readonly [string | null, Packet])[] {
  const [first, ...others] = Object.entries(stage.sources);
  if (first === undefined) return [[null, { t: 0 }]];
  const [port, source] = first;
  const dot = source.indexOf('.');
  const above = run.plan.stageOf.get(source.slice(0, dot));
  if (others.length > 0 || above === undefined) return [];
  return (found.get(above)?.[source.slice(dot + 1)] ?? []).map((packet) => [port, packet]);
}
