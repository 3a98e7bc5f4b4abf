import { z } from 'zod';
import { Problem } from '../problems/problem.ts';
import type { PipelineDocument } from './document.ts';

/**
 * The document as it lies in memory and crosses to the studio, entry by entry. The file's own form (`parse.ts`) differs
 * only in how a node's type and version are written.
 */
const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const end = z.string().regex(/^[A-Za-z0-9_-]{1,64}\.[^\s.][^\n\r]{0,255}$/u);
const words = z.string().max(100_000);
const point = z.object({ x: z.number(), y: z.number() });

export const entrySchemas = {
  nodes: z.object({
    id,
    type: z.string().max(400),
    version: z.number().int().min(1).max(999_999),
    params: z.record(z.string().max(256), z.json()),
    position: point,
    label: words.optional(),
    disabled: z.boolean().optional(),
  }),
  wires: z.object({ from: end, to: end }),
  groups: z.object({ id, title: words, nodes: z.array(id), collapsed: z.boolean().optional() }),
  notes: z.object({
    id,
    text: words,
    position: point,
    size: z.object({ width: z.number(), height: z.number() }).optional(),
  }),
  files: z.object({
    path: words,
    sha256: z.string().max(64),
    licence: words.optional(),
    source: words.optional(),
  }),
};
export const publicNameSchema = z.object({ node: id, doc: words.optional() });
export const namesSchema = z.record(z.string().max(64), publicNameSchema);

export const documentSchema = z.object({
  schemaVersion: z.number().int().min(1),
  name: words,
  description: words.optional(),
  nodes: z.array(entrySchemas.nodes),
  wires: z.array(entrySchemas.wires),
  groups: z.array(entrySchemas.groups),
  notes: z.array(entrySchemas.notes),
  inputs: namesSchema,
  outputs: namesSchema,
  files: z.array(entrySchemas.files),
});

/** Holds what came from outside to the form of a document. Throws `document-schema` with the place. */
export function requireDocument(value: unknown): PipelineDocument {
  const parsed = documentSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Problem('document-schema', {
    message: `The document does not fit the format: ${issue.path.map(String).join('.') || 'the top level'}: ${issue.message}.`,
    fix: 'docs/document.md describes the format.',
    where: { at: issue.path.map(String).join('.') },
  });
}
