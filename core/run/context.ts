import type { Json, Value } from '../kinds/value.ts';
import type { Stage } from '../plan/plan.ts';
import { isMediaProblem, Problem, type ProblemData, problemData, toProblemData } from '../problems/problem.ts';
import type { Channel, Reader } from './channel.ts';
import type { Given } from './external.ts';
import type { Keeper } from './keeper.ts';
import type { Network, Task } from './network.ts';
import type { Cell, Packet } from './packet.ts';
import type { Origin, Tracing } from './probe.ts';
import type { Recording } from './recording.ts';
import type { Following, NodeState, RunEvent } from './result.ts';

export interface NodeTally {
  state: NodeState;
  stage: number;
  items: number;
  runMs: number;
  /** When it first worked; null: not yet. */
  beganAtMs: number | null;
  reportedAtMs: number;
  readonly notes: Record<string, Json>;
}

/** All that the stages of one run have in common. */
export interface RunContext extends Given {
  readonly signal: AbortSignal;
  readonly network: Network;
  readonly cells: ReadonlyMap<string, Cell>;
  readonly channels: ReadonlyMap<string, Channel>;
  /** Stage index → port → its place in the channel, made before anything runs so that nothing is missed. */
  readonly readers: readonly ReadonlyMap<string, Reader>[];
  readonly tallies: ReadonlyMap<string, NodeTally>;
  readonly published: Map<string, Packet[]>;
  readonly onPublished: ((output: string, packet: Packet) => void) | null;
  readonly onItem: Following['onItem'] | null;
  readonly warnings: ProblemData[];
  /** By stage index; what is being kept for the cache. */
  readonly recordings: ReadonlyMap<number, Recording>;
  readonly caching: boolean;
  readonly keeper: Keeper | null;
  /** Stages that stopped early because nobody wanted more: what they gave is not all that they would give. */
  readonly cutShort: Set<number>;
  readonly startMs: number;
  /** Null unless the run is traced. */
  readonly tracing: Tracing | null;
  readonly emit: (event: RunEvent) => void;
}

/**
 * Puts what a stage gave into its cells and channels. False when nobody wants any of it any more. `origin`: which task
 * made it, in a traced run.
 */
export async function deliver(
  context: RunContext,
  stage: Stage,
  outputs: Readonly<Record<string, Packet>>,
  task: Task,
  origin: Origin | null,
): Promise<boolean> {
  const node = stage.nodes[stage.nodes.length - 1];
  let read = context.plan.targets.has(stage.index);
  for (const [port, made] of Object.entries(outputs)) {
    const name = `${node.id}.${port}`;
    context.recordings.get(stage.index)?.keep(port, made);
    context.keeper?.see(name, made);
    const packet = origin === null ? made : signed(made, origin);
    const cell = context.cells.get(name);
    if (cell !== undefined) {
      if (!cell.fill(packet)) throw secondItem(node.id, port);
      continue;
    }
    const channel = context.channels.get(name);
    if (channel !== undefined && (await channel.write(packet, task))) read = true;
  }
  return read;
}

/** Written out, since this is done for every packet of a traced run and spreading objects is slow. */
function signed({ t, durationSeconds, value, missing }: Packet, { by, at }: Origin): Packet {
  if (missing !== undefined) return { t, missing, by, at };
  return durationSeconds === undefined ? { t, value, by, at } : { t, durationSeconds, value, by, at };
}

/** As it would be in a run that is not traced. */
function unsigned({ by: _by, at: _at, ...packet }: Packet): Packet {
  return packet;
}

function secondItem(node: string, port: string): Problem {
  return new Problem('node-failed', {
    message: `"${node}" gave more than one item at "${port}", which it declared to carry one.`,
    fix: "Declare `sequence: { count: 'many' }` for that output in the node's infer.",
    where: { node, port },
  });
}

/** Fills cells that a stage left empty and ends its channels. `origin`: the stage's last task, in a traced run. */
export function finish(context: RunContext, stage: Stage, origin: Origin | null): void {
  const node = stage.nodes[stage.nodes.length - 1];
  for (const port of Object.keys(stage.gives)) {
    const name = `${node.id}.${port}`;
    context.channels.get(name)?.end(origin);
    const cell = context.cells.get(name);
    if (cell === undefined || cell.filled()) continue;
    const empty: Packet = {
      t: 0,
      missing: problemData('media-empty', {
        message: `"${node.id}" (${node.definition.title}) gave nothing at "${port}": the sequence that it gathers is empty.`,
        fix: 'Give it media with at least one item, or choose what an empty sequence means at a fusion node.',
        where: { node: node.id, port },
      }),
    };
    cell.fill(origin === null ? empty : signed(empty, origin));
    context.keeper?.see(name, empty);
  }
}

/** The same missing modality at every output of a stage. */
export function missingOutputs(stage: Stage, missing: ProblemData, t: number): Readonly<Record<string, Packet>> {
  return Object.fromEntries(Object.keys(stage.gives).map((port) => [port, { t, missing }]));
}

/** What to do with an error thrown by a node: absorbed as a missing modality, or thrown on as a Problem of that node. */
export function absorb(context: RunContext, stage: Stage, node: string, t: number, error: unknown): ProblemData {
  if (context.signal.aborted) throw context.signal.reason;
  const data = toProblemData(error, 'node-failed', t === 0 ? { node } : { node, timeSeconds: t });
  if (!isMediaProblem(data) || !stage.absorbable) throw new Problem(data.code, data);
  context.warnings.push({ ...data, severity: 'warning' });
  return data;
}

export function tallyOf(context: RunContext, node: string): NodeTally {
  return context.tallies.get(node) as NodeTally;
}

/** Reports progress of a node, at most every 50 ms unless its state changes. */
export function progress(context: RunContext, node: string, state: 'running' | NodeState): void {
  const tally = tallyOf(context, node);
  const atMs = context.host.node.now() - context.startMs;
  if (state === 'running' && tally.items > 0 && atMs - tally.reportedAtMs < 50) return;
  tally.reportedAtMs = atMs;
  context.emit({ event: 'node', node, state, atMs, items: tally.items });
}

export function note(context: RunContext, node: string): (name: string, value: Json) => void {
  const { notes } = tallyOf(context, node);
  return (name, value) => {
    if (notes[name] === value) return;
    notes[name] = value;
    context.emit({ event: 'note', node, name, value });
  };
}

export function publish(context: RunContext, stage: Stage, given: Packet): void {
  const packet = given.by === undefined ? given : unsigned(given);
  const node = stage.nodes[0].id;
  for (const port of Object.keys(stage.sources)) context.keeper?.see(`${node}.${port}`, packet);
  for (const [name, id] of context.plan.outputs) {
    if (id !== node) continue;
    if (context.onItem !== null) tellItem(context.onItem, name, packet);
    if (context.onPublished !== null) context.onPublished(name, packet);
    else context.published.get(name)?.push(packet);
  }
}

function tellItem(onItem: Following['onItem'], output: string, { t, durationSeconds, value }: Packet): void {
  if (value !== undefined) onItem(output, durationSeconds === undefined ? { t, value } : { t, durationSeconds, value });
}

export type Values = Readonly<Record<string, Value>>;
