import type { SpanKind } from '../run/tracer.ts';
import type { NodeParts, RunParts } from './attribution.ts';
import { criticalPath, dependenciesOf, slackOf } from './criticalPath.ts';
import { TaskPieces } from './pieces.ts';
import type { FusedShares } from './rawPieces.ts';
import { type PlanShape, type RunView, viewRun } from './runView.ts';
import type { Trace } from './trace.ts';

/**
 * Where the time of one run went: parts of every node that had anything to do, and the critical path, whose steps and
 * remainder add up to the run's time. `shares`: what each node takes of a fused pass over its stage; equal parts where
 * it says nothing.
 */
export function attributeRun(trace: Trace, run: number, plan: PlanShape, shares: FusedShares = new Map()): RunParts {
  const view = viewRun(trace, run, plan);
  const pieces = new TaskPieces(view, shares);
  const dependencies = dependenciesOf(view);
  const path = criticalPath(view, dependencies, pieces);
  const slack = slackOf(view, dependencies, pieces);
  const criticalMs = new Map<string, number>();
  for (const { node, startMs, endMs } of path) criticalMs.set(node, (criticalMs.get(node) ?? 0) + endMs - startMs);
  return {
    wallMs: view.endMs - view.startMs,
    nodes: plan.stages.flatMap((_, stage) => stageParts(view, stage, pieces, slack, criticalMs)),
    path,
    remainderMs: criticalMs.get('') ?? 0,
  };
}

function stageParts(
  view: RunView,
  stage: number,
  pieces: TaskPieces,
  slack: Float64Array,
  criticalMs: ReadonlyMap<string, number>,
): readonly NodeParts[] {
  const tasks = view.byStage[stage];
  if (tasks.length === 0) return [];
  const { nodes } = view.plan.stages[stage];
  const { bytesIn, bytesOut } = view.trace.tasks;
  const parts = new Map(nodes.map(({ id }) => [id, { run: 0, copy: 0, queue: 0, gap: 0, load: 0 }]));
  let least = Number.POSITIVE_INFINITY;
  let taken = 0;
  let given = 0;
  for (const task of tasks) {
    for (const { node, kind, startMs, endMs } of pieces.all(task)) {
      const ms: Record<SpanKind, number> | undefined = parts.get(node);
      if (ms !== undefined) ms[kind] += endMs - startMs;
    }
    least = Math.min(least, slack[task]);
    taken += bytesIn[view.firstTask + task];
    given += bytesOut[view.firstTask + task];
  }
  const items = itemsOf(view, stage);
  return nodes.map(({ id }, place) => {
    const critical = criticalMs.get(id) ?? 0;
    return {
      node: id,
      stage,
      items,
      ms: parts.get(id) ?? { run: 0, copy: 0, queue: 0, gap: 0, load: 0 },
      // What passes between the nodes of a fused chain is never made.
      bytesIn: place === 0 ? taken : 0,
      bytesOut: place === nodes.length - 1 ? given : 0,
      criticalMs: critical,
      slackMs: critical > 0 ? 0 : Math.max(0, least),
    };
  });
}

/**
 * Items that a stage did. After its last emission a stage that pulls has some work left, which is no item; it is known
 * by its giving nothing.
 */
function itemsOf(view: RunView, stage: number): number {
  const { item, bytesOut } = view.trace.tasks;
  const tasks = view.byStage[stage].map((task) => view.firstTask + task);
  const last = item[tasks[tasks.length - 1]];
  const gave = tasks.some((task) => item[task] === last && bytesOut[task] > 0);
  return gave || view.plan.stages[stage].mode === 'item' ? last + 1 : last;
}
