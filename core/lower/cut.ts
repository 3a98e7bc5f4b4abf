import type { Checked, CheckedNode } from '../check/checked.ts';
import { endOf } from '../graph/document.ts';
import type { WireType } from '../kinds/type.ts';

/** How a pipeline is divided. */
export interface Cut {
  /** Node ids of each part, in order; parts in an order in which they can run. */
  readonly parts: readonly (readonly string[])[];
  /** Nodes that could be in a part and are not, with the reason. */
  readonly left: ReadonlyMap<string, string>;
}

export interface CutAsk {
  readonly checked: Checked;
  readonly types: ReadonlyMap<string, WireType>;
  /** Node ids that somebody needs, each behind those that it needs. */
  readonly alive: readonly string[];
  /** Nodes that cannot be in a part. */
  readonly outside: ReadonlySet<string>;
  /** Outputs (`node.port`) of nodes in parts that only the node itself can give: it runs outside as well. */
  readonly beside: ReadonlySet<string>;
  /** What can begin before another input is there is in a part of its own: branches then run at once. */
  readonly apart?: boolean;
}

/**
 * Divides a pipeline into as few parts as its order allows. A node's level is how often the way to it goes into a part or
 * out of one, at most; nodes of one level are one part, so no part waits for itself. Nodes whose items come at different
 * times are never in one part; with `apart` neither are those that wait for different inputs. What is no model stays
 * outside where it would only make further parts.
 */
export function cutPipeline(ask: CutAsk): Cut {
  const left = new Map<string, string>();
  const clocks = clocksOf(ask);
  const waits = new Map(ask.apart === true ? rootsOf(ask) : []);
  for (;;) {
    const inside = ask.alive.filter((id) => !ask.outside.has(id) && !left.has(id));
    const early = workBetween(ask, new Set(inside));
    for (const id of early)
      left.set(id, 'what comes behind it stays outside, and without a model in front of that it would be a file more');
    if (early.length > 0) continue;
    const parts = partsOf(ask, new Set(inside), (id) => `${clocks.get(id)}|${waits.get(id)}`);
    const small = parts.filter((part) => !part.some((id) => holdsModel(nodeOf(ask, id))));
    if (ask.apart === true && joinReaders(ask, new Set(inside), small.flat(), waits)) continue;
    if (small.length === 0 || small.length === parts.length) return { parts, left };
    for (const id of small.flat()) left.set(id, 'it would be a file by itself, without a model');
  }
}

/**
 * Work without a model does not begin before the others: where one part alone reads it, it waits with that. True when
 * something changed in `waits`.
 */
function joinReaders(
  ask: CutAsk,
  inside: ReadonlySet<string>,
  small: readonly string[],
  waits: Map<string, string>,
): boolean {
  let changed = false;
  for (const id of [...small].reverse()) {
    const readers = ask.alive.filter((other) => inside.has(other) && sourceNodes(nodeOf(ask, other)).includes(id));
    const [key, ...others] = new Set(readers.map((reader) => waits.get(reader)));
    if (key === undefined || others.length > 0 || key === waits.get(id)) continue;
    waits.set(id, key);
    changed = true;
  }
  return changed;
}

function nodeOf({ checked }: CutAsk, id: string): CheckedNode {
  return checked.nodes.get(id) as CheckedNode;
}

/** Whether a file of weights goes into the graph with the node. */
export function holdsModel({ definition, params }: CheckedNode): boolean {
  return Object.entries(definition.params).some(
    ([name, spec]) => spec.form === 'file' && spec.role === 'onnx' && params[name] !== '',
  );
}

/** Nodes that hang together with no model, with an outside node behind them that has inside nodes behind it. */
function workBetween(ask: CutAsk, inside: ReadonlySet<string>): readonly string[] {
  const withModel = hangsTogether(ask, inside);
  /** Nodes from which a way leads to an inside node, and to such a way through an outside node. */
  const leadsIn = new Set<string>();
  const leadsOutAndIn = new Set<string>();
  for (const id of [...ask.alive].reverse()) {
    for (const source of sourceNodes(nodeOf(ask, id))) {
      if (inside.has(id) || leadsIn.has(id)) leadsIn.add(source);
      if ((!inside.has(id) && leadsIn.has(id)) || leadsOutAndIn.has(id)) leadsOutAndIn.add(source);
    }
  }
  return ask.alive.filter((id) => inside.has(id) && leadsOutAndIn.has(id) && !withModel.has(id));
}

