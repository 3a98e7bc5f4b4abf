import type { RunView } from './runView.ts';

/** What a task had to wait for before it could begin. */
export interface Constraint {
  readonly task: number;
  /** It had to be handed on, or only to begin, which made room for what came after. */
  readonly what: 'handedOn' | 'begun';
  readonly atMs: number;
}

/**
 * When each task's outputs were handed on, at the earliest: in the order of items, so not before those in front of it
 * were done. `leader`: the task that this hung on.
 */
export interface HandedOn {
  readonly atMs: Float64Array;
  readonly leader: Int32Array;
}

export function handedOn(view: RunView): HandedOn {
  const atMs = new Float64Array(view.count);
  const leader = new Int32Array(view.count);
  for (const tasks of view.byStage) {
    let latest = Number.NEGATIVE_INFINITY;
    let first = -1;
    for (const task of tasks) {
      const endMs = view.trace.tasks.endMs[view.firstTask + task];
      if (endMs >= latest) {
        latest = endMs;
        first = task;
      }
      atMs[task] = latest;
      leader[task] = first;
    }
  }
  return { atMs, leader };
}

/** Stages that took what each stage gave, as far as the run shows. */
export function takers(view: RunView): readonly ReadonlySet<number>[] {
  const found = view.plan.stages.map(() => new Set<number>());
  const { stage, firstAfter, after } = view.trace.tasks;
  for (let task = view.firstTask; task < view.firstTask + view.count; task++) {
    for (let at = firstAfter[task]; at < firstAfter[task + 1]; at++) found[stage[after[at]]]?.add(stage[task]);
  }
  return found;
}

/**
 * All that held a task back: its inputs; for a stage that pulls, its own stretch of work before; where every slot was
 * taken or a reader was not ready, the item whose going made room, or the reader that took one. All are of smaller
 * numbers, since tasks are counted as they begin.
 */
export function constraintsOf(
  view: RunView,
  task: number,
  hands: HandedOn,
  readers: readonly ReadonlySet<number>[],
): readonly Constraint[] {
  const { tasks } = view.trace;
  const absolute = view.firstTask + task;
  const startMs = tasks.startMs[absolute];
  const stage = tasks.stage[absolute];
  const own = view.byStage[stage];
  const found: Constraint[] = [];
  let inputsMs = Number.NEGATIVE_INFINITY;
  for (let at = tasks.firstAfter[absolute]; at < tasks.firstAfter[absolute + 1]; at++) {
    const before = tasks.after[at] - view.firstTask;
    inputsMs = Math.max(inputsMs, hands.atMs[before]);
    found.push({ task: before, what: 'handedOn', atMs: hands.atMs[before] });
  }
  const place = view.place[task];
  if (view.plan.stages[stage]?.mode === 'stream') {
    if (place > 0) found.push({ task: own[place - 1], what: 'handedOn', atMs: hands.atMs[own[place - 1]] });
  }
  const held = heldBack(view, task);
  const room = lastBy(own, place, (other) => hands.atMs[other] <= startMs);
  if (room >= 0 && (held || (hands.atMs[room] > inputsMs && hands.atMs[room] <= tasks.readyMs[absolute])))
    found.push({ task: room, what: 'handedOn', atMs: hands.atMs[room] });
  if (held) {
    for (const reader of readers[stage]) {
      const list = view.byStage[reader];
      const taken = lastBy(
        list,
        list.length,
        (other) => other < task && tasks.startMs[view.firstTask + other] <= startMs,
      );
      if (taken >= 0) found.push({ task: taken, what: 'begun', atMs: tasks.startMs[view.firstTask + taken] });
    }
  }
  return found.filter(({ task: other, atMs }) => other < task && atMs <= startMs);
}

/** Whether the engine says that a slot or a reader was what it waited for. */
function heldBack(view: RunView, task: number): boolean {
  const { names, spans } = view.trace;
  for (let at = view.firstSpan[task]; at < view.firstSpan[task + 1]; at++) {
    const name = names[spans.name[view.spans[at]]];
    if (name === 'slot' || name === 'held back') return true;
  }
  return false;
}

/** The last of the first `count` for which it holds; it holds up to some place and not after. -1: for none. */
function lastBy(list: readonly number[], count: number, holds: (task: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(list[middle])) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? -1 : list[low - 1];
}
