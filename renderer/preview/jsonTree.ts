import type { Json } from '../../core/kinds/value.ts';
import { entriesOf } from './jsonLines.ts';

export interface JsonRow {
  /** Names from the root, each behind a slash as in a JSON pointer; `$` is the root. */
  readonly path: string;
  readonly parent: string | null;
  readonly depth: number;
  readonly key: string | null;
  readonly type: 'string' | 'number' | 'boolean' | 'null' | 'list' | 'object';
  readonly text: string;
  /** How many it has; null of what can have none. */
  readonly entries: number | null;
}

/** The rows that are seen: the root, and what lies in those that are open. */
export function jsonRows(json: Json, open: ReadonlySet<string>, most: number): readonly JsonRow[] {
  const rows: JsonRow[] = [];
  const add = (value: Json, key: string | null, path: string, parent: string | null, depth: number): void => {
    if (rows.length >= most) return;
    const entries = entriesOf(value);
    rows.push({ path, parent, depth, key, type: typeOf(value), text: textOf(value), entries: entries?.length ?? null });
    if (entries === null || !open.has(path)) return;
    for (const [name, inner] of entries) add(inner, name, inside(path, name), path, depth + 1);
  };
  add(json, null, '$', null, 0);
  return rows;
}

/** Everything down to a depth, open. */
export function openTo(json: Json, depth: number): ReadonlySet<string> {
  const open = new Set<string>();
  const walk = (value: Json, path: string, left: number): void => {
    const entries = entriesOf(value);
    if (entries === null || left === 0) return;
    open.add(path);
    // A long list opened at once hides what stands after it.
    if (entries.length > 100 && path !== '$') open.delete(path);
    for (const [name, inner] of entries.slice(0, 100)) walk(inner, inside(path, name), left - 1);
  };
  walk(json, '$', depth);
  return open;
}

/** Where a text occurs in names and values, and what must be open to see it. */
export function openFor(
  json: Json,
  wanted: string,
): { readonly hits: ReadonlySet<string>; readonly open: ReadonlySet<string> } {
  const hits = new Set<string>();
  const open = new Set<string>();
  if (wanted === '') return { hits, open };
  const walk = (value: Json, key: string | null, path: string): boolean => {
    const entries = entriesOf(value);
    const hit =
      (key?.toLowerCase().includes(wanted) ?? false) ||
      (entries === null && String(value).toLowerCase().includes(wanted));
    if (hit) hits.add(path);
    let within = false;
    for (const [name, inner] of entries ?? []) within = walk(inner, name, inside(path, name)) || within;
    if (within) open.add(path);
    return hit || within;
  };
  walk(json, null, '$');
  return { hits, open };
}

/** A path as a program writes it: `$.boxes[3].label`. */
export function pathText(path: string): string {
  return path
    .split('/')
    .map((part, i) => {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      if (i === 0) return name;
      if (/^\d+$/.test(name)) return `[${name}]`;
      return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
    })
    .join('');
}

function inside(path: string, name: string): string {
  return `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function typeOf(value: Json): JsonRow['type'] {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'object';
}

function textOf(value: Json): string {
  const entries = entriesOf(value);
  if (entries === null) return JSON.stringify(value);
  const count = `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}`;
  return Array.isArray(value) ? `[ ] ${count}` : `{ } ${count}`;
}
