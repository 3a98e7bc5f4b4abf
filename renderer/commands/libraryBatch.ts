import type { PipelineDocument } from '../../core/graph/document.ts';
import type { MediaItem, RunInput } from '../../core/studio/api.ts';
import type { NodeSpec } from '../../core/studio/catalog.ts';

export interface BatchItem {
  readonly name: string;
  readonly inputs: Readonly<Record<string, RunInput>>;
}

/**
 * One run per medium. Where several public inputs take media, files of one name but for their ending belong together
 * (`storm.jpg`, `storm.wav`, `storm.txt`); sets that are complete go before those that are not, which run only when no
 * set is complete: an input without a file keeps the sample in its node.
 */
export function batchItems(
  document: Pick<PipelineDocument, 'inputs' | 'nodes'>,
  specs: ReadonlyMap<string, Pick<NodeSpec, 'external'>>,
  library: readonly Pick<MediaItem, 'path' | 'name' | 'kind' | 'problem'>[],
): readonly BatchItem[] {
  const names = new Map<string, string>();
  for (const [name, { node }] of Object.entries(document.inputs)) {
    const kind = specs.get(document.nodes.find((n) => n.id === node)?.type ?? '')?.external;
    // Two inputs of one kind cannot be told apart by a file; the first takes it.
    if (typeof kind === 'string' && !names.has(kind)) names.set(kind, name);
  }
  const sets = new Map<string, { readonly name: string; readonly inputs: Record<string, RunInput> }>();
  for (const { path, name, kind, problem } of library) {
    const input = names.get(kind);
    if (input === undefined || problem !== undefined) continue;
    const key = names.size === 1 ? path : path.replace(/\.[^./\\]*$/, '');
    const set = sets.get(key) ?? { name: names.size === 1 ? name : key.replace(/^.*[/\\]/, ''), inputs: {} };
    if (set.inputs[input] === undefined) set.inputs[input] = { form: 'file', path };
    sets.set(key, set);
  }
  const all = [...sets.values()];
  const complete = all.filter((set) => Object.keys(set.inputs).length === names.size);
  return complete.length > 0 ? complete : all;
}
