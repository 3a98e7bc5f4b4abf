import { attributeRun } from '../../core/profile/attribute.ts';
import type { PathStep } from '../../core/profile/attribution.ts';
import type { Profile } from '../../core/profile/profile.ts';
import type { Trace } from '../../core/profile/trace.ts';

/** The critical path of each run of a trace, computed when it is asked for and kept. */
export function pathsOf({ measured }: Pick<Profile, 'measured'>, trace: Trace): (run: number) => readonly PathStep[] {
  const stages = [...measured.stages]
    .sort((a, b) => a.stage - b.stage)
    .map(({ nodes, mode }) => ({ nodes: nodes.map((id) => ({ id })), mode }));
  const means = new Map(measured.nodes.map((node) => [node.node, node.total.mean]));
  const shares = new Map(
    measured.stages
      .filter(({ nodes }) => nodes.length > 1)
      .map(({ stage, nodes }) => [stage, sharesOf(nodes.map((node) => means.get(node) ?? 0))] as const),
  );
  const known = new Map<number, readonly PathStep[]>();
  return (run) => {
    const before = known.get(run);
    if (before !== undefined) return before;
    const { path } = attributeRun(trace, run, { stages }, shares);
    known.set(run, path);
    return path;
  };
}

/** What each takes of the whole; equal where nothing is known. */
function sharesOf(parts: readonly number[]): readonly number[] {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => (whole > 0 ? part / whole : 1 / parts.length));
}
