import path from 'node:path';
import type { RunInputs } from '../../core/run/result.ts';
import { plainFiles } from '../files/userPath.ts';
import type { GivenSample } from './samples.ts';

/** As many as a reference keeps of any statistic. */
const mostSamples = 500;

/**
 * Samples that lie beside a pipeline's own: files of the same ending in the same folders, of several inputs those of one
 * name (`storm.jpg` with `storm.wav`). What is no file stays as it is. The own sample is among them.
 */
export async function siblingSamples(own: GivenSample): Promise<readonly GivenSample[]> {
  const media = Object.entries(own.inputs).flatMap(([name, value]) =>
    value.kind === 'media' && value.path !== undefined ? [{ name, file: value.path }] : [],
  );
  if (media.length === 0) return [own];
  const beside = await Promise.all(
    media.map(async ({ name, file }) => {
      const { dir, ext } = path.parse(file);
      const names = await plainFiles(dir).catch((): readonly string[] => []);
      const same = names.filter((one) => path.extname(one).toLowerCase() === ext.toLowerCase());
      return { name, files: new Map(same.map((one) => [path.parse(one).name, path.join(dir, one)])) };
    }),
  );
  const stems = [...beside[0].files.keys()].filter((stem) => beside.every(({ files }) => files.has(stem)));
  // A single text goes with one picture, not with all of them.
  const whole = media.length === Object.keys(own.inputs).length;
  if (!whole || stems.length <= 1) return [own];
  return stems.slice(0, mostSamples).map((stem) => {
    const inputs: Record<string, RunInputs[string]> = {};
    for (const { name, files } of beside) {
      const file = files.get(stem) ?? '';
      inputs[name] = { kind: 'media', path: file, name: path.basename(file) };
    }
    return { name: stem, inputs };
  });
}
