import { endOf } from '../graph/document.ts';
import type { ProblemData } from '../problems/problem.ts';
import type { Checked } from './checked.ts';

/** Errors that stand in the way of running to these nodes: their own, and those of the nodes that they need. */
export function problemsOf(checked: Checked, nodes: readonly string[]): readonly ProblemData[] {
  const needed = ancestors(checked, nodes);
  return checked.problems.filter((problem) => {
    const node = blockedNode(problem);
    return node !== null && needed.has(node);
  });
}

/**
 * Where to run to so that every node runs that can: those nodes, free of errors like all that they need, that no
 * other such node reads.
 */
export function runnableTargets(checked: Checked): readonly string[] {
  const wrong = new Set(checked.problems.flatMap((problem) => blockedNode(problem) ?? []));
  const runnable = new Set<string>();
  const read = new Set<string>();
  // The order holds no node of a loop, and each node after those it needs.
  for (const id of checked.order) {
    const sources = sourceNodes(checked, id);
    if (wrong.has(id) || !sources.every((source) => runnable.has(source))) continue;
    runnable.add(id);
    for (const source of sources) read.add(source);
  }
  return [...runnable].filter((id) => !read.has(id));
}

/** The node that an error keeps from running; null when it is a warning or about no node. */
function blockedNode(problem: ProblemData): string | null {
  if (problem.severity !== 'error') return null;
  // A wire stands in the way of the node that it should feed; the one that it comes from can run.
  const { wire, node } = problem.where;
  return wire === undefined ? (node ?? null) : endOf(wire.to).node;
}

function ancestors(checked: Checked, nodes: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const todo = [...nodes];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    todo.push(...sourceNodes(checked, id));
  }
  return found;
}

function sourceNodes(checked: Checked, id: string): readonly string[] {
  return Object.values(checked.nodes.get(id)?.sources ?? {}).map((source) => endOf(source).node);
}
