import type { DocumentNode, PipelineDocument } from '../graph/document.ts';
import type { Json } from '../kinds/value.ts';

/** What was changed in a pipeline between two profiles, one line each. Places, labels, groups and notes do not count. */
export function documentDifferences(before: PipelineDocument, after: PipelineDocument): readonly string[] {
  const [a, b] = [byId(before), byId(after)];
  return [
    ...before.nodes.filter(({ id }) => !b.has(id)).map((node) => `${nameOf(node)} (${node.type}) removed`),
    ...after.nodes.filter(({ id }) => !a.has(id)).map((node) => `${nameOf(node)} (${node.type}) added`),
    ...after.nodes.flatMap((node) => {
      const old = a.get(node.id);
      return old === undefined ? [] : nodeLines(old, node);
    }),
    ...wireLines(before, after),
    ...fileLines(before, after),
    ...publicLines('input', before.inputs, after.inputs),
    ...publicLines('output', before.outputs, after.outputs),
  ];
}

function nodeLines(before: DocumentNode, after: DocumentNode): readonly string[] {
  const name = nameOf(after);
  const lines: string[] = [];
  if (before.type !== after.type) lines.push(`${name}: ${before.type} → ${after.type}`);
  if (before.version !== after.version) lines.push(`${name}: version ${before.version} → ${after.version}`);
  if ((before.disabled ?? false) !== (after.disabled ?? false))
    lines.push(`${name}: ${after.disabled ? 'switched off' : 'switched on'}`);
  for (const param of new Set([...Object.keys(before.params), ...Object.keys(after.params)])) {
    const [a, b] = [paramWords(before.params[param]), paramWords(after.params[param])];
    if (a !== b) lines.push(`${name}: ${param} ${cut(a)} → ${cut(b)}`);
  }
  return lines;
}

function wireLines(before: PipelineDocument, after: PipelineDocument): readonly string[] {
  const [a, b] = [wiresOf(before), wiresOf(after)];
  return [
    ...[...a].filter(([to]) => !b.has(to)).map(([to, from]) => `wire ${from} → ${to} removed`),
    ...[...b].flatMap(([to, from]) => {
      const old = a.get(to);
      if (old === from) return [];
      return [old === undefined ? `wire ${from} → ${to} added` : `${to} takes ${from} instead of ${old}`];
    }),
  ];
}

function fileLines(before: PipelineDocument, after: PipelineDocument): readonly string[] {
  const [a, b] = [filesOf(before), filesOf(after)];
  return [
    ...[...a.keys()].filter((path) => !b.has(path)).map((path) => `file ${path} no longer used`),
    ...[...b].flatMap(([path, sha256]) => {
      const old = a.get(path);
      if (old === sha256) return [];
      return [old === undefined ? `file ${path} now used` : `file ${path} has other content`];
    }),
  ];
}

function publicLines(
  side: 'input' | 'output',
  before: PipelineDocument['inputs'],
  after: PipelineDocument['inputs'],
): readonly string[] {
  return [
    ...Object.keys(before).flatMap((name) => (Object.hasOwn(after, name) ? [] : [`${side} ${name} removed`])),
    ...Object.entries(after).flatMap(([name, { node }]) => {
      if (!Object.hasOwn(before, name)) return [`${side} ${name} added`];
      return before[name].node === node ? [] : [`${side} ${name}: node ${before[name].node} → ${node}`];
    }),
  ];
}

function byId(document: PipelineDocument): ReadonlyMap<string, DocumentNode> {
  return new Map(document.nodes.map((node) => [node.id, node]));
}
function wiresOf(document: PipelineDocument): ReadonlyMap<string, string> {
  return new Map(document.wires.map(({ from, to }) => [to, from]));
}
function filesOf(document: PipelineDocument): ReadonlyMap<string, string> {
  return new Map(document.files.map(({ path, sha256 }) => [path, sha256]));
}
function nameOf(node: DocumentNode): string {
  return node.label === undefined || node.label === '' ? node.id : `${node.label} (${node.id})`;
}

/** Keys in order, so that the same value reads the same. */
function paramWords(value: Json | undefined): string {
  return value === undefined ? 'default' : JSON.stringify(sorted(value));
}
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]): [string, Json] => [key, sorted(inner)]),
  );
}
function cut(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
