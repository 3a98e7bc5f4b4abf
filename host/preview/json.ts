import type { Json, JsonValue } from '../../core/kinds/value.ts';
import type { JsonPreview } from '../../core/studio/preview.ts';
import { cutText } from './text.ts';
import type { PreviewWork } from './work.ts';

const mostBytes = 200_000;
/** Name of the entry that says how many entries of an object are left out. */
const leftOut = '…';

export function previewJson({ json }: JsonValue, work: PreviewWork): JsonPreview {
  return { kind: 'json', ...work.item, json: cutJson(json, mostBytes) };
}

/**
 * The whole, if it is at most `most` bytes as JSON; else with lists, objects and texts cut to the largest power of two of
 * entries with which it is, all to the same, so that no part of it starves another. What is cut ends in a text that
 * says how much is missing.
 */
export function cutJson(json: Json, most: number): Json {
  for (let entries = 2 ** 20; entries >= 1; entries /= 2) {
    const budget = { left: most };
    const cut = copy(json, entries, budget);
    if (budget.left >= 0) return cut;
  }
  return `${leftOut} more than ${most} bytes`;
}

/** Stops early, with a result that is of no use, once the budget is spent. */
function copy(json: Json, entries: number, budget: { left: number }): Json {
  if (typeof json === 'string') {
    const text = cutEnd(json, 16 * entries);
    budget.left -= text.length > budget.left ? Infinity : bytesOf(text);
    return text;
  }
  if (json === null || typeof json !== 'object') {
    budget.left -= String(json).length + 1;
    return json;
  }
  budget.left -= 2;
  if (Array.isArray(json)) return copyList(json, entries, budget);
  return copyObject(json as { readonly [key: string]: Json }, entries, budget);
}

function copyList(list: readonly Json[], entries: number, budget: { left: number }): Json {
  const out: Json[] = [];
  for (let i = 0; i < Math.min(list.length, entries) && budget.left >= 0; i++) {
    out.push(copy(list[i], entries, budget));
  }
  if (list.length > entries) out.push(copy(`${leftOut} ${list.length - entries} more items`, Infinity, budget));
  return out;
}

function copyObject(object: { readonly [key: string]: Json }, entries: number, budget: { left: number }): Json {
  const out: [string, Json][] = [];
  const keys = Object.keys(object);
  for (const key of keys.slice(0, entries)) {
    if (budget.left < 0) break;
    const name = cutEnd(key, 16 * entries);
    budget.left -= bytesOf(name);
    out.push([name, copy(object[key], entries, budget)]);
  }
  if (keys.length > entries) {
    out.push([leftOut, copy(`${keys.length - entries} more entries`, Infinity, budget)]);
  }
  return Object.fromEntries(out);
}

function cutEnd(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = cutText(text, most);
  return `${kept}${leftOut} ${text.length - kept.length} more characters`;
}

/** With quotes and a separator; what must be escaped counts in full. */
function bytesOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) + 1;
}
