import type { Json, JsonValue } from '../../core/kinds/value.ts';
import type { JsonPreview } from '../../core/studio/preview.ts';
import { cutText } from './text.ts';
import type { PreviewWork, Rest } from './work.ts';

const mostBytes = 200_000;
/** Name of the entry that says how many entries of an object are left out. */
const leftOut = '…';

export async function previewJson({ json }: JsonValue, work: PreviewWork): Promise<JsonPreview> {
  return { kind: 'json', ...work.item, json: await cutJson(json, mostBytes, work.rest) };
}

/**
 * The whole, if it is at most `most` bytes as JSON; else with lists, objects and texts cut to the largest power of two of
 * entries with which it is, all to the same, so that no part of it starves another. What is cut ends in a text that
 * says how much is missing.
 */
async function cutJson(json: Json, most: number, rest: Rest): Promise<Json> {
  const whole = copy(json, Infinity, most);
  if (whole !== undefined) return whole;
  let best: Json = `${leftOut} more than ${most} bytes`;
  let [fits, over] = [-1, 20];
  while (over - fits > 1) {
    await rest();
    const power = (fits + over) >> 1;
    const cut = copy(json, 2 ** power, most);
    if (cut !== undefined) best = cut;
    [fits, over] = cut === undefined ? [fits, power] : [power, over];
  }
  return best;
}

/** Undefined where it is more than `most` bytes. */
function copy(json: Json, entries: number, most: number): Json | undefined {
  const budget = { left: most };
  const cut = copyPart(json, entries, budget);
  return budget.left < 0 ? undefined : cut;
}

/** Stops early, with a result that is of no use, once the budget is spent. */
function copyPart(json: Json, entries: number, budget: { left: number }): Json {
  if (typeof json === 'string') {
    const text = cutEnd(json, 16 * entries);
    take(text, budget);
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
    out.push(copyPart(list[i], entries, budget));
  }
  if (list.length > entries) out.push(copyPart(`${leftOut} ${list.length - entries} more items`, Infinity, budget));
  return out;
}

function copyObject(object: { readonly [key: string]: Json }, entries: number, budget: { left: number }): Json {
  const out: [string, Json][] = [];
  const keys = Object.keys(object);
  for (const key of keys.slice(0, entries)) {
    if (budget.left < 0) break;
    const name = cutEnd(key, 16 * entries);
    take(name, budget);
    out.push([name, copyPart(object[key], entries, budget)]);
  }
  if (keys.length > entries) {
    out.push([leftOut, copyPart(`${keys.length - entries} more entries`, Infinity, budget)]);
  }
  return Object.fromEntries(out);
}

function cutEnd(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = cutText(text, most);
  return `${kept}${leftOut} ${text.length - kept.length} more characters`;
}

/** With quotes and a separator; what must be escaped counts in full. */
function take(text: string, budget: { left: number }): void {
  budget.left -= text.length > budget.left ? Infinity : Buffer.byteLength(JSON.stringify(text)) + 1;
}
