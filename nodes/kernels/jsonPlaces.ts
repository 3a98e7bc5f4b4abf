import type { Json } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';

/** `{name.path.0}`; a question mark before the brace allows the path to lead nowhere. `{{` and `}}` are plain braces. */
const place = /\{\{|\}\}|\{([A-Za-z_][\w-]*)((?:\.[\w-]+)*)(\?)?\}/g;

/** Names of the values that a template uses. */
export function placeNames(template: Json): readonly string[] {
  const names = new Set<string>();
  walk(template, (text) => {
    for (const [, name] of text.matchAll(place)) if (name !== undefined) names.add(name);
    return text;
  });
  return [...names];
}

/**
 * Puts values into the places of a template's texts. A text that is one place and nothing else becomes the value
 * itself; in a longer text it becomes its text (JSON for lists and objects). Throws `value-invalid` for a path that
 * leads nowhere, unless it ends in `?`, which gives null (nothing, in a longer text).
 */
export function fillPlaces(template: Json, values: Readonly<Record<string, Json>>): Json {
  return walk(template, (text) => {
    const [whole] = text.matchAll(place);
    if (whole !== undefined && whole[0] === text && whole[1] !== undefined) return lookUp(values, whole);
    return text.replace(place, (...match) => {
      if (match[1] === undefined) return match[0][0];
      const value = lookUp(values, match);
      return value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
    });
  });
}

function lookUp(values: Readonly<Record<string, Json>>, match: readonly (string | undefined)[]): Json {
  const [text, name, path, mayFail] = match;
  let at: Json | undefined = Object.hasOwn(values, name ?? '') ? values[name ?? ''] : undefined;
  for (const key of (path ?? '').split('.').slice(1)) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, key)) at = undefined;
    else at = Array.isArray(at) ? at[Number(key)] : (at as { readonly [key: string]: Json })[key];
    if (at === undefined) break;
  }
  if (at !== undefined) return at;
  if (mayFail !== undefined) return null;
  throw new Problem('value-invalid', {
    message: `The template asks for ${text}, but there is no such thing in the value.`,
    fix: `Correct the path, or write {${name}${path}?} to get null when it is not there.`,
    where: { param: 'template' },
  });
}

function walk(json: Json, onText: (text: string) => Json): Json {
  if (typeof json === 'string') return onText(json);
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return json.map((item) => walk(item, onText));
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, walk(value as Json, onText)]));
}