/** Inside nodes that wires between inside nodes join to a model. */
function hangsTogether(ask: CutAsk, inside: ReadonlySet<string>): ReadonlySet<string> {
  const joined = new Map<string, string[]>();
  const join = (a: string, b: string) => joined.set(a, [...(joined.get(a) ?? []), b]);
  for (const id of inside)
    for (const source of sourceNodes(nodeOf(ask, id)))
      if (inside.has(source)) {
        join(id, source);
        join(source, id);
      }
  const found = new Set([...inside].filter((id) => holdsModel(nodeOf(ask, id))));
  // A set goes on to what is added to it on the way.
  for (const id of found) for (const next of joined.get(id) ?? []) found.add(next);
  return found;
}

function sourceNodes(node: CheckedNode): readonly string[] {
  return Object.values(node.sources).map((source) => endOf(source).node);
}

/** Nodes by level and by what must not be together: clocks, and with `apart` what they wait for. */
function partsOf(
  ask: CutAsk,
  inside: ReadonlySet<string>,
  keyOf: (id: string) => string,
): readonly (readonly string[])[] {
  const levels = new Map<string, number>();
  const groups = new Map<string, { readonly level: number; readonly ids: string[] }>();
  for (const id of ask.alive) {
    const sources = Object.values(nodeOf(ask, id).sources);
    const level = (within: boolean): number =>
      Math.max(
        0,
        ...sources.map((source) => {
          const from = endOf(source).node;
          const fromWithin = inside.has(from) && !ask.beside.has(source);
          const same = fromWithin === within && (!within || keyOf(from) === keyOf(id));
          return (levels.get(`${from} ${fromWithin}`) ?? 0) + (same ? 0 : 1);
        }),
      );
    levels.set(`${id} false`, level(false));
    if (!inside.has(id)) continue;
    const own = level(true);
    levels.set(`${id} true`, own);
    const key = `${own} ${keyOf(id)}`;
    const group = groups.get(key) ?? { level: own, ids: [] };
    groups.set(key, group);
    group.ids.push(id);
  }
  return [...groups.values()].sort((a, b) => a.level - b.level).map(({ ids }) => ids);
}

/** By node: what it waits for, as the nodes that nothing is before. */
function rootsOf({ alive, checked }: CutAsk): ReadonlyMap<string, string> {
  const roots = new Map<string, ReadonlySet<string>>();
  for (const id of alive) {
    const sources = sourceNodes(checked.nodes.get(id) as CheckedNode);
    const joined = sources.flatMap((source) => [...(roots.get(source) ?? [])]);
    roots.set(id, new Set(sources.length === 0 ? [id] : joined));
  }
  return new Map([...roots].map(([id, found]) => [id, [...found].sort().join(' ')]));
}

/** By node: which sequences its items are of. Nodes of single items have none. */
function clocksOf(ask: CutAsk): ReadonlyMap<string, string> {
  const byEnd = new Map<string, ReadonlySet<string>>();
  const byNode = new Map<string, string>();
  for (const id of ask.alive) {
    const node = nodeOf(ask, id);
    const joined = new Set(Object.values(node.sources).flatMap((source) => [...(byEnd.get(source) ?? [])]));
    byNode.set(id, [...joined].sort().join(' '));
    const own = node.definition.stream !== null || node.definition.external !== null;
    for (const port of Object.keys(node.outputs)) {
      const end = `${id}.${port}`;
      const many = ask.types.get(end)?.sequence.count === 'many';
      byEnd.set(end, !many ? new Set() : own ? new Set([end]) : joined);
    }
  }
  return byNode;
}
