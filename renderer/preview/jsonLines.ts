import type { Json } from '../../core/kinds/value.ts';

export interface JsonLine {
  readonly depth: number;
  /** Name of the entry; null in lists and for the whole. */
  readonly key: string | null;
  readonly text: string;
}

/** The first lines of a value written out, entries before brackets: what a small place can say of it. */
export function jsonLines(json: Json, most: number): readonly JsonLine[] {
  const lines: JsonLine[] = [];
  write(json, null, 0, lines, most);
  return lines;
}

function write(json: Json, key: string | null, depth: number, lines: JsonLine[], most: number): void {
  if (lines.length >= most) return;
  const entries = entriesOf(json);
  const short = shortJson(json);
  if (entries === null || entries.length === 0 || (depth > 0 && short.length <= 28)) {
    lines.push({ depth, key, text: short });
    return;
  }
  if (key !== null) lines.push({ depth, key, text: Array.isArray(json) ? `[${entries.length}]` : '' });
  for (const [name, value] of entries) {
    write(value, Array.isArray(json) ? null : name, key === null ? depth : depth + 1, lines, most);
    if (lines.length >= most) return;
  }
}

/** Entries of a list or an object; null of what has none. */
export function entriesOf(json: Json): readonly (readonly [string, Json])[] | null {
  if (json === null || typeof json !== 'object') return null;
  if (Array.isArray(json)) return json.map((value: Json, i): readonly [string, Json] => [String(i), value]);
  return Object.entries(json) as readonly (readonly [string, Json])[];
}

export function shortJson(json: Json): string {
  if (typeof json === 'number') return shortNumber(json);
  if (json === null || typeof json !== 'object') return JSON.stringify(json);
  if (Array.isArray(json)) return `[${json.map(shortJson).join(', ')}]`;
  return `{ ${Object.entries(json)
    .map(([key, value]) => `${key}: ${shortJson(value as Json)}`)
    .join(', ')} }`;
}

/** Six digits say enough on a small place. */
function shortNumber(x: number): string {
  return String(Number.isInteger(x) ? x : Number(x.toPrecision(6)));
}
