import type { Trace } from './trace.ts';

/** What attribution must know of a plan; a `Plan` is one. */
export interface PlanShape {
  readonly stages: readonly {
    readonly nodes: readonly { readonly id: string }[];
    readonly mode: 'item' | 'stream';
  }[];
}

/** One run of a trace, with its tasks by stage and its spans by task. Tasks are counted from 0. */
export interface RunView {
  readonly trace: Trace;
  readonly plan: PlanShape;
  readonly startMs: number;
  readonly endMs: number;
  readonly firstTask: number;
  readonly count: number;
  /** Tasks of each stage in the order of their items, which is also that of their beginnings. */
  readonly byStage: readonly (readonly number[])[];
  /** Place of each task in its stage. */
  readonly place: Int32Array;
  /** Spans of task t (indices into the trace): `spans[firstSpan[t] .. firstSpan[t + 1]]`. */
  readonly firstSpan: Uint32Array;
  readonly spans: Uint32Array;
}

export function viewRun(trace: Trace, run: number, plan: PlanShape): RunView {
  const { runs, tasks, spans } = trace;
  const firstTask = runs.firstTask[run];
  const count = runs.firstTask[run + 1] - firstTask;
  const byStage: number[][] = plan.stages.map(() => []);
  const place = new Int32Array(count);
  for (let task = 0; task < count; task++) {
    const list = byStage[tasks.stage[firstTask + task]];
    if (list !== undefined) place[task] = list.push(task) - 1;
  }
  const from = runs.firstSpan[run];
  const to = runs.firstSpan[run + 1];
  const firstSpan = new Uint32Array(count + 1);
  for (let span = from; span < to; span++) firstSpan[spans.task[span] - firstTask + 1]++;
  for (let task = 0; task < count; task++) firstSpan[task + 1] += firstSpan[task];
  const next = firstSpan.slice();
  const sorted = new Uint32Array(to - from);
  for (let span = from; span < to; span++) sorted[next[spans.task[span] - firstTask]++] = span;
  return {
    trace,
    plan,
    startMs: runs.startMs[run],
    endMs: runs.endMs[run],
    firstTask,
    count,
    byStage,
    place,
    firstSpan,
    spans: sorted,
  };
}
