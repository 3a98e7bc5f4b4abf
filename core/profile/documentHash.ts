import type { DocumentNode, PipelineDocument } from '../graph/document.ts';
import { inline } from '../graph/write.ts';
import type { Json } from '../kinds/value.ts';

/**
 * The text that a profile's `documentHash` is made of: what the document runs, in an order of its own. The pipeline's
 * name, positions and labels of nodes, groups and notes are left out, and where entries stand in their lists.
 */
export function ranText(document: PipelineDocument): string {
  const nodes = [...document.nodes].sort((a, b) => order(a.id, b.id)).map(ranNode);
  const wires = document.wires.map(({ from, to }) => ({ from, to })).sort((a, b) => order(a.to, b.to));
  const files = document.files.map(({ path, sha256 }) => ({ path, sha256 })).sort((a, b) => order(a.path, b.path));
  return inline({ nodes, wires, inputs: named(document.inputs), outputs: named(document.outputs), files });
}

/**
 * Whether two documents run the same. A file that only one has a record of (records are made on saving) does not tell
 * them apart; one that was recorded with other content does.
 */
export function runsTheSame(a: PipelineDocument, b: PipelineDocument): boolean {
  const known = new Map(a.files.map((file) => [file.path, file.sha256]));
  if (b.files.some(({ path, sha256 }) => known.has(path) && known.get(path) !== sha256)) return false;
  return ranText({ ...a, files: [] }) === ranText({ ...b, files: [] });
}

/** `digest` gives the sha256 of a text in hex. */
export function documentHash(document: PipelineDocument, digest: (text: string) => string): string {
  return digest(ranText(document));
}

function ranNode({ id, type, version, params, disabled }: DocumentNode): Json {
  return { id, type, version, params: sorted(params), disabled: disabled === true };
}

function named(names: PipelineDocument['inputs']): Json {
  return Object.entries(names)
    .map(([name, { node }]) => ({ name, node }))
    .sort((a, b) => order(a.name, b.name));
}

function sorted(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => order(a, b)).map(([key, entry]) => [key, sorted(entry)]));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
