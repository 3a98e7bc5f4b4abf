import type { Item, Value } from '../kinds/value.ts';
import type { Stage } from '../plan/plan.ts';
import { Problem, type ProblemData } from '../problems/problem.ts';
import { absorb, deliver, finish, missingOutputs, note, progress, type RunContext, tallyOf } from './context.ts';
import { externalOf } from './external.ts';
import type { Task } from './network.ts';
import type { Cell, Packet } from './packet.ts';
import { bytesOfValues } from './probe.ts';
import { StreamWatch } from './streamWatch.ts';

/** A missing modality met inside a sequence, on its way out of a node's generator. */
class MissingItem extends Error {
  readonly problem: ProblemData;
  constructor(problem: ProblemData) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Runs a node that pulls its inputs for itself. */
export async function runStreamStage(context: RunContext, stage: Stage, task: Task): Promise<void> {
  const node = stage.nodes[0];
  const tally = tallyOf(context, node.id);
  const inputs: Record<string, AsyncIterable<Item>> = {};
  const watch = new StreamWatch(tally, stage.index, context.host.node.now, context.tracing);
  for (const port of Object.keys(stage.sources)) inputs[port] = pull(context, stage, port, task, watch);
  const lastTime = new Map<string, number>();
  progress(context, node.id, 'running');
  let t = 0;
  try {
    const { host, signal } = context;
    const stream = node.definition.stream as NonNullable<typeof node.definition.stream>;
    const external = node.definition.external === null ? null : externalOf(context, node);
    const emissions = stream({
      inputs,
      params: node.params,
      files: node.files,
      host: watch.probe === null ? host.node : watch.probe.host(node.id),
      signal,
      note: note(context, node.id),
      external,
    });
    for await (const emission of emissions) {
      const origin = watch.emits(context.tracing === null ? 0 : bytesOfValues(emission.outputs));
      signal.throwIfAborted();
      t = emission.t;
      const outputs: Record<string, Packet> = {};
      for (const [port, value] of Object.entries(emission.outputs)) {
        if (emission.t < (lastTime.get(port) ?? Number.NEGATIVE_INFINITY))
          throw backwards(node.id, port, emission.t, lastTime.get(port) as number);
        lastTime.set(port, emission.t);
        outputs[port] =
          emission.durationSeconds === undefined
            ? { t: emission.t, value }
            : { t: emission.t, durationSeconds: emission.durationSeconds, value };
      }
      tally.items++;
      progress(context, node.id, 'running');
      const { held } = task;
      if (!(await deliver(context, stage, outputs, task, origin)) && !gives(stage, 'one')) {
        context.cutShort.add(stage.index);
        break;
      }
      watch.resumes(task.held > held, node.id);
    }
  } catch (error) {
    const origin = watch.ends();
    const problem = error instanceof MissingItem ? error.problem : absorb(context, stage, node.id, t, error);
    tally.state = 'missing';
    for (const [port, missing] of Object.entries(missingOutputs(stage, problem, t))) {
      context.keeper?.see(`${node.id}.${port}`, missing);
      const packet = { ...missing, ...origin };
      const cell = context.cells.get(`${node.id}.${port}`);
      if (cell !== undefined) cell.fill(packet);
      else await context.channels.get(`${node.id}.${port}`)?.write(packet, task);
    }
  }
  for (const port of Object.keys(stage.sources)) context.readers[stage.index].get(port)?.leave();
  finish(context, stage, watch.ends());
}

function gives(stage: Stage, count: 'one' | 'many'): boolean {
  return Object.values(stage.gives).some((sequence) => sequence.count === count);
}

async function* pull(
  context: RunContext,
  stage: Stage,
  port: string,
  task: Task,
  watch: StreamWatch,
): AsyncIterable<Item> {
  const reader = context.readers[stage.index].get(port);
  if (reader === undefined) {
    task.waiting++;
    watch.asks();
    context.network.look();
    const packet = await (context.cells.get(stage.sources[port]) as Cell).promise;
    task.waiting--;
    watch.answered(packet, null);
    yield present(packet);
    return;
  }
  try {
    for (;;) {
      watch.asks();
      const packet = await reader.next(task);
      watch.answered(packet, packet === null ? reader.endedBy() : null);
      if (packet === null) return;
      yield present(packet);
    }
  } finally {
    reader.leave();
  }
}

function present(packet: Packet): Item {
  if (packet.missing !== undefined) throw new MissingItem(packet.missing);
  const value = packet.value as Value;
  return packet.durationSeconds === undefined
    ? { t: packet.t, value }
    : { t: packet.t, durationSeconds: packet.durationSeconds, value };
}

function backwards(node: string, port: string, t: number, before: number): Problem {
  return new Problem('sequence-order', {
    message: `"${node}" gave an item at ${t} s after one at ${before} s on "${port}"; times must not go backwards.`,
    fix: 'Give items in the order of time.',
    where: { node, port, timeSeconds: t },
  });
}
