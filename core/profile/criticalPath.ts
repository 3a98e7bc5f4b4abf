import type { PathStep } from './attribution.ts';
import { type Constraint, constraintsOf, type HandedOn, handedOn, takers } from './constraints.ts';
import type { TaskPieces } from './pieces.ts';
import type { Piece } from './rawPieces.ts';
import type { RunView } from './runView.ts';

/** What the tasks of a run waited for. */
export interface Dependencies {
  readonly hands: HandedOn;
  /** By task. */
  readonly constraints: readonly (readonly Constraint[])[];
  /** By task: the one that ended last, and so let it go; null where nothing held it. */
  readonly binding: readonly (Constraint | null)[];
}

export function dependenciesOf(view: RunView): Dependencies {
  const hands = handedOn(view);
  const readers = takers(view);
  const constraints = Array.from({ length: view.count }, (_, task) => constraintsOf(view, task, hands, readers));
  const binding = constraints.map((list) =>
    list.reduce<Constraint | null>((last, one) => (last === null || one.atMs > last.atMs ? one : last), null),
  );
  return { hands, constraints, binding };
}

/**
 * Goes back from the end of the run over whatever let each task go at last, so that the steps follow each other without
 * a hole. What is before the first task and after the last is nobody's.
 */
export function criticalPath(view: RunView, { hands, binding }: Dependencies, pieces: TaskPieces): readonly PathStep[] {
  const { tasks } = view.trace;
  const steps: PathStep[] = [];
  const before = ({ node, kind, worker, startMs, endMs }: Piece, task: number): void => {
    if (!(endMs > startMs)) return;
    const last = steps[steps.length - 1];
    if (last?.task === task && last.node === node && last.kind === kind && last.worker === worker)
      steps[steps.length - 1] = { ...last, startMs };
    else steps.push({ node, kind, worker, startMs, endMs, task });
  };
  const nobody = (worker: string, startMs: number, endMs: number): void =>
    before({ node: '', kind: 'gap', worker, startMs, endMs }, -1);

  let task = lastTask(view);
  let leaveMs = task < 0 ? view.startMs : Math.min(tasks.endMs[view.firstTask + task], view.endMs);
  nobody(task < 0 ? 'engine' : 'collecting', leaveMs, view.endMs);
  while (task >= 0) {
    const held = binding[task];
    const absolute = view.firstTask + task;
    const fromMs = Math.max(view.startMs, Math.min(held?.atMs ?? tasks.readyMs[absolute], leaveMs));
    const parts = pieces.between(task, fromMs, leaveMs);
    for (let i = parts.length - 1; i >= 0; i--) before(parts[i], absolute);
    leaveMs = fromMs;
    if (held === null) break;
    task = held.what === 'handedOn' ? hands.leader[held.task] : held.task;
  }
  nobody('preparing', view.startMs, leaveMs);
  return steps.reverse();
}

function lastTask(view: RunView): number {
  let last = -1;
  let latest = Number.NEGATIVE_INFINITY;
  for (let task = 0; task < view.count; task++) {
    const endMs = view.trace.tasks.endMs[view.firstTask + task];
    if (endMs < latest) continue;
    latest = endMs;
    last = task;
  }
  return last;
}

/**
 * How much longer each task could take before the run takes longer (critical path method, Kelley and Walker, 1959): back
 * from the end, what a task can bear is the least that those which waited for it can bear, plus what they would have
 * waited for others anyway. The time between what let a task go and its start is taken to stay as it is.
 */
export function slackOf(
  view: RunView,
  { hands, constraints, binding }: Dependencies,
  pieces: TaskPieces,
): Float64Array {
  const { endMs } = view.trace.tasks;
  const last = lastTask(view);
  const slack = new Float64Array(view.count);
  if (last < 0) return slack;
  const lastMs = endMs[view.firstTask + last];
  /** Of a task's beginning, of its end, and of what it gives being handed on. */
  const beginning = new Float64Array(view.count).fill(Number.POSITIVE_INFINITY);
  const handing = Float64Array.from(hands.atMs, (ms) => Math.max(0, lastMs - ms));
  for (let task = view.count - 1; task >= 0; task--) {
    const own = view.byStage[view.trace.tasks.stage[view.firstTask + task]];
    const next = own[view.place[task] + 1];
    if (next !== undefined)
      handing[task] = Math.min(handing[task], handing[next] + hands.atMs[next] - hands.atMs[task]);
    slack[task] = handing[task] + hands.atMs[task] - endMs[view.firstTask + task];
    const bears = Math.min(beginning[task], slack[task]);
    const releasedMs = binding[task]?.atMs ?? 0;
    for (const { task: other, what, atMs } of constraints[task]) {
      const of = what === 'handedOn' ? handing : beginning;
      of[other] = Math.min(of[other], bears + releasedMs - atMs);
    }
  }
  // Who holds the main thread holds those up that wait for it, whether or not they need what it gives.
  const least = slack.slice();
  for (let task = 0; task < view.count; task++)
    for (const holder of pieces.holders(task)) least[holder] = Math.min(least[holder], slack[task]);
  return least;
}
