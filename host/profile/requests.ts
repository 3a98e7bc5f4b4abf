import os from 'node:os';
import type { Param } from '../../core/define/param.ts';
import type { LoadParts } from '../../core/profile/loadLevel.ts';
import type { Prepared } from './bed.ts';
import { betweenRuns, type Runner } from './runner.ts';

/** Requests that are whole runs of the pipeline, going over the samples in turns. */
export function requestsTo(runner: Runner, samples: readonly number[]): LoadParts {
  const { signal } = runner;
  return {
    send: (request) => runner.run(samples[request % samples.length]),
    now: () => performance.now(),
    sleep: (ms, stop) => runner.prepared.host.node.sleep(ms, stop ?? signal),
    breathe: betweenRuns,
    atOnce: requestsAtOnce(runner.prepared),
    signal,
  };
}

/**
 * Requests at work at once, as a server would bound them: so many that every core has the next one at hand, and that the
 * largest batch can be filled twice.
 */
export function requestsAtOnce(prepared: Prepared): number {
  const batches = batchParams(prepared).map(({ value }) => value);
  return Math.max(2 * os.availableParallelism(), 2 * Math.max(1, ...batches));
}

export interface BatchParam {
  readonly node: string;
  readonly param: string;
  readonly value: number;
}

/** Every parameter that says how many runs of a model may go through it together. */
export function batchParams({ plan }: Prepared): readonly BatchParam[] {
  return plan.stages.flatMap((stage) =>
    stage.nodes.flatMap((node) =>
      Object.entries(node.definition.params as Readonly<Record<string, Param<unknown>>>).flatMap(([param, spec]) => {
        const value = node.params[param];
        return spec.tune === 'batch' && typeof value === 'number' ? [{ node: node.id, param, value }] : [];
      }),
    ),
  );
}
