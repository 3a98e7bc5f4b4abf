import { create } from 'zustand';
import { replacedNodes } from '../../core/graph/changes.ts';
import type { DocumentNode, PipelineDocument } from '../../core/graph/document.ts';
import type { Kind } from '../../core/kinds/value.ts';
import type { MediaItem } from '../../core/studio/api.ts';
import type { CheckReport, NodeSpec } from '../../core/studio/catalog.ts';
import { editWith, endMerge } from '../state/edits.ts';
import { runInputs, startRun } from '../state/runs.ts';
import { state, useStudio } from '../state/state.ts';

/** A public input that a medium can feed. */
export interface FedInput {
  /** Public name. */
  readonly name: string;
  readonly node: string;
  readonly kind: Kind;
  /** The node's parameter that holds its sample; null where it has none. */
  readonly param: string | null;
  /** The sample's path; empty for none. */
  readonly sample: string;
}

/** The public inputs that take a file of the library, in the document's order. */
export function fedInputs(
  document: Pick<PipelineDocument, 'nodes' | 'inputs'>,
  report: Pick<CheckReport, 'inputs'> | null,
  specs: ReadonlyMap<string, Pick<NodeSpec, 'external' | 'params'>>,
): readonly FedInput[] {
  const names = new Map<string, string>();
  for (const [name, { node }] of Object.entries(document.inputs)) names.set(node, name);
  for (const [name, node] of Object.entries(report?.inputs ?? {})) if (!names.has(node)) names.set(node, name);
  const nodes = new Map(document.nodes.map((node) => [node.id, node]));
  return [...names].flatMap(([id, name]): readonly FedInput[] => {
    const node = nodes.get(id);
    const spec = specs.get(node?.type ?? '');
    if (node === undefined || spec === undefined || spec.external === null || spec.external === 'folder') return [];
    const param = Object.entries(spec.params).find(([, p]) => p.form === 'file' && p.role === 'media')?.[0] ?? null;
    return [{ name, node: id, kind: spec.external, param, sample: sampleOf(node, param) }];
  });
}

function sampleOf(node: DocumentNode, param: string | null): string {
  const value = param === null ? '' : node.params[param];
  return typeof value === 'string' ? value : '';
}

/** The inputs that a medium may feed: those of its kind. */
export function inputsFor(item: Pick<MediaItem, 'kind'>, inputs: readonly FedInput[]): readonly FedInput[] {
  return inputs.filter((input) => input.kind === item.kind);
}

/** Counts changes of `runInputs`, which is no state by itself. */
export const useFeeding = create<{ readonly changes: number }>()(() => ({ changes: 0 }));

/** The medium becomes the sample of the input's node: an edit, which can be undone. */
export function makeSample(path: string, input: FedInput): void {
  const { param } = input;
  if (param === null) return;
  endMerge();
  if (runInputs.delete(input.name)) changed(false);
  editWith(`use ${nameOf(path)} for ${input.name}`, (document) =>
    replacedNodes(document, (node) => {
      if (node.id !== input.node) return node;
      // A text typed into the node goes before its file: it makes room.
      const { text: _, ...rest } = node.params;
      const params = node.type === 'input.text' && typeof node.params['text'] === 'string' ? rest : node.params;
      return { ...node, params: { ...params, [param]: path } };
    }),
  );
}

/** The medium feeds the input from the next run on, without a change of the pipeline; null: its sample does again. */
export function feedForNow(input: string, path: string | null): void {
  if (path === null) runInputs.delete(input);
  else runInputs.set(input, { form: 'file', path });
  changed(true);
}

function changed(runs: boolean): void {
  useFeeding.setState(({ changes }) => ({ changes: changes + 1 }));
  if (runs && state().live) void startRun();
}

/** The path that feeds an input for now; null when its sample does. */
export function fedForNow(input: string): string | null {
  const given = runInputs.get(input);
  return given?.form === 'file' ? given.path : null;
}

function nameOf(path: string): string {
  return path.split('/').at(-1) ?? path;
}

// What feeds one pipeline's inputs feeds no other's.
useStudio.subscribe((now, before) => {
  if (now.session?.id === before.session?.id || runInputs.size === 0) return;
  runInputs.clear();
  changed(false);
});
