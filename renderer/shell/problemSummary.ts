import type { DocumentNode } from '../../core/graph/document.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import { countText } from './words.ts';

export interface ProblemSummary {
  readonly tone: 'ok' | 'warning' | 'error';
  readonly text: string;
}

/** All problems in a few words: one is said, several are counted. */
export function problemSummary(
  problems: readonly Pick<ProblemData, 'message' | 'severity' | 'where'>[],
  nodes: readonly Pick<DocumentNode, 'id' | 'label'>[],
): ProblemSummary {
  const errors = problems.filter((p) => p.severity === 'error').length;
  const warnings = problems.length - errors;
  if (problems.length === 0) return { tone: 'ok', text: 'No problems' };
  const tone = errors > 0 ? 'error' : 'warning';
  if (problems.length === 1) {
    const { message, where } = problems[0];
    const label = nodes.find((n) => n.id === where.node)?.label;
    return { tone, text: `1 problem: ${label === undefined ? '' : `${label}: `}${message}` };
  }
  if (warnings === 0) return { tone, text: countText(errors, 'problem') };
  if (errors === 0) return { tone, text: countText(warnings, 'warning') };
  return { tone, text: `${countText(errors, 'problem')}, ${countText(warnings, 'warning')}` };
}
