import { z } from 'zod';
import { devices } from '../define/host.ts';
import { type ProblemCode, problemTable } from '../problems/table.ts';

/** What the schemas of stored profiles are made of. */
export const text = z.string().max(100_000);
/** JSON has no NaN: a figure that could not be had is written as null. */
export const figure = z.union([z.number(), z.null().transform(() => Number.NaN)]);
export const nullable = z.number().nullable();
export const device = z.enum(devices);

/** A column of figures, looked over in one pass: there may be a million. */
export const figures = z.unknown().transform((value, context): readonly number[] => {
  const column: readonly unknown[] = Array.isArray(value) ? value : [value];
  const wrong = column.findIndex((entry) => typeof entry !== 'number' && entry !== null);
  if (wrong >= 0) {
    const path = Array.isArray(value) ? [wrong] : [];
    context.addIssue({ code: 'custom', message: 'must be a list of numbers', path });
    return z.NEVER;
  }
  return column.map((entry) => (typeof entry === 'number' ? entry : Number.NaN));
});

/** By node id or type. Ids may be `constructor` or `__proto__`, so the result has no prototype that they could meet. */
export function byName<T>(schema: z.ZodType<T>) {
  return z.unknown().transform((value, context): Readonly<Record<string, T>> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      context.addIssue({ code: 'custom', message: 'must be an object' });
      return z.NEVER;
    }
    const named: Record<string, T> = Object.create(null);
    for (const [name, entry] of Object.entries(value)) {
      const parsed = schema.safeParse(entry);
      if (parsed.success) named[name] = parsed.data;
      else {
        const issue = parsed.error.issues[0];
        context.addIssue({ code: 'custom', message: issue.message, path: [name, ...issue.path] });
        return z.NEVER;
      }
    }
    return named;
  });
}

export const stats = z.object({
  count: z.number().int().min(0),
  mean: figure,
  deviation: figure,
  min: figure,
  p50: figure,
  p90: figure,
  p95: figure,
  p99: figure,
  max: figure,
});

/** Codes of a later Tributary are not known here. */
const code = z.string().transform((name): ProblemCode => (isCode(name) ? name : 'internal'));
function isCode(name: string): name is ProblemCode {
  return Object.hasOwn(problemTable, name);
}

export const problem = z.object({
  code,
  message: text,
  fix: text,
  where: z.object({
    file: z.string().optional(),
    node: z.string().optional(),
    port: z.string().optional(),
    param: z.string().optional(),
    wire: z.object({ from: z.string(), to: z.string() }).optional(),
    at: z.string().optional(),
    timeSeconds: z.number().optional(),
  }),
  severity: z.enum(['error', 'warning']),
  cause: z.string().optional(),
});
