import type { z } from 'zod';
import { Problem } from '../../../core/problems/problem.ts';

/** What was sent, held to a schema. Throws `request-invalid` that names the first place that does not fit. */
export function fitting<T>(schema: z.ZodType<T>, given: unknown, what: string): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue.path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  throw new Problem('request-invalid', {
    message: `The ${what} does not fit${at === '' ? '' : ` at ${at.slice(0, 200).replace(/^\./, '')}`}: ${issue.message}.`,
    fix: 'Send it in the form that the protocol describes.',
    where: at === '' ? {} : { at: at.slice(0, 200) },
  });
}
