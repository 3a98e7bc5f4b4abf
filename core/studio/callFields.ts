import { z } from 'zod';
import { devices } from '../define/host.ts';
import type { PipelineDocument } from '../graph/document.ts';
import { type JournalLine, journalLineSchema } from '../graph/journal.ts';
import type { Json } from '../kinds/value.ts';

/** What calls of the studio's contract are made of. */
export const path = z.string().min(1).max(4096);
export const session = z.string().regex(/^[a-z0-9]{1,32}$/);
export const run = z.string().regex(/^[a-z0-9]{1,32}$/);
export const end = z.string().regex(/^[A-Za-z0-9_-]{1,64}\.[^\s.][^\n\r]{0,255}$/u);
export const node = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
/** Checked for real by `parseDocument` behind the boundary. */
export const document = z.custom<PipelineDocument>(
  (value) => typeof value === 'object' && value !== null && 'nodes' in value && 'wires' in value,
  'must be a pipeline document',
);
/** Parsed by the journal's own schema; what goes in is typed as what the studio writes. */
export const journalLine = z.custom<JournalLine>(
  (line) => journalLineSchema.safeParse(line).success,
  'must be a line of a journal',
);
export const device = z.enum(devices);
/** Any JSON; what goes in may be read-only. */
export const json = z.custom<Json>((value) => z.json().safeParse(value).success, 'must be JSON');
/** What feeds a public input: a file of the pipeline's folder, text, or JSON. */
export const runInput = z.discriminatedUnion('form', [
  z.strictObject({ form: z.literal('file'), path }),
  z.strictObject({ form: z.literal('text'), text: z.string().max(2_000_000) }),
  z.strictObject({ form: z.literal('json'), json: json }),
]);
export const runInputs = z.record(z.string().max(64), runInput);
export const pixels = z.number().int().min(1).max(4096);
