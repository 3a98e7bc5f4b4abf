import type { PipelineDocument } from '../../../core/graph/document.ts';
import { applyChanges } from '../../../core/graph/edit.ts';
import type { Bench } from '../../../core/profile/bench.ts';
import type { Machine } from '../../../core/profile/knobs.ts';
import { seededRandom } from '../../../core/profile/random.ts';
import type { SearchSettings } from '../../../core/profile/search.ts';
import { type Config, documentOf, type SearchSpace, spaceOf } from '../../../core/profile/searchSpace.ts';
import { type SearchAsk, searchUnder } from '../../../core/profile/searchUnder.ts';
import {
  type CostModel,
  chainOf,
  checkTuned,
  reckon,
  reckonedProfile,
  simulatedBench,
  tail,
} from './simulatedBench.ts';

const clients = [1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64, 80, 96, 128];

export function bestUnder(document: PipelineDocument, model: CostModel, underMs: number): number {
  let best = 0;
  for (const count of clients) {
    const { throughput, latencyMs } = reckon(document, model, count);
    if (latencyMs * tail.p95 <= underMs) best = Math.max(best, throughput);
  }
  // Without any that holds: how near it comes, below anything that does.
  return best === 0 ? -reckon(document, model, 1).latencyMs : best;
}

/** Of every setting. */
export function bestOfAll(space: SearchSpace, model: CostModel, underMs: number): number {
  let best = Number.NEGATIVE_INFINITY;
  const config = space.knobs.map(() => 0);
  for (;;) {
    best = Math.max(best, bestUnder(documentOf(space, config), model, underMs));
    let at = 0;
    while (at < config.length && ++config[at] === space.knobs[at].values.length) config[at++] = 0;
    if (at === config.length) return best;
  }
}

/** Far more looks than any budget allows, without noise: every pair of knobs at once, from several starts. */
export function bestKnown(space: SearchSpace, model: CostModel, underMs: number, starts: number): number {
  const random = seededRandom(5);
  let known = Number.NEGATIVE_INFINITY;
  for (let start = 0; start < starts; start++) {
    let config: Config = space.knobs.map(({ values }) => (start === 0 ? 0 : Math.floor(random() * values.length)));
    let best = bestUnder(documentOf(space, config), model, underMs);
    for (let better = true; better; ) {
      better = false;
      for (let i = 0; i < space.knobs.length; i++) {
        for (let j = i; j < space.knobs.length; j++) {
          for (const a of space.knobs[i].values.keys()) {
            for (const b of j === i ? [a] : space.knobs[j].values.keys()) {
              const next = config.with(i, a).with(j, b);
              const found = bestUnder(documentOf(space, next), model, underMs);
              if (found > best + 1e-9 * Math.abs(best)) [best, config, better] = [found, next, true];
            }
          }
        }
      }
    }
    known = Math.max(known, best);
  }
  return known;
}

export function settingsFor(underMs: number, more: Partial<SearchSettings> = {}): SearchSettings {
  return {
    limit: { metric: 'p95', underMs, goal: 'throughput' },
    budgetMs: 120_000,
    knobs: [],
    maxDifference: null,
    ...more,
  };
}

export interface SearchCase {
  readonly model: CostModel;
  readonly machine: Machine;
  readonly settings: SearchSettings;
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** Stands between the search and the simulation. */
  readonly through?: (bench: Bench) => Bench;
}

/** A search on a simulated machine whose figures waver as those of a real one do. */
export async function search({ model, machine, settings, seed, signal, through = (bench) => bench }: SearchCase) {
  const document = chainOf(Object.keys(model.costs).length);
  const checked = checkTuned(document);
  if (checked.problems.length > 0) throw new Error(checked.problems[0].message);
  const simulated = simulatedBench(model, 2, seed);
  const measured = reckonedProfile(document, model);
  const ask: SearchAsk = {
    checked,
    target: { folder: '', samples: [] },
    settings,
    machine,
    measured,
    seed,
    now: simulated.now,
    createdAt: '2025-01-01T00:00:00.000Z',
    listeners: { signal },
  };
  const result = await searchUnder(ask, through(simulated.bench));
  const space = spaceOf(checked, machine, settings.knobs, measured);
  const applied = applyChanges(document, result.changes);
  const winner = result.points.find(({ id }) => id === result.winner) ?? null;
  return { document, result, space, simulated, applied, winner };
}

export const one: CostModel = { cores: 4, costs: { m0: { ms: 12, parallel: 0.7, deviceSpeed: 6 } } };
export const three: CostModel = {
  cores: 8,
  costs: {
    m0: { ms: 6, parallel: 0.5, deviceSpeed: 4 },
    m1: { ms: 14, parallel: 0.8, deviceSpeed: 1.2 },
    m2: { ms: 3, parallel: 0.2, deviceSpeed: 2 },
  },
};
export const eight: CostModel = {
  cores: 16,
  costs: Object.fromEntries(
    [5, 9, 2, 14, 1, 7, 3, 11].map((ms, i) => [`m${i}`, { ms, parallel: 0.2 + 0.1 * (i % 6), deviceSpeed: 1 + i }]),
  ),
};
