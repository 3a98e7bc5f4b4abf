import type { PipelineDocument } from '../../core/graph/document.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import { setState, state } from '../state/state.ts';
import { toast } from '../state/toasts.ts';
import { type Fix, fixesFor } from './fixes.ts';

/** The first fix of each problem that mends it by itself; two problems of one place are mended once. */
export function sureFixes(problems: readonly ProblemData[], document: PipelineDocument): readonly Fix[] {
  const places = new Set<string>();
  return problems.flatMap((problem) => {
    const fix = fixesFor(problem, document).find(({ sure }) => sure);
    const place = placeOf(problem);
    if (fix === undefined || places.has(place)) return [];
    places.add(place);
    return [fix];
  });
}

/** Does all of them, each a step of undo; what is selected stays selected. */
export async function fixAll(problems: readonly ProblemData[]): Promise<void> {
  const { selection, document } = state();
  const fixes = sureFixes(problems, document);
  for (const fix of fixes) await fix.run();
  setState({ selection });
  const count = fixes.length;
  toast({ tone: 'ok', text: `${count} ${count === 1 ? 'problem was' : 'problems were'} mended. Each can be undone.` });
}

function placeOf({ where, code }: ProblemData): string {
  if (where.wire !== undefined) return `wire ${where.wire.to}`;
  if (where.node !== undefined && where.param !== undefined) return `param ${where.node} ${where.param}`;
  if (where.node !== undefined && where.port !== undefined) return `wire ${where.node}.${where.port}`;
  return `${code} ${JSON.stringify(where)}`;
}
