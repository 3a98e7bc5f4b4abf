import { checkDocument } from '../../check/check.ts';
import type { Checked, CheckedNode } from '../../check/checked.ts';
import type { FactsLookup } from '../../check/files.ts';
import type { Registry } from '../../define/registry.ts';
import { endOf, type PipelineDocument } from '../../graph/document.ts';
import { applyChanges, type Change } from '../../graph/edit.ts';
import type { ProblemData } from '../../problems/problem.ts';
import type { Candidate } from '../advice.ts';
import type { Machine } from '../knobs.ts';
import type { Measured, ModelProfile, NodeProfile } from '../profile.ts';

/** What is looked at for advice. */
export interface Subject {
  readonly document: PipelineDocument;
  readonly measured: Measured;
  readonly checked: Checked;
  readonly registry: Registry;
  readonly facts: FactsLookup;
  readonly machine: Machine;
  /** Words for processor and system, from the profile's environment. */
  readonly platform: string;
  readonly nodes: ReadonlyMap<string, NodeProfile>;
  readonly models: ReadonlyMap<string, ModelProfile>;
  /** Median of a request, in milliseconds; never 0. */
  readonly wallMs: number;
}

/** A candidate with a guess of what it could save, as a share of the time (or of the capacity) from 0 to 1. */
export interface Idea extends Candidate {
  readonly expected: number;
}

/** As a person calls the node: its label, else its title, told apart by its id where others have the same. */
export function nameOf(subject: Subject, id: string): string {
  const plain = plainName(subject, id);
  const same = subject.document.nodes.some((node) => node.id !== id && plainName(subject, node.id) === plain);
  return same ? `“${plain}” (${id})` : `“${plain}”`;
}

function plainName(subject: Subject, id: string): string {
  const node = subject.document.nodes.find((n) => n.id === id);
  return node?.label ?? subject.registry.get(node?.type ?? '')?.title ?? id;
}

/** Nodes that read an output of this one. */
export function readersOf(checked: Checked, id: string): readonly { readonly node: string; readonly port: string }[] {
  return checked.order.flatMap((reader) =>
    Object.entries(checked.nodes.get(reader)?.sources ?? {}).flatMap(([port, source]) =>
      endOf(source).node === id ? [{ node: reader, port }] : [],
    ),
  );
}

/** Everything that a node needs, itself left out. */
export function ancestorsOf(checked: Checked, id: string): ReadonlySet<string> {
  const found = new Set<string>();
  const todo = [id];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    for (const source of Object.values(checked.nodes.get(at)?.sources ?? {})) {
      const { node } = endOf(source);
      if (found.has(node)) continue;
      found.add(node);
      todo.push(node);
    }
  }
  return found;
}

/** True when neither waits for the other, so that both could run at once. */
export function independent(checked: Checked, a: string, b: string): boolean {
  return a !== b && !ancestorsOf(checked, a).has(b) && !ancestorsOf(checked, b).has(a);
}

/** Share of the time of a request, from 0 to 1, that is this node on the critical path. */
export function criticalShare(subject: Subject, id: string): number {
  return Math.min(1, (subject.nodes.get(id)?.criticalPercent ?? 0) / 100);
}

/** Nodes that ran, costliest on the critical path first. */
export function byWeight(subject: Subject): readonly CheckedNode[] {
  const weight = (node: CheckedNode): number => {
    const measured = subject.nodes.get(node.id);
    return measured === undefined ? -1 : measured.criticalPercent * 1000 + measured.total.mean / subject.wallMs;
  };
  return [...subject.checked.nodes.values()]
    .filter((node) => subject.nodes.has(node.id))
    .sort((a, b) => weight(b) - weight(a));
}

/** The device that really ran a node's model; empty for nodes without one. */
export function ranOn(subject: Subject, id: string): string {
  return subject.nodes.get(id)?.device ?? subject.models.get(id)?.device ?? '';
}

/** How many workers are busy at once, on the mean: threads of a model that uses several are counted. */
export function coresBusy(subject: Subject): number {
  const threads = new Map<string, number>();
  for (const model of subject.models.values()) {
    const { worker } = subject.nodes.get(model.node) ?? { worker: '' };
    threads.set(worker, Math.max(threads.get(worker) ?? 1, model.threads));
  }
  return subject.measured.workers.reduce(
    (sum, { worker, busyPercent }) => sum + (busyPercent / 100) * (threads.get(worker) ?? 1),
    0,
  );
}

/** Errors that a document has and its original had not. A file that is yet to be made counts as the one it is made of. */
export function newErrors(
  subject: Pick<Subject, 'document' | 'checked' | 'registry' | 'facts'>,
  candidate: Pick<Candidate, 'changes' | 'makes'>,
): readonly ProblemData[] {
  const made = new Map(candidate.makes?.map(({ path, from }) => [path, from]));
  const facts: FactsLookup = (path) => {
    const from = made.get(path);
    const known = subject.facts(from ?? path);
    return from === undefined || known === undefined ? known : { ...known, path };
  };
  const before = new Set(subject.checked.problems.map(keyOf));
  const checked = checkDocument(applyChanges(subject.document, candidate.changes), subject.registry, facts);
  return checked.problems.filter((problem) => problem.severity === 'error' && !before.has(keyOf(problem)));
}

function keyOf(problem: ProblemData): string {
  return `${problem.code} ${JSON.stringify(problem.where)}`;
}

/** Changes one after the other, each looking at the document as the ones before have left it. */
export function inTurn(
  document: PipelineDocument,
  steps: readonly ((document: PipelineDocument) => readonly Change[])[],
): readonly Change[] {
  const changes: Change[] = [];
  let now = document;
  for (const step of steps) {
    const done = step(now);
    changes.push(...done);
    now = applyChanges(now, done);
  }
  return changes;
}
