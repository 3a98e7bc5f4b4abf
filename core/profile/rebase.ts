import { freeId } from '../graph/changes.ts';
import type { DocumentNode, PipelineDocument } from '../graph/document.ts';
import { endOf } from '../graph/document.ts';
import { type Change, type Entries, keyOf, type ListChange, type ListName, takeChanges } from '../graph/edit.ts';
import type { Json } from '../kinds/value.ts';
import { Problem } from '../problems/problem.ts';

/**
 * Changes that were found on one document, as changes of another that has gone on since: places, labels and parameters
 * that they do not touch stay as they are now. Throws `advice-stale` with what is different when something that they
 * do touch is not as it was.
 */
export function rebaseChanges(document: PipelineDocument, changes: readonly Change[]): readonly Change[] {
  const renamed = new Map<string, string>();
  const rebased: Change[] = [];
  // Each change stands on those before it.
  let now = document;
  for (const change of netChanges(changes)) {
    const next = rebaseOne(now, withIds(change, renamed), renamed);
    if (next === null) continue;
    const taken = takeChanges(now, [next]);
    now = taken.document;
    rebased.push(...taken.changes);
  }
  return rebased;
}

/** Whether changes have been made already: applying them would change nothing. */
export function isInEffect(document: PipelineDocument, changes: readonly Change[]): boolean {
  try {
    return changes.length > 0 && rebaseChanges(document, changes).length === 0;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

/**
 * One change for each entry that is touched: from what it was before the first to what it is after the last. What stands
 * in between (a wire taken out and another put in) need not be there to be found.
 */
function netChanges(changes: readonly Change[]): readonly Change[] {
  const net = new Map<string, Change>();
  for (const change of changes.flatMap(split)) {
    const key = changeKey(change);
    const first = net.get(key);
    net.delete(key);
    net.set(key, first === undefined ? change : ({ ...change, before: first.before } as Change));
  }
  return [...net.values()].filter(({ before, after }) => before !== null || after !== null);
}

/** A wire that is led elsewhere is one taken out and one put in. */
function split(change: Change): readonly Change[] {
  if (!isListChange(change)) return [change];
  const { before, after } = change;
  if (before === null || after === null || keyOf(change.in, before) === keyOf(change.in, after)) return [change];
  return [{ ...change, after: null } as Change, { ...change, before: null } as Change];
}

function changeKey(change: Change): string {
  if (isListChange(change)) {
    const entry: Entries[ListName] | null = change.before ?? change.after;
    return `${change.in} ${entry === null ? '' : keyOf(change.in, entry)}`;
  }
  return change.in === 'inputs' || change.in === 'outputs' ? `${change.in} ${change.name}` : change.in;
}

function isListChange(change: Change): change is ListChange {
  return change.in !== 'name' && change.in !== 'description' && change.in !== 'inputs' && change.in !== 'outputs';
}

/** Null: it has been made already. */
function rebaseOne(document: PipelineDocument, change: Change, renamed: Map<string, string>): Change | null {
  switch (change.in) {
    case 'nodes':
      return rebaseNode(document, change as ListChange<'nodes'>, renamed);
    case 'wires':
      return rebaseWire(document, change as ListChange<'wires'>);
    case 'inputs':
    case 'outputs': {
      const names = document[change.in];
      const found = Object.hasOwn(names, change.name) ? names[change.name].node : null;
      if (found === (change.after?.node ?? null)) return null;
      if (found !== (change.before?.node ?? null)) throw stale(`the public name "${change.name}" is another's now`);
      return change;
    }
    case 'name':
    case 'description':
      return change;
    default:
      // What only people see, and records of files.
      return rebaseEntry(document, change);
  }
}

function rebaseNode(
  document: PipelineDocument,
  change: ListChange<'nodes'>,
  renamed: Map<string, string>,
): ListChange<'nodes'> | null {
  const { before, after } = change;
  if (before === null) {
    if (after === null) return null;
    const there = document.nodes.find((node) => node.id === after.id);
    if (there === undefined) return { ...change, index: document.nodes.length };
    if (sameRun(there, after)) return null;
    const id = freeId(document, after.type);
    renamed.set(after.id, id);
    return { ...change, index: document.nodes.length, after: { ...after, id } };
  }
  const index = document.nodes.findIndex((node) => node.id === before.id);
  if (index < 0) {
    if (after === null) return null;
    throw stale(`the node "${before.id}" is not there any more`);
  }
  const there = document.nodes[index];
  if (there.type !== before.type || there.version !== before.version)
    throw stale(`"${before.id}" is of another type now (${there.type}, it was ${before.type})`);
  if (after === null) {
    if (!sameRun(there, before)) throw stale(`"${before.id}" was changed since, and would be removed`);
    return { ...change, index, before: there };
  }
  const next = mergedNode(there, before, after);
  return sameJson(there, next) ? null : { ...change, index, before: there, after: next };
}

/** The node as it is now, with what the change does to it. */
function mergedNode(there: DocumentNode, before: DocumentNode, after: DocumentNode): DocumentNode {
  const params: Record<string, Json> = { ...there.params };
  for (const name of new Set([...Object.keys(before.params), ...Object.keys(after.params)])) {
    const [was, wanted, is] = [before, after, there].map((node) =>
      Object.hasOwn(node.params, name) ? node.params[name] : undefined,
    );
    if (sameJson(was, wanted) || sameJson(is, wanted)) continue;
    if (!sameJson(is, was)) {
      throw stale(
        `"${name}" of "${there.id}" is ${valueText(is)} now, it was ${valueText(was)} when this was measured`,
      );
    }
    if (wanted === undefined) delete params[name];
    else params[name] = wanted;
  }
  const off = (node: DocumentNode): boolean => node.disabled === true;
  const { disabled: _, ...rest } = there;
  const disabled = off(before) === off(after) ? off(there) : off(after);
  const typed = { ...rest, type: after.type, version: after.version, params };
  return disabled ? { ...typed, disabled } : typed;
}

function rebaseWire(document: PipelineDocument, change: ListChange<'wires'>): ListChange<'wires'> | null {
  const { before, after } = change;
  const to = (before ?? after)?.to ?? '';
  const index = document.wires.findIndex((wire) => wire.to === to);
  const there = document.wires[index];
  if (after !== null && there?.from === after.from && to === after.to) return null;
  if (before === null) {
    if (there !== undefined) throw stale(`"${to}" has a wire now, from "${there.from}"`);
    return { ...change, index: document.wires.length };
  }
  if (there === undefined) {
    if (after === null) return null;
    throw stale(`the wire from "${before.from}" to "${to}" is not there any more`);
  }
  if (there.from !== before.from) throw stale(`"${to}" comes from "${there.from}" now, it came from "${before.from}"`);
  return { ...change, index, before: there };
}

function rebaseEntry(document: PipelineDocument, change: ListChange): Change | null {
  const entry = change.before ?? change.after;
  if (entry === null) return null;
  const list: readonly Entries[ListName][] = document[change.in];
  const index = list.findIndex((other) => keyOf(change.in, other) === keyOf(change.in, entry));
  const there = list[index] ?? null;
  if (sameJson(there, change.after)) return null;
  return { ...change, index: there === null ? list.length : index, before: there } as Change;
}

/** The same change where a node that it adds, or an earlier one added, had to take another id. */
function withIds(change: Change, renamed: ReadonlyMap<string, string>): Change {
  if (renamed.size === 0) return change;
  const own = (id: string): string => renamed.get(id) ?? id;
  const end = (text: string): string => `${own(endOf(text).node)}.${endOf(text).port}`;
  if (change.in === 'wires') {
    const wires = change as ListChange<'wires'>;
    const [before, after] = [wires.before, wires.after].map((wire) =>
      wire === null ? null : { from: end(wire.from), to: end(wire.to) },
    );
    return { ...wires, before, after };
  }
  if (change.in === 'inputs' || change.in === 'outputs') {
    const [before, after] = [change.before, change.after].map((name) =>
      name === null ? null : { ...name, node: own(name.node) },
    );
    return { ...change, before, after };
  }
  return change;
}

function sameRun(a: DocumentNode, b: DocumentNode): boolean {
  return a.type === b.type && a.version === b.version && sameJson(a.params, b.params) && !a.disabled === !b.disabled;
}

function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)].map((entries) =>
    entries.filter(([, value]) => value !== undefined),
  );
  const others = new Map(right);
  return (
    left.length === right.length && left.every(([key, value]) => others.has(key) && sameJson(value, others.get(key)))
  );
}

function valueText(value: Json | undefined): string {
  if (value === undefined) return 'the default';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function stale(what: string): Problem {
  return new Problem('advice-stale', {
    message: `This cannot be applied to the pipeline as it is now: ${what}.`,
    fix: 'Measure the pipeline again and let advice be tried on it.',
  });
}
