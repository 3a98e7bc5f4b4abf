import type { MediaItem } from '../../core/studio/api.ts';
import type { BatchItem } from '../commands/libraryBatch.ts';
import type { FedInput } from '../media/feeding.ts';

/**
 * The media of a sample, as the library knows them: of one of the library's sets by its name, else what stands in the
 * pipeline's own inputs.
 */
export function mediaOfSample(
  sample: string,
  sets: readonly BatchItem[] | null,
  own: readonly Pick<FedInput, 'sample'>[],
  library: readonly MediaItem[],
): readonly MediaItem[] {
  const set = sets?.find(({ name }) => name === sample);
  const inputs = set === undefined ? [] : Object.values(set.inputs);
  const paths =
    sets === null
      ? own.map((input) => input.sample)
      : inputs.flatMap((input) => (input.form === 'file' ? [input.path] : []));
  return [...new Set(paths)].flatMap((path) => library.find((item) => item.path === path) ?? []);
}
