import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeModel } from '../../core/onnx/read.ts';
import { needsAdapting } from '../../core/onnx/rewrite.ts';
import type { Stopwatch } from '../../core/onnx/shrink/methods.ts';
import { type Feeds, fitted, type ModelRunner } from '../../core/onnx/shrink/run.ts';
import { percentile } from '../../core/profile/stats.ts';
import { profileRun } from './profile.ts';

const profiledRuns = 15;
const profiledMs = 2000;
const leastPairs = 11;
const mostPairs = 61;
const pairsMs = 1500;
const warmUp = 3;

/** Measures models on the calling thread, on one set of feeds. */
export function makeStopwatch(name: string, feeds: Feeds, threads: number, runner: ModelRunner): Stopwatch {
  return {
    operators: async (model) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'tributary-shrink-'));
      try {
        const file = path.join(folder, 'model.onnx');
        await writeFile(file, writeModel(model));
        const adapt = needsAdapting(model);
        const { operators = [] } = await profileRun(
          { file, name, adapt, provider: 'cpu', threads, precision: 'full', optimisation: 'all' },
          fitted(model, feeds),
          { runs: profiledRuns, budgetMs: profiledMs },
        );
        return operators;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    ratio: async (first, second) => {
      const a = await runner.open(first, 'fast');
      const b = await runner.open(second, 'fast').catch(async (error: unknown) => {
        await a.close();
        throw error;
      });
      try {
        const [feedsA, feedsB] = [fitted(first, feeds), fitted(second, feeds)];
        const ratios: number[] = [];
        let untilMs = Number.POSITIVE_INFINITY;
        for (let pair = -warmUp; pair < mostPairs; pair++) {
          if (pair === 0) untilMs = performance.now() + pairsMs;
          if (pair >= leastPairs && performance.now() > untilMs) break;
          const ms = [0, 0];
          // Each is first as often as second: what ran before leaves its traces in the caches.
          for (const which of pair % 2 === 0 ? [0, 1] : [1, 0]) {
            const before = performance.now();
            await (which === 0 ? a.run(feedsA) : b.run(feedsB));
            ms[which] = performance.now() - before;
          }
          if (pair >= 0) ratios.push(ms[1] / ms[0]);
        }
        return percentile(Float64Array.from(ratios).sort(), 0.5);
      } finally {
        await a.close();
        await b.close();
      }
    },
  };
}
