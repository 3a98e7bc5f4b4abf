import type { TrialSettings } from '../../core/profile/bench.ts';

/** How long the pipeline is run in turns, with the models as they were and shrunk. */
export const shrinkTrial: TrialSettings = { minRuns: 20, maxRuns: 400, budgetMs: 15_000, concurrency: [], seed: 1 };
