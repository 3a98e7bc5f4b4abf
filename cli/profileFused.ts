import type { CompiledForm } from '../core/define/compiledForm.ts';
import { compareFused } from '../core/profile/compareFused.ts';
import type { FusedComparison, FusedGroup } from '../core/profile/fusedComparison.ts';
import type { Profile } from '../core/profile/profile.ts';
import { fusedPipeline } from './fused.ts';
import { differenceTable } from './profileResults.ts';
import type { Work } from './profileWork.ts';
import { printableLine, styled, type Terminal } from './terminal.ts';

/** Runs what was profiled compiled too, in turns with node by node. */
export async function compareFusedWith(work: Work, profile: Profile): Promise<FusedComparison> {
  const { document, form } = await fusedSide(work);
  const { engine, target, options, listeners } = work;
  return compareFused({
    bench: engine,
    target,
    plain: { ...profile, label: profile.label === '' ? 'node by node' : profile.label },
    fused: document,
    form,
    createdAt: new Date().toISOString(),
    listeners,
    ...(options.budget === undefined ? {} : { budgetMs: options.budget * 1000 }),
  });
}

async function fusedSide({ pipeline }: Work) {
  const { opened, form } = await fusedPipeline(pipeline);
  return { document: opened.document, form };
}

/** What was compared, part by part: which nodes are in it, and what their work takes in both forms. */
export function fusedText(fused: FusedComparison, terminal: Terminal): string {
  const { comparison, groups, answers, words } = fused;
  const lines = [
    styled(terminal, 'bold', 'Compiled against node by node, measured in turns'),
    ...differenceTable(
      [
        ['end to end, median', comparison.wall],
        ['end to end, p95', comparison.p95],
        ...groups.map((group) => [nameOf(group, groups), group.work] as const),
      ],
      terminal,
    ),
    ...groups.map((group) => `  ${nameOf(group, groups)}: ${printableLine(group.nodes.join(', '), 400)}`),
    `  answers: ${printableLine(answers.words, 400)}`,
    ...words.map((line) => printableLine(line, 600)),
  ];
  return lines.join('\n');
}

function nameOf({ part }: FusedGroup, groups: readonly FusedGroup[]): string {
  if (part === null) return 'outside, work';
  return groups.filter((group) => group.part !== null).length === 1 ? 'compiled, work' : `part ${part + 1}, work`;
}

/** Of a profile of the compiled form alone: how much of its time is what could be compiled. */
export function compiledShareText({ measured }: Profile, { parts, outside }: CompiledForm): string {
  const ids = new Set(parts.map(({ id }) => id));
  const share = measured.nodes.reduce((sum, one) => sum + (ids.has(one.node) ? one.criticalPercent : 0), 0);
  const names = outside.map(({ node }) => node).join(', ');
  return `${share.toFixed(0)} % of the time is what is compiled (${parts.flatMap(({ nodes }) => nodes).length} nodes in ${parts.length === 1 ? 'one file' : `${parts.length} files`})${names === '' ? '' : `; outside: ${printableLine(names, 300)}`}. --compare-fused says what it brings.`;
}
