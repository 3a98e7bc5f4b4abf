import type { Checked } from '../check/checked.ts';
import type { DocumentFile, DocumentGroup, DocumentNode, DocumentWire, PipelineDocument } from '../graph/document.ts';
import type { Compiled, CompiledPart } from './compile.ts';

/** A compiled file as it was written. */
export interface WrittenPart {
  /** Relative to the folder of the document, with /. */
  readonly path: string;
  readonly sha256: string;
}

/** The node type that runs a compiled file, and its version. */
export interface PartNodeType {
  readonly type: string;
  readonly version: number;
}

/**
 * The pipeline with one node for each compiled file in place of the nodes that are in it: an ordinary document, with the
 * same public inputs and outputs. What no output needs is left out. `written` has a file for each part, in their order.
 */
export function compiledDocument(
  checked: Checked,
  compiled: Compiled,
  written: readonly WrittenPart[],
  node: PartNodeType,
): PipelineDocument {
  const { document } = checked;
  const outside = new Set(compiled.outside.map((one) => one.node));
  for (const id of checked.publicOutputs.values()) outside.add(id);
  const ids = partIds(compiled, document);
  const place = placesOf(compiled, ids);
  const from = (end: string): string => place.get(end) ?? end;
  const kept = document.nodes.filter(({ id }) => outside.has(id));
  const wires: DocumentWire[] = [];
  for (const { id } of kept)
    for (const [port, source] of Object.entries(checked.nodes.get(id)?.sources ?? {}))
      wires.push({ from: from(source), to: `${id}.${port}` });
  compiled.parts.forEach(({ file, ends }, at) => {
    for (const { name } of file.inputs) wires.push({ from: from(ends.get(name) ?? name), to: `${ids[at]}.${name}` });
  });
  const nodes = [...kept, ...compiled.parts.map((part, at) => partNode(part, ids[at], written[at], document, node))];
  return {
    ...document,
    name: `${document.name}, compiled`,
    nodes,
    wires,
    groups: groupsOf(document.groups, compiled, ids, outside),
    inputs: pickAlive(document.inputs, outside),
    outputs: pickAlive(document.outputs, outside),
    files: [...filesOf(checked, outside), ...compiled.parts.map((part, at) => fileOf(part, written[at]))],
  };
}

/** Ids for the nodes of parts: `compiled`, or `compiled1`, `compiled2` and so on. */
export function partIds({ parts }: Pick<Compiled, 'parts'>, document: PipelineDocument): readonly string[] {
  const taken = new Set(document.nodes.map((node) => node.id));
  return parts.map((_, at) => {
    let id = parts.length === 1 ? 'compiled' : `compiled${at + 1}`;
    while (taken.has(id)) id += '_';
    taken.add(id);
    return id;
  });
}

/** Where a value that is made inside a part comes out now. */
function placesOf({ parts }: Compiled, ids: readonly string[]): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  parts.forEach(({ file, ends }, at) => {
    for (const { name } of file.outputs) places.set(ends.get(name) ?? name, `${ids[at]}.${name}`);
  });
  return places;
}

function partNode(
  { file }: CompiledPart,
  id: string,
  { path }: WrittenPart,
  document: PipelineDocument,
  { type, version }: PartNodeType,
): DocumentNode {
  const inside = new Set(file.nodes.map((node) => node.id));
  const places = document.nodes.filter((node) => inside.has(node.id)).map((node) => node.position);
  const mean = (of: (place: { x: number; y: number }) => number) =>
    Math.round(places.reduce((sum, place) => sum + of(place), 0) / Math.max(1, places.length));
  const label = `Compiled: ${file.nodes.length === 1 ? file.nodes[0].id : `${file.nodes.length} nodes`}`;
  return { id, type, version, params: { model: path }, position: { x: mean((p) => p.x), y: mean((p) => p.y) }, label };
}

/** A group keeps its nodes that are still there, and has a part all of whose nodes it had. */
function groupsOf(
  groups: readonly DocumentGroup[],
  { parts }: Compiled,
  ids: readonly string[],
  outside: ReadonlySet<string>,
): readonly DocumentGroup[] {
  return groups.flatMap((group) => {
    const had = new Set(group.nodes);
    const whole = ids.filter((_, at) => parts[at].file.nodes.every((node) => had.has(node.id)));
    const nodes = [...group.nodes.filter((id) => outside.has(id)), ...whole];
    return nodes.length === 0 ? [] : [{ ...group, nodes }];
  });
}

function pickAlive(names: PipelineDocument['inputs'], alive: ReadonlySet<string>): PipelineDocument['inputs'] {
  return Object.fromEntries(Object.entries(names).filter(([, { node }]) => alive.has(node)));
}

/** Recorded files that a node outside still names. */
function filesOf(checked: Checked, outside: ReadonlySet<string>): readonly DocumentFile[] {
  const named = new Set<unknown>();
  for (const [id, { definition, params }] of checked.nodes)
    for (const [param, spec] of Object.entries(definition.params))
      if (outside.has(id) && spec.form === 'file') named.add(params[param]);
  return checked.document.files.filter((file) => named.has(file.path));
}

function fileOf({ file }: CompiledPart, { path, sha256 }: WrittenPart): DocumentFile {
  const licences = [...new Set(file.models.flatMap((model) => model.licence ?? []))];
  const from = [...new Set(file.models.map((model) => model.source ?? model.path))];
  return {
    path,
    sha256,
    ...(licences.length === 0 ? {} : { licence: licences.join(' AND ') }),
    source: `${from.join(', ') || 'no model'}; compiled by Tributary`,
  };
}
