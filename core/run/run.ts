import type { Plan, Stage } from '../plan/plan.ts';
import { Problem, toProblemData } from '../problems/problem.ts';
import type { ResultCache, StageOutputs } from './cache.ts';
import { Channel, type Reader } from './channel.ts';
import { deliver, finish, type NodeTally, type RunContext, tallyOf } from './context.ts';
import type { RunHost } from './host.ts';
import { runItemStage } from './itemStage.ts';
import type { Keeper } from './keeper.ts';
import { endsOf, keepUnrun } from './keepFound.ts';
import { stageKeys } from './keys.ts';
import { Network } from './network.ts';
import { Cell, type Packet } from './packet.ts';
import { Recording } from './recording.ts';
import type { Following, NodeReport, PublishedOutput, RunEvent, RunInputs, RunResult, RunSoFar } from './result.ts';
import { runStreamStage } from './streamStage.ts';
import type { Tracer } from './tracer.ts';

export interface RunOptions {
  readonly inputs: RunInputs;
  readonly signal: AbortSignal;
  /** Results of earlier runs; none for profiling and one-shot runs. */
  readonly cache?: ResultCache;
  readonly noSamples?: boolean;
  readonly onEvent?: (event: RunEvent) => void;
  /** Takes published items as they come; they are then not kept for the result. */
  readonly onPublished?: (output: string, packet: Packet) => void;
  /** Hears of published items as they come; they are kept for the result all the same. */
  readonly onItem?: Following['onItem'];
  /** Keeps what passes at every port, to be looked at. */
  readonly keeper?: Keeper;
  /** Hears where the time goes. Costs nothing when it is left out. */
  readonly tracer?: Tracer;
  /** How far a run had come, just before it throws. */
  readonly onFailure?: (soFar: RunSoFar) => void;
}

/**
 * Runs a plan: every stage starts when its inputs are there; sequences are pulled. Throws the first Problem that no
 * fusion node absorbs, or `cancelled` at once when the signal says so; what was under way ends by itself.
 */
export async function runPlan(plan: Plan, host: RunHost, options: RunOptions): Promise<RunResult> {
  checkInputNames(plan, options.inputs);
  const startMs = host.node.now();
  const { tracer } = options;
  if (tracer === undefined) return runStages(plan, host, options, startMs);
  tracer.runBegins(startMs);
  try {
    return await runStages(plan, host, options, startMs);
  } finally {
    tracer.runEnds(host.node.now());
  }
}

/**
 * The caller's signal is listened to while the run lasts, and not a moment longer: Node keeps a signal that is joined of
 * others (AbortSignal.any) or set to a time, with all that its listeners hold, until the last listener has gone.
 */
async function runStages(plan: Plan, host: RunHost, options: RunOptions, startMs: number): Promise<RunResult> {
  const stop = new AbortController();
  const leave = (): void => stop.abort(options.signal.reason);
  options.signal.addEventListener('abort', leave);
  if (options.signal.aborted) leave();
  try {
    return await runUntil(stop, plan, host, options, startMs);
  } finally {
    options.signal.removeEventListener('abort', leave);
  }
}

