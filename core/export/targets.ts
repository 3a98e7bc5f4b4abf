import { nearestName } from '../problems/nearestName.ts';
import { Problem } from '../problems/problem.ts';
import { cloud } from './cloud/target.ts';
import { config } from './config/target.ts';
import { container } from './container/target.ts';
import { fastapi } from './fastapi/target.ts';
import { kubernetes } from './kubernetes/target.ts';
import { monitoring } from './monitoring/target.ts';
import { ray } from './ray/target.ts';
import type { ExportTarget } from './target.ts';
import { triton } from './triton/target.ts';

/** Every target, in the order in which they are shown. A target is one folder here; to add one, name it. */
export const targets: readonly ExportTarget[] = [
  container,
  kubernetes,
  cloud,
  monitoring,
  config,
  triton,
  ray,
  fastapi,
];

/** Throws `usage` for a name that none has. */
export function targetOf(id: string): ExportTarget {
  const found = targets.find((target) => target.id === id);
  if (found !== undefined) return found;
  const ids = targets.map((target) => target.id);
  const near = nearestName(id, ids);
  throw new Problem('usage', {
    message: `There is no target called "${id}".`,
    fix: near === null ? `Targets: ${ids.join(', ')}.` : `Did you mean "${near}"? Targets: ${ids.join(', ')}.`,
  });
}

/** A target with all that it includes, each once, those that it stands on first. */
export function withIncluded(target: ExportTarget, all: readonly ExportTarget[] = targets): readonly ExportTarget[] {
  const found: ExportTarget[] = [];
  const visit = (one: ExportTarget): void => {
    if (found.includes(one)) return;
    for (const id of one.includes) {
      const included = all.find((other) => other.id === id);
      if (included !== undefined) visit(included);
    }
    if (!found.includes(one)) found.push(one);
  };
  visit(target);
  return found;
}
