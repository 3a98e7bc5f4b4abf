import type { Item, Value } from '../kinds/value.ts';
import type { Stage } from '../plan/plan.ts';
import { Problem, type ProblemData } from '../problems/problem.ts';
import { absorb, deliver, finish, missingOutputs, note, progress, type RunContext, tallyOf } from './context.ts';
import { externalOf } from './external.ts';
import type { Task } from './network.ts';
import type { Cell, Packet } from './packet.ts';

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
  for (const port of Object.keys(stage.sources)) inputs[port] = pull(context, stage, port, task);
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
      host: host.node,
      signal,
      note: note(context, node.id),
      external,
    });
    let before = host.node.now();
    for await (const emission of emissions) {
      tally.runMs += host.node.now() - before;
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
      if (!(await deliver(context, stage, outputs, task)) && !gives(stage, 'one')) {
        context.cutShort.add(stage.index);
        break;
      }
      before = host.node.now();
    }
  } catch (error) {
    const problem = error instanceof MissingItem ? error.problem : absorb(context, stage, node.id, t, error);
    tally.state = 'missing';
    for (const [port, packet] of Object.entries(missingOutputs(stage, problem, t))) {
      context.keeper?.see(`${node.id}.${port}`, packet);
      const cell = context.cells.get(`${node.id}.${port}`);
      if (cell !== undefined) cell.fill(packet);
      else await context.channels.get(`${node.id}.${port}`)?.write(packet, task);
    }
  }
  for (const port of Object.keys(stage.sources)) context.readers[stage.index].get(port)?.leave();
  finish(context, stage);
}

function gives(stage: Stage, count: 'one' | 'many'): boolean {
  return Object.values(stage.gives).some((sequence) => sequence.count === count);
}

async function* pull(context: RunContext, stage: Stage, port: string, task: Task): AsyncIterable<Item> {
  const reader = context.readers[stage.index].get(port);
  if (reader === undefined) {
    task.waiting++;
    context.network.look();
    const packet = await (context.cells.get(stage.sources[port]) as Cell).promise;
    task.waiting--;
    yield present(packet);
    return;
  }
  try {
    for (let packet = await reader.next(task); packet !== null; packet = await reader.next(task)) yield present(packet);
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
