import { insideModel } from '../../core/profile/operators.ts';
import type { ModelProfile } from '../../core/profile/profile.ts';
import { providerNameOf } from '../models/models.ts';
import type { Capture } from './capture.ts';
import type { Runner } from './runner.ts';

/**
 * Looks inside each model with the runtime's own profiler, on the tensors that reached it in the pipeline. A model that
 * cannot be looked into is left out and told in `problems`. Stops when the job is cancelled.
 */
export async function profileModels(
  { prepared, signal }: Runner,
  capture: Capture,
  onModel: (done: number, node: string) => void,
): Promise<{ readonly models: readonly ModelProfile[]; readonly problems: readonly string[] }> {
  const models: ModelProfile[] = [];
  const problems: string[] = [];
  let done = 0;
  for (const [node, { file, options, feeds }] of capture.models) {
    if (signal.aborted) break;
    onModel(done++ / capture.models.size, node);
    const device = options.device === 'auto' ? (prepared.device ?? 'auto') : options.device;
    try {
      const seen = await prepared.models.profile(file, { ...options, device }, feeds, signal);
      const operators = seen.operators.map(({ durationMs, ...operator }) => ({ ...operator, ms: durationMs }));
      models.push({
        node,
        file,
        asked: options.device,
        device: seen.device,
        lane: seen.lane,
        threads: seen.threads,
        profiledRunMs: seen.profiledRunMs,
        runMs: seen.runMs,
        ...insideModel(operators, providerNameOf(seen.device)),
      });
    } catch (error) {
      if (signal.aborted) break;
      problems.push(`"${node}" could not be looked into: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { models, problems };
}
