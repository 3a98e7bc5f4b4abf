import { z } from 'zod';
import { type PartFile, partKey } from '../define/partFile.ts';
import { dtypes } from '../kinds/dtype.ts';
import { Problem } from '../problems/problem.ts';

const dim = z.union([z.number().int().nonnegative(), z.string(), z.null()]);
const colour = z.enum(['rgb', 'rgba', 'grey', 'bgr', 'hsv', 'ycbcr', 'lab']);
const labels = z.array(z.string()).nullable();
const form = z.enum(['logits', 'probabilities', 'independent', 'other']);
const sequence = z.object({ count: z.literal('one') });

const type = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('image'), sequence, width: dim, height: dim, colour: colour.nullable() }),
  z.object({ kind: z.literal('audio'), sequence, sampleRateHz: dim, channels: dim, samples: dim }),
  z.object({ kind: z.literal('tensor'), sequence, dtype: z.enum(dtypes).nullable(), shape: z.array(dim).nullable() }),
  z.object({ kind: z.literal('embedding'), sequence, length: dim }),
  z.object({ kind: z.literal('scores'), sequence, classes: dim, labels, form: form.nullable() }),
  z.object({ kind: z.literal('boxes'), sequence, labels }),
  z.object({ kind: z.literal('mask'), sequence, width: dim, height: dim }),
]);

const carried = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('image'), colour }),
  z.object({ kind: z.literal('audio'), sampleRateHz: z.number().positive() }),
  z.object({ kind: z.literal('tensor') }),
  z.object({ kind: z.literal('embedding'), unit: z.boolean() }),
  z.object({ kind: z.literal('scores'), labels, form, chosen: z.boolean() }),
  z.object({ kind: z.enum(['boxes', 'mask']), labels }),
]);

const tensor = z.object({
  name: z.string(),
  dtype: z.enum(dtypes),
  unit: z.string(),
  shape: z.array(z.union([z.number().int().nonnegative(), z.string()])),
});

const partFile = z.object({
  version: z.literal(1),
  pipeline: z.object({ name: z.string(), sha256: z.string() }),
  part: z.number().int().positive(),
  parts: z.number().int().positive(),
  nodes: z.array(
    z.object({ id: z.string(), type: z.string(), title: z.string(), params: z.record(z.string(), z.json()) }),
  ),
  batch: z.boolean(),
  oneItemBecause: z.array(z.string()),
  inputs: z.array(
    z.object({
      name: z.string(),
      type,
      toRgb: z.boolean(),
      opaque: z.literal(true).exactOptional(),
      geometry: z.boolean(),
      tensors: z.array(tensor),
      present: z.string().nullable(),
      public: z.string().nullable(),
      doc: z.string(),
      before: z.array(z.object({ id: z.string(), type: z.string(), title: z.string() })),
    }),
  ),
  outputs: z.array(
    z.object({
      name: z.string(),
      type,
      carried,
      tensors: z.array(tensor),
      present: z.string().nullable(),
      needs: z.array(z.string()),
      publics: z.array(z.string()),
      doc: z.string(),
    }),
  ),
  models: z.array(
    z.object({
      node: z.string(),
      path: z.string(),
      sha256: z.string(),
      licence: z.string().exactOptional(),
      source: z.string().exactOptional(),
    }),
  ),
  leftOut: z.array(z.string()),
  tolerance: z.number().nonnegative(),
}) satisfies z.ZodType<PartFile>;

/**
 * What a compiled file says of itself, from its metadata; undefined for a file that says nothing. Throws `model-invalid`
 * when it cannot be understood.
 */
export function partOf(metadata: Readonly<Record<string, string>>, name: string): PartFile | undefined {
  const text = metadata[partKey];
  if (text === undefined) return undefined;
  const wrong = (why: string) =>
    new Problem('model-invalid', {
      message: `"${name}" says under "${partKey}" what it was compiled from, in a way that cannot be understood: ${why}.`,
      fix: 'Compile the pipeline again with this version of Tributary.',
      where: { file: name },
    });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : 'it is not JSON');
  }
  const parsed = partFile.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrong(`${issue.path.join('.')}: ${issue.message}`);
}
