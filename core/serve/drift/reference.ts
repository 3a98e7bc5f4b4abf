import { z } from 'zod';
import { Problem } from '../../problems/problem.ts';
import type { Features } from './features.ts';

/** Values of one statistic that are kept: as many as a test gains from. */
export const mostReference = 500;

const samples = z.union([z.array(z.number()), z.array(z.string())]);
const watchedSchema = z.strictObject({
  node: z.string(),
  /** The public inputs that it stands on: `image`, or `image + sound`. */
  modality: z.string(),
  /** By name; one entry for each sample. */
  statistics: z.record(z.string(), samples),
});
export const referenceSchema = z.strictObject({
  format: z.literal('tributary-drift-reference'),
  schema: z.literal(1),
  /** Samples that it was captured from. */
  samples: z.number().int().min(0),
  /** By `node.port`; what is told of pairs of ports stands at the node where they meet. */
  watched: z.record(z.string(), watchedSchema),
});

/** What a pipeline sees when all is as it should be: figures of its samples, nothing of the samples themselves. */
export type DriftReference = Readonly<z.infer<typeof referenceSchema>>;
export type Watched = Readonly<z.infer<typeof watchedSchema>>;

/** One sample's features, by `node.port`. */
export type Observation = Readonly<Record<string, Features>>;

/** Where an end belongs. */
export interface Place {
  readonly node: string;
  readonly modality: string;
}

/** Gathers observations into a reference: of each statistic the first `mostReference` values. Ends that `placeOf` does not know are left out. */
export function captureReference(
  observations: readonly Observation[],
  placeOf: (end: string) => Place | null,
): DriftReference {
  const watched: Record<string, { node: string; modality: string; statistics: Record<string, (number | string)[]> }> =
    {};
  for (const observation of observations)
    for (const [end, features] of Object.entries(observation)) {
      const place = placeOf(end);
      if (place === null) continue;
      watched[end] ??= { ...place, statistics: {} };
      const { statistics } = watched[end];
      for (const [name, value] of Object.entries(features)) {
        statistics[name] ??= [];
        const list = statistics[name];
        // A statistic is one of numbers or one of words, whichever came first.
        if (list.length < mostReference && (list.length === 0 || typeof list[0] === typeof value)) list.push(value);
      }
    }
  const sorted = Object.fromEntries(
    Object.entries(watched)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([end, { node, modality, statistics }]) => [
        end,
        {
          node,
          modality,
          statistics: Object.fromEntries(Object.entries(statistics).sort(([a], [b]) => (a < b ? -1 : 1))),
        },
      ]),
  );
  return referenceSchema.parse({
    format: 'tributary-drift-reference',
    schema: 1,
    samples: observations.length,
    watched: sorted,
  });
}

/** Throws `bundle-invalid` where it is none. */
export function parseReference(json: unknown, file: string): DriftReference {
  const parsed = referenceSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Problem('bundle-invalid', {
    message: `"${file}" is no drift reference: ${issue.path.join('.') || 'as a whole'}: ${issue.message}.`,
    fix: 'Export the pipeline again.',
    where: { file },
  });
}
