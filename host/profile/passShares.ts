import type { ImageValue, MediaSource } from '../../core/kinds/value.ts';
import type { Stage } from '../../core/plan/plan.ts';
import { fusedShares } from '../../core/profile/fusedShare.ts';
import type { FusedShares } from '../../core/profile/pieces.ts';
import { shuffled } from '../../core/profile/random.ts';
import { percentile } from '../../core/profile/stats.ts';
import { passHead } from '../../core/run/chain.ts';
import type { Given } from '../../core/run/external.ts';
import type { Capture } from './capture.ts';
import type { Runner } from './runner.ts';

const rounds = 31;
const leastRounds = 3;
/** For all passes together. */
const mostMs = 1500;

/**
 * Share of each node in its fused pass, found by running the pass up to it and no further, all lengths in turns. By
 * stage. What does not end by `untilMs` (of `performance.now`) is left out.
 */
export async function sharesOfPasses(
  runner: Runner,
  capture: Capture,
  untilMs: number,
  random: () => number,
): Promise<FusedShares> {
  const { plan, host } = runner.prepared;
  const endMs = Math.min(untilMs, performance.now() + mostMs);
  const given: Given = { plan, host, inputs: {}, noSamples: true };
  const found = new Map<number, readonly number[]>();
  for (const [index, { source, taken }] of capture.passes) {
    if (taken < 2) continue;
    const stage = plan.stages[index];
    const times: number[][] = Array.from({ length: taken }, () => []);
    for (let round = 0; round < rounds && !runner.signal.aborted; round++) {
      if (round >= leastRounds && performance.now() > endMs) break;
      for (const place of shuffled([...times.keys()], random)) {
        const ms = await prefixMs(given, stage, source, place + 1, runner.signal);
        times[place].push(ms);
      }
    }
    if (times[taken - 1].length < leastRounds) continue;
    found.set(index, fusedShares(times.map(median)));
  }
  return found;
}

/** Infinite where the pass cannot end there: then it counts as what contains it. */
async function prefixMs(
  given: Given,
  stage: Stage,
  source: MediaSource | ImageValue,
  count: number,
  signal: AbortSignal,
): Promise<number> {
  const before = performance.now();
  const head = await passHead(given, stage, source, count, signal);
  const ms = performance.now() - before;
  return head?.taken === count ? ms : Number.POSITIVE_INFINITY;
}

function median(times: readonly number[]): number {
  return percentile(Float64Array.from(times).sort(), 0.5);
}
