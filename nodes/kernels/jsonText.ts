import type { Json } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';

/** Throws `document-too-deep` after one linear look at the text, so that no nesting can exhaust the stack. */
export function requireJsonDepth(text: string, name: string, maxDepth: number): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) i = stringEnd(text, i + 1);
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) throw tooDeep(name, maxDepth);
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
}

/** Parses JSON. Throws `document-too-deep`, `document-forbidden-key` (`__proto__`) and `media-corrupt` for bad syntax. */
export function jsonOfText(text: string, name: string, maxDepth: number): Json {
  requireJsonDepth(text, name, maxDepth);
  let json: Json;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Problem('media-corrupt', {
      message: `"${name}" is not valid JSON: ${cause instanceof Error ? cause.message.slice(0, 150) : ''}`,
      fix: 'Mend the JSON; comments, trailing commas and NaN are not allowed in it.',
      where: { file: name },
      cause,
    });
  }
  requireJson(json, name, maxDepth);
  return json;
}

function stringEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length && text.charCodeAt(i) !== 0x22) i += text.charCodeAt(i) === 0x5c ? 2 : 1;
  return i;
}

/** Holds a parsed value to the same bounds, without recursion. */
export function requireJson(json: Json, name: string, maxDepth: number): void {
  let level: Json[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    const next: Json[] = [];
    for (const value of level) {
      if (value === null || typeof value !== 'object') continue;
      if (depth >= maxDepth) throw tooDeep(name, maxDepth);
      for (const [key, inner] of Object.entries<Json>(value)) {
        if (key === '__proto__') throw forbidden(name);
        next.push(inner);
      }
    }
    level = next;
  }
}

function forbidden(name: string): Problem {
  return new Problem('document-forbidden-key', {
    message: `"${name}" has the key "__proto__", which is not allowed.`,
    fix: 'Remove or rename the key.',
    where: { file: name },
  });
}

function tooDeep(name: string, maxDepth: number): Problem {
  return new Problem('document-too-deep', {
    message: `"${name}" is nested deeper than ${maxDepth} levels.`,
    fix: 'Flatten the JSON, or raise the limit jsonDepth.',
    where: { file: name },
  });
}
