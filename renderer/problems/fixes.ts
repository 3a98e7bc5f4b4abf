import { disconnected, paramSet } from '../../core/graph/changes.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { NameChange } from '../../core/graph/edit.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import { applyMend, mendTitle } from '../canvas/addNode.ts';
import { takeWire } from '../canvas/hand.ts';
import { showNode } from '../canvas/show.ts';
import { edit } from '../state/edits.ts';
import { setState, state } from '../state/state.ts';
import { acceptFile, findFile } from './findFiles.ts';

/** Something that one click does about a problem. */
export interface Fix {
  readonly id: string;
  readonly title: string;
  /** It mends the problem by itself, so that it may be done for many at once. */
  readonly sure: boolean;
  readonly run: () => void | Promise<void>;
}

/** What can be done about a problem, best first. */
export function fixesFor(problem: ProblemData, document: PipelineDocument): readonly Fix[] {
  const fixes: Fix[] = [];
  const { code, where } = problem;
  const mend = mendTitle(problem);
  if (mend !== null) fixes.push({ id: 'mend', title: mend, sure: true, run: () => applyMend(problem) });
  if (code === 'port-unwired' && where.node !== undefined && where.port !== undefined) {
    const { node, port } = where;
    fixes.push({
      id: 'givers',
      title: 'Show what gives this',
      sure: false,
      run: () => {
        showNode(node);
        setState({ rightOpen: true });
        takeWire(`${node}.${port}`, 'in', 'keys', true);
      },
    });
  }
  if (where.wire !== undefined && (code === 'wire-dangling' || code === 'wire-duplicate')) {
    const { to } = where.wire;
    fixes.push({
      id: 'unwire',
      title: 'Remove the wire',
      sure: code === 'wire-dangling',
      run: () => edit('remove a wire', disconnected(state().document, [to])),
    });
  }
  if (code === 'param-unknown' && where.node !== undefined && where.param !== undefined) {
    const { node, param } = where;
    fixes.push({
      id: 'forget',
      title: `Remove ${param}`,
      sure: true,
      run: () => edit(`remove ${param}`, paramSet(state().document, node, param, undefined)),
    });
  }
  const name = code === 'public-name' ? publicNameOf(where.at, document) : null;
  if (name !== null)
    fixes.push({
      id: 'unname',
      title: `Remove “${name.name}”`,
      sure: true,
      run: () => edit(`remove the public name ${name.name}`, [name]),
    });
  const file = lostFile(problem);
  if (file !== null) {
    const known = document.files.some((entry) => entry.path === file);
    if (known) fixes.push({ id: 'find', title: 'Find it by its hash', sure: false, run: () => findFile(file) });
    fixes.push({ id: 'pick', title: 'Choose the file…', sure: false, run: () => findFile(file, 'pick') });
  }
  if (code === 'model-changed' && where.file !== undefined) {
    const changed = where.file;
    fixes.push({ id: 'accept', title: 'Take the file as it is now', sure: false, run: () => acceptFile(changed) });
  }
  return fixes;
}

/** The path that a node names and that is not there. */
export function lostFile({ code, where }: ProblemData): string | null {
  return (code === 'file-missing' || code === 'model-missing') && where.node !== undefined
    ? (where.file ?? null)
    : null;
}

/** The entry that `inputs.name` or `outputs.name` is, as a change that takes it out. */
function publicNameOf(at: string | undefined, document: PipelineDocument): NameChange | null {
  const [side, name] = at?.split('.') ?? [];
  if ((side !== 'inputs' && side !== 'outputs') || name === undefined) return null;
  const index = Object.keys(document[side]).indexOf(name);
  return index < 0 ? null : { in: side, index, name, before: document[side][name], after: null };
}
