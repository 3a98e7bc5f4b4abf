import { expect } from 'vitest';
import type { NodeHost } from '../../../core/define/host.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { type Plan, planRun } from '../../../core/plan/plan.ts';
import { attributeRun } from '../../../core/profile/attribute.ts';
import type { NodeParts, RunParts } from '../../../core/profile/attribution.ts';
import { Recorder } from '../../../core/profile/recorder.ts';
import type { Trace } from '../../../core/profile/trace.ts';
import type { RunHost } from '../../../core/run/host.ts';
import type { RunResult } from '../../../core/run/result.ts';
import { runPlan } from '../../../core/run/run.ts';
import { pureHost } from '../../pure-host.ts';
import { check, runHost } from '../pipelines.ts';
import { DelayClock } from './delayClock.ts';
import { delayRegistry } from './delayNodes.ts';

export interface TracedRun {
  readonly parts: RunParts;
  readonly trace: Trace;
  readonly plan: Plan;
  /** Null when it failed. */
  readonly result: RunResult | null;
}

export interface TracedOptions {
  readonly clock?: DelayClock;
  readonly host?: Partial<RunHost>;
  readonly node?: Partial<NodeHost>;
  readonly signal?: AbortSignal;
}

/** Runs a pipeline of delay nodes by a virtual clock, traced. */
export async function tracedRun(document: PipelineDocument, options: TracedOptions = {}): Promise<TracedRun> {
  const clock = options.clock ?? new DelayClock();
  const checked = check(document, delayRegistry(clock.spin));
  const errors = checked.problems.filter((problem) => problem.severity === 'error');
  if (errors.length > 0) throw new Error(errors.map((e) => `${e.code}: ${e.message}`).join('\n'));
  const plan = planRun(checked);
  const node = pureHost({ now: clock.now, sleep: clock.sleep, ...options.node });
  const recorder = new Recorder({ originMs: clock.now(), maxSpans: 100_000 });
  const tracer = recorder.run(0);
  const result = await runPlan(plan, runHost({ node, ...options.host }), {
    inputs: {},
    signal: options.signal ?? new AbortController().signal,
    tracer,
  }).catch(() => null);
  const trace = recorder.trace();
  return { parts: attributeRun(trace, 0, plan), trace, plan, result };
}

export function partsOf(parts: RunParts, node: string): NodeParts {
  const found = parts.nodes.find((one) => one.node === node);
  if (found === undefined) throw new Error(`no parts of ${node}`);
  return found;
}

/** Nodes along the critical path, those between which it goes to and fro named once each time. */
export function pathNodes({ path }: RunParts): readonly string[] {
  const nodes: string[] = [];
  for (const { node } of path) if (node !== '' && node !== nodes.at(-1)) nodes.push(node);
  return nodes;
}

/** The path's steps follow each other without a hole, and with the remainder they are the whole run. */
export function expectWhole(parts: RunParts, startMs = 0): void {
  let at = startMs;
  for (const step of parts.path) {
    expect(step.startMs).toBe(at);
    expect(step.endMs).toBeGreaterThan(step.startMs);
    at = step.endMs;
  }
  expect(at).toBe(startMs + parts.wallMs);
  const critical = parts.nodes.reduce((sum, node) => sum + node.criticalMs, 0);
  expect(critical + parts.remainderMs).toBeCloseTo(parts.wallMs, 9);
}