async function runUntil(
  stop: AbortController,
  plan: Plan,
  host: RunHost,
  options: RunOptions,
  startMs: number,
): Promise<RunResult> {
  const { signal } = stop;
  const keys = options.cache ? await stageKeys(plan, options.inputs, host, signal) : plan.stages.map(() => null);
  const found = options.cache ? fromCache(plan, keys, options.cache) : new Map<number, StageOutputs>();
  const needed = neededStages(plan, found);
  const recordings = new Map<number, Recording>();
  for (const stage of plan.stages) {
    if (options.cache && keys[stage.index] !== null && needed.has(stage.index) && !found.has(stage.index))
      recordings.set(stage.index, new Recording(options.cache.maxEntryBytes()));
  }
  const context = makeContext(plan, host, options, signal, startMs, needed, found, recordings);
  context.emit({
    event: 'start',
    stages: needed.size,
    nodes: plan.stages.flatMap((stage) => stage.nodes.map((node) => node.id)),
  });
  for (const stage of plan.stages) {
    const key = keys[stage.index];
    if (context.keeper === null || key === null || (needed.has(stage.index) && !found.has(stage.index))) continue;
    const items = keepUnrun(context.keeper, context, stage, key, found);
    if (items === null) continue;
    for (const node of stage.nodes) tallyOf(context, node.id).items = items;
    if (!needed.has(stage.index)) settle(context, stage, 'cached');
  }
  const failures: unknown[] = [];
  function fail(error: unknown): void {
    failures.push(error);
    stop.abort(error);
  }
  signal.addEventListener('abort', () => {
    for (const channel of context.channels.values()) channel.fail(signal.reason);
  });
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
  aborted.catch(() => undefined);
  if (context.tracing !== null) context.tracing.dispatchedMs = host.node.now();
  const running = plan.stages
    .filter((stage) => needed.has(stage.index))
    .map((stage) =>
      runStage(context, stage, found.get(stage.index), keys[stage.index], options.cache, aborted).catch(fail),
    );
  await Promise.race([Promise.all(running), aborted.catch(() => undefined)]);
  if (options.signal.aborted || failures.length > 0) options.onFailure?.(reports(context));
  if (options.signal.aborted) throw abortProblem(options.signal.reason);
  if (failures.length > 0) throw asProblem(failures[0]);
  return collect(context, plan);
}

async function runStage(
  context: RunContext,
  stage: Stage,
  cached: StageOutputs | undefined,
  key: string | null,
  cache: ResultCache | undefined,
  aborted: Promise<never>,
): Promise<void> {
  const task = context.network.enter();
  try {
    if (cached !== undefined) {
      // What was found has been kept already.
      await replay({ ...context, keeper: null }, stage, cached, task);
      settle(context, stage, 'cached');
      return;
    }
    const work = stage.mode === 'item' ? runItemStage(context, stage, task) : runStreamStage(context, stage, task);
    await Promise.race([work, aborted]);
    settle(context, stage, 'ran');
    if (context.cutShort.has(stage.index)) return;
    context.keeper?.complete(endsOf(stage, key));
    const outputs = context.recordings.get(stage.index)?.outputs();
    if (outputs && key !== null) cache?.set(key, outputs);
  } finally {
    context.network.leave(task);
  }
}

async function replay(
  context: RunContext,
  stage: Stage,
  outputs: StageOutputs,
  task: Parameters<typeof deliver>[3],
): Promise<void> {
  for (const [port, packets] of Object.entries(outputs)) {
    for (const packet of packets) await deliver(context, stage, { [port]: packet }, task, null);
  }
  finish(context, stage, null);
}

function settle(context: RunContext, stage: Stage, state: 'ran' | 'cached'): void {
  for (const node of stage.nodes) {
    const tally = context.tallies.get(node.id) as NodeTally;
    if (tally.state !== 'missing') tally.state = state;
    context.emit({
      event: 'node',
      node: node.id,
      state: tally.state,
      atMs: context.host.node.now() - context.startMs,
      items: tally.items,
    });
  }
}

function fromCache(
  plan: Plan,
  keys: readonly (string | null)[],
  cache: ResultCache,
): ReadonlyMap<number, StageOutputs> {
  const found = new Map<number, StageOutputs>();
  for (const stage of plan.stages) {
    const key = keys[stage.index];
    // An output node must run: it is cheap, and collects what the run gives.
    const outputs = key === null || stage.nodes[0].definition.publishes ? undefined : cache.get(key);
    if (outputs !== undefined) found.set(stage.index, outputs);
  }
  return found;
}

/** Stages that must run or be replayed: the targets, and what they need, but nothing above a stage that is kept. */
function neededStages(plan: Plan, found: ReadonlyMap<number, StageOutputs>): ReadonlySet<number> {
  const needed = new Set<number>();
  for (const stage of [...plan.stages].reverse()) {
    if (plan.targets.has(stage.index)) needed.add(stage.index);
    if (!needed.has(stage.index) || found.has(stage.index)) continue;
    for (const source of Object.values(stage.sources))
      needed.add(plan.stageOf.get(source.slice(0, source.indexOf('.'))) as number);
  }
  return needed;
}

