import { availableParallelism } from 'node:os';
import { checkDocument } from '../core/check/check.ts';
import { makeLimits } from '../core/define/limits.ts';
import type { PipelineDocument } from '../core/graph/document.ts';
import { planRun } from '../core/plan/plan.ts';
import type { BenchTarget } from '../core/profile/bench.ts';
import { makeModelHost } from '../host/models/models.ts';
import type { Prepared } from '../host/profile/bed.ts';
import { type BenchHere, benchIn } from '../host/profile/bench.ts';
import { runHost } from '../test/core/pipelines.ts';
import { delayRegistry } from '../test/core/profile/delayNodes.ts';
import { pureHost } from '../test/pure-host.ts';

export const noSamples: BenchTarget = { folder: '.', samples: [{ name: 'none', inputs: {} }] };

/** The engine's own bench in this process, for pipelines of nodes that take as long as they are told. */
export function delayBench(spin: (ms: number) => void): BenchHere {
  const registry = delayRegistry(spin);
  const models = makeModelHost({ limits: makeLimits(), cores: availableParallelism(), resolvePath: (name) => name });
  const host = runHost({ node: pureHost({ models }) });
  async function prepare(_: BenchTarget, document: PipelineDocument): Promise<Prepared> {
    const checked = checkDocument(document, registry, () => undefined);
    return { plan: planRun(checked), host, models, device: undefined };
  }
  return benchIn({
    prepare,
    prepareAlone: async (target, document) => ({ ...(await prepare(target, document)), close: async () => {} }),
    runsBegun: () => 0,
  });
}
