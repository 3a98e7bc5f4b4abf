import type { z } from 'zod';
import { Problem } from '../../core/problems/problem.ts';

type Issue = z.core.$ZodIssue;

/** An option of an export that does not fit: which, what it is, what it may be, and what it is for. */
export function wrongOption(issue: Issue, options: z.ZodObject, given: Readonly<Record<string, unknown>>): Problem {
  const name = String(issue.path[0] ?? '');
  const { description = '' } = Object.hasOwn(options.shape, name) ? (options.shape[name].meta() ?? {}) : {};
  return new Problem('usage', {
    message: `The option "${name}" cannot be ${shown(given[name])}: ${allowed(issue)}.`,
    fix: description === '' ? 'Leave it out for what is usual.' : description,
    where: { param: name },
  });
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}

function allowed(issue: Issue): string {
  const letters = 'origin' in issue && issue.origin === 'string' ? ' letters' : '';
  if (issue.code === 'too_big') return `at most ${issue.maximum}${letters}`;
  if (issue.code === 'too_small') return `at least ${issue.minimum}${letters}`;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_type') return issue.expected === 'int' ? 'a whole number' : `a ${issue.expected}`;
  return issue.message;
}
