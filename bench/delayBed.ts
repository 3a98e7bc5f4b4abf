import { availableParallelism } from 'node:os';
import { checkDocument } from '../core/check/check.ts';
import { makeLimits } from '../core/define/limits.ts';
import type { PipelineDocument } from '../core/graph/document.ts';
import { planRun } from '../core/plan/plan.ts';
import type { BenchTarget } from '../core/profile/bench.ts';
import { makeModelHost } from '../host/models/models.ts';
import type { Bed, Prepared } from '../host/profile/bed.ts';
import { runHost } from '../test/core/pipelines.ts';
import { delayRegistry } from '../test/core/profile/delayNodes.ts';
import { pureHost } from '../test/pure-host.ts';

export const noSamples: BenchTarget = { folder: '.', samples: [{ name: 'none', inputs: {} }] };

/** What the engine's bench stands on, in this process, for pipelines of nodes that take as long as they are told. */
export function delayBed(spin: (ms: number) => void): Bed {
  const registry = delayRegistry(spin);
  const models = makeModelHost({ limits: makeLimits(), cores: availableParallelism(), resolvePath: (name) => name });
  const host = runHost({ node: pureHost({ models }) });
  async function prepare(_: BenchTarget, document: PipelineDocument): Promise<Prepared> {
    const checked = checkDocument(document, registry, () => undefined);
    return { plan: planRun(checked), host, models, device: undefined };
  }
  return {
    prepare,
    prepareAlone: async (target, document) => ({ ...(await prepare(target, document)), close: async () => {} }),
    runsBegun: () => 0,
  };
}
