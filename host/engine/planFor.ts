import type { Checked } from '../../core/check/checked.ts';
import { problemsOf, runnableTargets } from '../../core/check/runnable.ts';
import { type Plan, planRun } from '../../core/plan/plan.ts';
import { Problem, problemFrom } from '../../core/problems/problem.ts';
import type { RunRequest } from './messages.ts';

/** Throws the first problem that stands in the way of what is to run. */
export function planFor(checked: Checked, { outputs, targets }: Pick<RunRequest, 'outputs' | 'targets'>): Plan {
  const errors = checked.problems.filter((problem) => problem.severity === 'error');
  if (targets === undefined) {
    if (errors.length > 0) throw problemFrom(errors[0]);
    return planRun(checked, { outputs });
  }
  const absent = targets.find((id) => !checked.nodes.has(id) && !errors.some((error) => error.where.node === id));
  if (absent !== undefined) {
    throw new Problem('usage', {
      message: `"${absent}" cannot be run to: it is disabled, or not in the pipeline.`,
      fix: 'Enable it, or run to another node.',
      where: { node: absent },
    });
  }
  const nodes = targets.length > 0 ? targets : runnableTargets(checked);
  const [wrong] = nodes.length > 0 ? problemsOf(checked, nodes) : errors;
  if (wrong !== undefined) throw problemFrom(wrong);
  if (nodes.length === 0) throw nothingToRun(checked.document.name);
  return planRun(checked, { targets: nodes });
}

function nothingToRun(name: string): Problem {
  return new Problem('no-output', {
    message: `"${name}" has no node that could run.`,
    fix: 'Add a node, or enable one.',
  });
}
