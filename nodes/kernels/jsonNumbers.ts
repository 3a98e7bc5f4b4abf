import type { Json } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';

/** Throws `value-nonfinite`, with the path, for a number that JSON cannot say. */
export function requireJsonNumbers(json: Json, path = ''): void {
  if (typeof json === 'number' && !Number.isFinite(json)) {
    throw new Problem('value-nonfinite', {
      message: `The JSON holds ${json} at ${path || 'its top'}, which JSON cannot say.`,
      fix: 'Look for the cause in the node that made it.',
      where: { port: 'value', ...(path === '' ? {} : { at: path }) },
    });
  }
  if (json === null || typeof json !== 'object') return;
  if (Array.isArray(json)) {
    for (const [i, item] of json.entries()) requireJsonNumbers(item, `${path}[${i}]`);
    return;
  }
  for (const [key, value] of Object.entries(json)) requireJsonNumbers(value, path === '' ? key : `${path}.${key}`);
}
