import type { CheckedNode } from '../check/checked.ts';
import type { Value } from '../kinds/value.ts';
import type { Stage } from '../plan/plan.ts';
import { isMediaProblem, Problem, type ProblemData, problemData } from '../problems/problem.ts';
import { chainSource, type HeadOfChain, missInside, passHead, seeInside } from './chain.ts';
import type { Reader } from './channel.ts';
import {
  absorb,
  deliver,
  finish,
  missingOutputs,
  note,
  progress,
  publish,
  type RunContext,
  tallyOf,
  type Values,
} from './context.ts';
import { externalOf } from './external.ts';
import { type Joined, Joiner } from './join.ts';
import type { Task } from './network.ts';
import type { Cell, Packet } from './packet.ts';
import { beginItem, type Origin, type Probe, type Turn } from './probe.ts';
import { itemsAtOnce } from './width.ts';

/** Runs a stage once per joined item, several at a time, and hands results on in the order of time. */
export async function runItemStage(context: RunContext, stage: Stage, task: Task): Promise<void> {
  const singles: Record<string, Packet> = {};
  const readers: (readonly [string, Reader])[] = [];
  const waiting: Promise<void>[] = [];
  for (const [port, source] of Object.entries(stage.sources)) {
    const reader = context.readers[stage.index].get(port);
    if (reader !== undefined) readers.push([port, reader]);
    else {
      waiting.push(
        (context.cells.get(source) as Cell).promise.then((packet) => {
          singles[port] = packet;
        }),
      );
    }
  }
  if (waiting.length > 0) {
    task.waiting++;
    context.network.look();
    await Promise.all(waiting);
    task.waiting--;
  }
  for (const node of stage.nodes) progress(context, node.id, 'running');
  if (readers.length === 0) {
    const t = Object.values(singles)[0]?.t ?? 0;
    const done = await work(context, stage, { t, packets: singles }, task, firstTurn(context));
    await deliver(context, stage, done.outputs, task, done.origin);
    finish(context, stage, done.origin);
  } else finish(context, stage, await overItems(context, stage, new Joiner(readers, singles, task), task));
}

function firstTurn({ tracing }: RunContext): Turn {
  const beforeMs = tracing?.dispatchedMs ?? 0;
  return { item: 0, beforeMs, fullFromMs: beforeMs, fullToMs: beforeMs };
}

/** Answers who handed on the last item, in a traced run. */
async function overItems(context: RunContext, stage: Stage, joiner: Joiner, task: Task): Promise<Origin | null> {
  const { tracing } = context;
  let turn = firstTurn(context);
  let last: Origin | null = null;
  let handingOn: Promise<unknown> = Promise.resolve();
  const most = itemsAtOnce(stage, context.host.parallelism);
  let underWay = 0;
  let slotFree: (() => void) | null = null;
  let wanted = true;
  for (;;) {
    context.signal.throwIfAborted();
    const joined = await joiner.next();
    if (joined === null || !wanted) break;
    underWay++;
    const result = work(context, stage, joined, task, turn);
    // Awaited in its turn below; until then a failure must not count as unhandled.
    result.catch(() => undefined);
    handingOn = handingOn.then(async () => {
      const { outputs, origin } = await result;
      // An item that was done before the one in front of it is handed on after that.
      last = tracing === null || origin === null ? null : { by: origin.by, at: tracing.host.now() };
      const read = await deliver(context, stage, outputs, task, last);
      if (!read && Object.keys(outputs).length > 0) {
        wanted = false;
        context.cutShort.add(stage.index);
      }
      underWay--;
      slotFree?.();
    });
    // The chain is awaited below; this only keeps a failure from being reported as unhandled meanwhile.
    handingOn.catch(() => slotFree?.());
    const beforeMs = tracing === null ? 0 : tracing.host.now();
    const full = underWay >= most;
    while (underWay >= most) {
      const freed = new Promise<void>((resolve) => {
        slotFree = resolve;
      });
      await Promise.race([handingOn, freed]);
    }
    const fullToMs = tracing !== null && full ? tracing.host.now() : beforeMs;
    if (tracing !== null) turn = { item: turn.item + 1, beforeMs, fullFromMs: beforeMs, fullToMs };
  }
  await handingOn;
  joiner.leave();
  for (const [port, count] of joiner.unmatched) context.warnings.push(unmatched(stage, port, count));
  return last;
}

function unmatched(stage: Stage, port: string, count: number): ProblemData {
  const node = stage.nodes[0];
  return problemData('sequence-order', {
    severity: 'warning',
    message: `${count} ${count === 1 ? 'item' : 'items'} at "${node.id}.${port}" found no partner of the same time at the other inputs and ${count === 1 ? 'was' : 'were'} left out.`,
    fix: 'Put a node before it that aligns the sequences in time.',
    where: { node: node.id, port },
  });
}

interface Done {
  readonly outputs: Readonly<Record<string, Packet>>;
  readonly origin: Origin | null;
}

/** One item through the stage. */
async function work(context: RunContext, stage: Stage, joined: Joined, task: Task, turn: Turn): Promise<Done> {
  task.working++;
  const { tracing } = context;
  const probe = tracing === null ? null : beginItem(tracing, stage.index, stage.nodes[0].id, joined, turn);
  try {
    const values = await through(context, stage, joined, probe);
    const outputs: Record<string, Packet> = {};
    for (const [port, value] of Object.entries(values.values)) {
      outputs[port] =
        joined.durationSeconds === undefined
          ? { t: joined.t, value }
          : { t: joined.t, durationSeconds: joined.durationSeconds, value };
    }
    for (const [port, missing] of Object.entries(values.missed)) outputs[port] = { t: joined.t, missing };
    const origin = probe?.ends(values.values) ?? null;
    return { outputs: values.missing === null ? outputs : missingOutputs(stage, values.missing, joined.t), origin };
  } finally {
    task.working--;
    context.network.look();
  }
}

