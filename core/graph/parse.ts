import { z } from 'zod';
import type { Limits } from '../define/limits.ts';
import { Problem, type ProblemData, problemData } from '../problems/problem.ts';
import { type PipelineDocument, schemaVersion } from './document.ts';
import { placeOf, scanJson } from './scan.ts';

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -');
const end = z.string().regex(/^[A-Za-z0-9_-]{1,64}\.[^\s.][^\n\r]{0,255}$/u, 'must be "node.port"');
const publicName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, 'must be a letter or _ followed by letters, digits, _ or -');
const words = z.string().max(100_000);
const point = z.strictObject({ x: z.number(), y: z.number() });
const type = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9]{0,63}(?:\.[A-Za-z0-9]{1,64}){1,4}@[1-9][0-9]{0,5}$/, 'must be "family.name@version"');

const fileSchema = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  name: words,
  description: words.optional(),
  inputs: z.record(publicName, z.strictObject({ node: id, doc: words.optional() })).default({}),
  outputs: z.record(publicName, z.strictObject({ node: id, doc: words.optional() })).default({}),
  nodes: z.array(
    z.strictObject({
      id,
      type,
      label: words.optional(),
      disabled: z.boolean().optional(),
      params: z.record(z.string().max(256), z.json()).default({}),
      position: point.default({ x: 0, y: 0 }),
    }),
  ),
  wires: z.array(z.strictObject({ from: end, to: end })).default([]),
  groups: z
    .array(z.strictObject({ id, title: words, nodes: z.array(id), collapsed: z.boolean().optional() }))
    .default([]),
  notes: z
    .array(
      z.strictObject({
        id,
        text: words,
        position: point,
        size: z.strictObject({ width: z.number(), height: z.number() }).optional(),
      }),
    )
    .default([]),
  files: z
    .array(
      z.strictObject({
        path: words,
        sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
        licence: words.optional(),
        source: words.optional(),
      }),
    )
    .default([]),
});

export interface ParsedDocument {
  readonly document: PipelineDocument;
  /** A newer Tributary wrote it: it may be looked at, never saved over. */
  readonly readOnly: boolean;
  /** Why it is read-only. */
  readonly warnings: readonly ProblemData[];
}

/** Reads `name.tributary.json`. Throws one Problem with the place; never changes anything. */
export function parseDocument(text: string, limits: Limits, file = 'the document'): ParsedDocument {
  if (text.length > limits.documentBytes) throw tooLarge(file, text.length, limits.documentBytes);
  scanJson(text, limits.jsonDepth, file);
  const json = parseJson(text, file);
  const written = typeof json === 'object' && json !== null && 'schemaVersion' in json ? json.schemaVersion : undefined;
  const newer = typeof written === 'number' && Number.isInteger(written) && written > schemaVersion;
  const parsed = (newer ? fileSchema.loose() : fileSchema).safeParse(
    newer ? { ...(json as object), schemaVersion } : json,
  );
  if (!parsed.success) throw schemaProblem(parsed.error, file, newer);
  const nodes = parsed.data.nodes.map(({ type: typed, ...node }) => {
    const at = typed.lastIndexOf('@');
    return { ...node, type: typed.slice(0, at), version: Number(typed.slice(at + 1)) };
  });
  const document: PipelineDocument = {
    ...parsed.data,
    nodes,
    schemaVersion: newer ? (written as number) : schemaVersion,
  };
  const warnings = newer
    ? [
        problemData('document-newer', {
          severity: 'warning',
          message: `${file} was written in version ${written} of the format; this Tributary knows version ${schemaVersion}.`,
          fix: 'It is open for reading only. Update Tributary to edit it.',
          where: { file },
        }),
      ]
    : [];
  return { document, readOnly: newer, warnings };
}

export function tooLarge(file: string, bytes: number, limit: number): Problem {
  return new Problem('document-too-large', {
    message: `${file} has ${bytes} bytes; a document may have ${limit}.`,
    fix: 'Keep media and weights in files beside the document, or raise the limit documentBytes.',
    where: { file },
  });
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = /position (\d+)/.exec(message)?.[1];
    const place = position === undefined ? placeOf(text, text.length) : placeOf(text, Number(position));
    throw new Problem('document-json', {
      message: `${file} is not valid JSON at ${place}: ${message.replace(/ \(line.*$/s, '').slice(0, 200)}.`,
      fix: 'Mend the JSON at that place, or restore the file from version control.',
      where: { file },
      cause: error,
    });
  }
}

function schemaProblem(error: z.ZodError, file: string, newer: boolean): Problem {
  const issues = error.issues.slice(0, 5).map((issue) => `${pathText(issue.path)}: ${issue.message}`);
  const more = error.issues.length > 5 ? ` and ${error.issues.length - 5} more` : '';
  return new Problem(newer ? 'document-newer' : 'document-schema', {
    message: `${file} does not fit the format: ${issues.join('; ')}${more}.`,
    fix: newer ? 'Update Tributary to open it.' : 'Mend the named fields; docs/document.md describes the format.',
    where: { file, at: pathText(error.issues[0]?.path ?? []) },
  });
}

function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path)
    text += typeof part === 'number' ? `[${part}]` : text === '' ? String(part) : `.${String(part)}`;
  return text === '' ? 'the top level' : text;
}
