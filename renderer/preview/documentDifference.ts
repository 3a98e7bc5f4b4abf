import type { DocumentNode, PipelineDocument } from '../../core/graph/document.ts';
import type { Json } from '../../core/kinds/value.ts';
import type { RunInput, RunSummary } from '../../core/studio/api.ts';
import { numberText } from './numbers.ts';

/** One thing in which two runs differ that has a bearing on their results. */
export interface Difference {
  /** The node's label or id, the public input's name; what a person looks for on the canvas. */
  readonly where: string;
  readonly node: string | null;
  /** `width`, `wire into image`, `node`; empty for the thing as a whole. */
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** Differences of two documents that change what a run gives: positions, notes, labels and groups do not. */
export function documentDifferences(before: PipelineDocument, after: PipelineDocument): readonly Difference[] {
  const out: Difference[] = [];
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const now = new Map(after.nodes.map((node) => [node.id, node]));
  for (const node of after.nodes) {
    const was = old.get(node.id);
    if (was === undefined) out.push(whole(node, 'not there', 'added'));
    else out.push(...nodeDifferences(was, node));
  }
  for (const node of before.nodes) if (!now.has(node.id)) out.push(whole(node, 'there', 'removed'));
  out.push(...wireDifferences(before, after, new Set([...old.keys()].filter((id) => now.has(id)))));
  return out;
}

/** Differences of two runs: of their documents and of what fed them. */
export function runDifferences(
  before: Pick<RunSummary, 'document' | 'inputs'>,
  after: Pick<RunSummary, 'document' | 'inputs'>,
): readonly Difference[] {
  const names = [...new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)])];
  const inputs = names
    .map((name) => ({
      where: name,
      node: after.document.inputs[name]?.node ?? null,
      what: 'input',
      before: inputText(before.inputs[name]),
      after: inputText(after.inputs[name]),
    }))
    .filter((change) => change.before !== change.after);
  return [...inputs, ...documentDifferences(before.document, after.document)];
}

/** `Resize: width 224 → 320`, as one line. */
export function differenceText({ where, what, before, after }: Difference): string {
  if (what === '') return `${where} ${after}`;
  return `${where}: ${what} ${before} → ${after}`;
}

function nodeDifferences(was: DocumentNode, node: DocumentNode): readonly Difference[] {
  const name = nameOf(node);
  const out: Difference[] = [];
  const add = (what: string, before: string, after: string): void => {
    if (before !== after) out.push({ where: name, node: node.id, what, before, after });
  };
  add('type', typeText(was), typeText(node));
  add('state', was.disabled === true ? 'off' : 'on', node.disabled === true ? 'off' : 'on');
  for (const param of new Set([...Object.keys(was.params), ...Object.keys(node.params)])) {
    const before = was.params[param];
    const after = node.params[param];
    if (JSON.stringify(before) !== JSON.stringify(after)) add(param, paramText(before), paramText(after));
  }
  return out;
}

function wireDifferences(
  before: PipelineDocument,
  after: PipelineDocument,
  both: ReadonlySet<string>,
): readonly Difference[] {
  const old = new Map(before.wires.map((wire) => [wire.to, wire.from]));
  const now = new Map(after.wires.map((wire) => [wire.to, wire.from]));
  const names = new Map(after.nodes.map((node) => [node.id, nameOf(node)]));
  const out: Difference[] = [];
  for (const to of new Set([...old.keys(), ...now.keys()])) {
    const node = to.slice(0, to.indexOf('.'));
    // The wires of nodes that came or went are told by the node.
    if (!both.has(node) || old.get(to) === now.get(to)) continue;
    out.push({
      where: names.get(node) ?? node,
      node,
      what: `wire into ${to.slice(node.length + 1)}`,
      before: old.get(to) ?? 'none',
      after: now.get(to) ?? 'none',
    });
  }
  return out;
}

function whole(node: DocumentNode, before: string, after: string): Difference {
  return { where: nameOf(node), node: node.id, what: '', before, after };
}
function nameOf(node: DocumentNode): string {
  return node.label ?? node.id;
}
function typeText(node: DocumentNode): string {
  return `${node.type}@${node.version}`;
}

const longest = 60;
function paramText(value: Json | undefined): string {
  if (value === undefined) return 'default';
  if (typeof value === 'number') return numberText(value, 6);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
function inputText(input: RunInput | undefined): string {
  if (input === undefined) return 'its sample';
  if (input.form === 'file') return input.path;
  return paramText(input.form === 'text' ? input.text : input.json);
}