type Inputs = Readonly<Record<string, Value | undefined>>;

interface Outcome {
  readonly values: Values;
  readonly missing: ProblemData | null;
  /** Outputs that have no value, when others do. */
  readonly missed: Readonly<Record<string, ProblemData>>;
}

async function through(context: RunContext, stage: Stage, joined: Joined, probe: Probe | null): Promise<Outcome> {
  const inputs: Record<string, Value | undefined> = {};
  const missing: Record<string, ProblemData> = {};
  const first = stage.nodes[0];
  for (const [port, packet] of Object.entries(joined.packets)) {
    inputs[port] = packet.value;
    if (packet.missing === undefined) continue;
    if (first.definition.publishes) publish(context, stage, packet);
    if (first.inputs[port].missing === 'fail') return skipped(context, stage, packet.missing, joined.t);
    missing[port] = packet.missing;
  }
  let at = 0;
  let missed: Readonly<Record<string, ProblemData>> = {};
  try {
    const pass = stage.nodes.length > 1 ? await fusedPass(context, stage, inputs, probe) : null;
    let values: Values = pass === null ? {} : { [Object.keys(stage.nodes[pass.taken - 1].outputs)[0]]: pass.value };
    for (at = pass?.taken ?? 0; at < stage.nodes.length; at++) {
      const node = stage.nodes[at];
      const given = at === 0 ? inputs : { [Object.keys(node.sources)[0]]: Object.values(values)[0] };
      ({ values, missed } = await runNode(context, stage, node, given, missing, joined, at > 0, probe));
    }
    if (context.keeper !== null) seeInside(context.keeper, context, stage, inputs, joined, stage.nodes.length);
    if (first.definition.publishes) publish(context, stage, Object.values(joined.packets)[0]);
    return { values, missing: null, missed };
  } catch (error) {
    probe?.failed();
    if (context.keeper !== null) seeInside(context.keeper, context, stage, inputs, joined, at);
    const failed = stage.nodes[Math.min(at, stage.nodes.length - 1)];
    const problem = absorb(context, stage, failed.id, joined.t, error);
    if (context.keeper !== null) missInside(context.keeper, stage, problem, joined.t, at);
    return { values: {}, missing: problem, missed: {} };
  }
}

function skipped(context: RunContext, stage: Stage, problem: ProblemData, t: number): Outcome {
  if (context.keeper !== null) missInside(context.keeper, stage, problem, t, 0);
  for (const node of stage.nodes) tallyOf(context, node.id).state = 'missing';
  return { values: {}, missing: problem, missed: {} };
}

/** Does the head of a chain in one pass over the encoded or decoded picture; null when the host takes nothing. */
async function fusedPass(
  context: RunContext,
  stage: Stage,
  inputs: Inputs,
  probe: Probe | null,
): Promise<HeadOfChain | null> {
  const source = chainSource(context, stage, inputs);
  if (source === null) return null;
  const before = context.host.node.now();
  const head = await passHead(context, stage, source, stage.steps.length, context.signal);
  if (head === null) return null;
  const after = context.host.node.now();
  const first = tallyOf(context, stage.nodes[0].id);
  first.runMs += after - before;
  first.beganAtMs ??= before;
  probe?.passed(stage.nodes[0].id, head, before, after);
  for (const node of stage.nodes.slice(0, head.taken)) tallyOf(context, node.id).items++;
  return head;
}

async function runNode(
  context: RunContext,
  stage: Stage,
  node: CheckedNode,
  inputs: Readonly<Record<string, Value | undefined>>,
  missing: Readonly<Record<string, ProblemData>>,
  joined: Joined,
  inner: boolean,
  probe: Probe | null,
): Promise<{ readonly values: Values; readonly missed: Readonly<Record<string, ProblemData>> }> {
  const missed: Record<string, ProblemData> = {};
  const run = node.definition.run as NonNullable<typeof node.definition.run>;
  const { host, signal } = context;
  const external = node.definition.external === null ? null : externalOf(context, node);
  const nodeHost = probe === null ? host.node : probe.host(node.id);
  const before = host.node.now();
  const answer = run({
    inputs,
    params: node.params,
    files: node.files,
    host: nodeHost,
    signal,
    note: note(context, node.id),
    t: joined.t,
    durationSeconds: joined.durationSeconds,
    missing,
    miss: (port, problem) => {
      if (!isMediaProblem(problem) || !stage.absorbable) throw new Problem(problem.code, problem);
      missed[port] = problem;
    },
    owned: inner ? new Set(Object.keys(inputs)) : ownedBy(context, stage),
    external,
  });
  probe?.called(node.id, before);
  const late = 'then' in answer && typeof answer.then === 'function';
  const values = late ? await answer : (answer as Values);
  const tally = tallyOf(context, node.id);
  tally.runMs += (probe === null ? host.node.now() : probe.answered(late)) - before;
  tally.beganAtMs ??= before;
  tally.items++;
  signal.throwIfAborted();
  if (inner || stage.nodes.length === 1) progress(context, node.id, 'running');
  return { values, missed };
}

/** What is kept for a later run, or to be looked at, belongs to no node. */
function ownedBy(context: RunContext, stage: Stage): ReadonlySet<string> {
  return context.caching || context.keeper !== null ? new Set() : stage.owned;
}
