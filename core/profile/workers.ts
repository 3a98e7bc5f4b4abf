import { spanKinds } from '../run/tracer.ts';
import { type FusedShares, TaskPieces } from './pieces.ts';
import { type PlanShape, viewRun } from './runView.ts';
import type { Trace } from './trace.ts';

export interface WorkerTimes {
  /** Worker → milliseconds in which it worked on anything: two things at once count once. */
  readonly busyMs: ReadonlyMap<string, number>;
  /** Node → worker → milliseconds that it worked for the node. */
  readonly ofNodes: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Who worked for how long in one run. */
export function workerTimes(trace: Trace, run: number, plan: PlanShape, shares: FusedShares): WorkerTimes {
  const view = viewRun(trace, run, plan);
  const pieces = new TaskPieces(view, shares);
  const ofNodes = new Map<string, Map<string, number>>();
  const stretches = new Map<string, Stretch[]>();
  for (let task = 0; task < view.count; task++) {
    for (const { node, kind, worker, startMs, endMs } of pieces.all(task)) {
      if (kind === 'gap' || kind === 'queue') continue;
      const known = stretches.get(worker);
      if (known === undefined) stretches.set(worker, [{ from: startMs, to: endMs }]);
      else known.push({ from: startMs, to: endMs });
      const own = ofNodes.get(node) ?? new Map<string, number>();
      own.set(worker, (own.get(worker) ?? 0) + endMs - startMs);
      ofNodes.set(node, own);
    }
  }
  return { busyMs: new Map([...stretches].map(([worker, list]) => [worker, covered(list)])), ofNodes };
}

/** Length of the union. */
export function covered(list: readonly Stretch[]): number {
  let sum = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...list].sort((a, b) => a.from - b.from)) {
    if (to <= until) continue;
    sum += to - Math.max(from, until);
    until = to;
  }
  return sum;
}

/** Milliseconds of a run in which at least one model was being opened. */
export function loadMs({ runs, spans }: Trace, run: number): number {
  const loads: Stretch[] = [];
  const load = spanKinds.indexOf('load');
  for (let span = runs.firstSpan[run]; span < runs.firstSpan[run + 1]; span++)
    if (spans.kind[span] === load) loads.push({ from: spans.startMs[span], to: spans.endMs[span] });
  return covered(loads);
}