function makeContext(
  plan: Plan,
  host: RunHost,
  options: RunOptions,
  signal: AbortSignal,
  startMs: number,
  needed: ReadonlySet<number>,
  found: ReadonlyMap<number, StageOutputs>,
  recordings: ReadonlyMap<number, Recording>,
): RunContext {
  const network = new Network(() => host.node.sleep(1, signal));
  const limits = { items: host.node.limits.sequenceItems, bytes: host.node.limits.sequenceBytes };
  const cells = new Map<string, Cell>();
  const channels = new Map<string, Channel>();
  const tallies = new Map<string, NodeTally>();
  for (const stage of plan.stages) {
    const last = stage.nodes[stage.nodes.length - 1];
    for (const [port, sequence] of Object.entries(stage.gives)) {
      const name = `${last.id}.${port}`;
      if (sequence.count === 'one') cells.set(name, new Cell());
      else channels.set(name, new Channel(name, network, limits));
    }
    for (const node of stage.nodes) {
      const nothing = { items: 0, runMs: 0, beganAtMs: null, reportedAtMs: 0, notes: {} };
      tallies.set(node.id, { state: 'skipped', stage: stage.index, ...nothing });
    }
  }
  const readers = plan.stages.map((stage) => {
    const places = new Map<string, Reader>();
    if (!needed.has(stage.index) || found.has(stage.index)) return places;
    for (const [port, source] of Object.entries(stage.sources)) {
      const reader = channels.get(source)?.addReader();
      if (reader !== undefined) places.set(port, reader);
    }
    return places;
  });
  return {
    plan,
    host,
    inputs: options.inputs,
    noSamples: options.noSamples ?? false,
    signal,
    network,
    cells,
    channels,
    readers,
    tallies,
    published: new Map([...plan.outputs.keys()].map((name) => [name, []])),
    onPublished: options.onPublished ?? null,
    onItem: options.onItem ?? null,
    warnings: [],
    recordings,
    caching: options.cache !== undefined,
    keeper: options.keeper ?? null,
    cutShort: new Set(),
    startMs,
    tracing: options.tracer === undefined ? null : { tracer: options.tracer, host: host.node, dispatchedMs: startMs },
    emit: options.onEvent ?? (() => undefined),
  };
}

function checkInputNames(plan: Plan, inputs: RunInputs): void {
  const names = [...plan.inputs.values()];
  for (const name of Object.keys(inputs)) {
    if (names.includes(name)) continue;
    throw new Problem('input-unknown', {
      message: `There is no input called "${name}"; the pipeline has ${names.length === 0 ? 'none' : names.map((n) => `"${n}"`).join(', ')}.`,
      fix: 'Use one of those names.',
    });
  }
}

function collect(context: RunContext, plan: Plan): RunResult {
  const outputs: Record<string, PublishedOutput> = {};
  for (const [name, id] of plan.outputs) {
    const stage = plan.stages[plan.stageOf.get(id) as number];
    const source = Object.values(stage.sources)[0];
    const packets = context.published.get(name) ?? [];
    const items = packets.flatMap(({ missing, value, ...time }) => (value === undefined ? [] : [{ ...time, value }]));
    const missing = packets.find((packet) => packet.missing !== undefined)?.missing;
    const first = items[0];
    outputs[name] =
      first === undefined && missing !== undefined
        ? { status: 'missing', problem: missing }
        : {
            status: 'present',
            kind: first?.value.kind ?? stage.nodes[0].inputs[Object.keys(stage.sources)[0]].kinds[0],
            sequence: context.channels.has(source) ? 'many' : 'one',
            items,
          };
  }
  return { outputs, ...reports(context) };
}

function reports(context: RunContext): RunSoFar {
  const nodes: Record<string, NodeReport> = {};
  for (const [id, { state, stage, items, runMs, beganAtMs, notes }] of context.tallies) {
    const began = beganAtMs === null ? {} : { fromMs: beganAtMs - context.startMs };
    nodes[id] = { state, stage, items, runMs, ...began, notes };
  }
  return { nodes, warnings: [...context.warnings], wallMs: context.host.node.now() - context.startMs };
}

function abortProblem(reason: unknown): Problem {
  if (reason instanceof Problem) return reason;
  return new Problem('cancelled', {
    message: 'The run was cancelled.',
    fix: 'Run it again when you want the result.',
    cause: reason,
  });
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const data = toProblemData(error, 'internal');
  return new Problem(data.code, data);
}
