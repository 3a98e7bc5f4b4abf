import { placeOf } from '../../core/graph/scan.ts';

/** Where a text stops being JSON, and what was expected there; null when it is JSON. */
export function jsonFault(text: string): { readonly index: number; readonly expected: string } | null {
  try {
    JSON.parse(text);
    return null;
  } catch {
    return findFault(text) ?? { index: text.length, expected: 'JSON' };
  }
}

/** `line 2, column 5: expected a value`, as a person reads it. */
export function jsonFaultText(text: string, fault: { readonly index: number; readonly expected: string }): string {
  const found = fault.index >= text.length ? 'the end' : `"${[...text.slice(fault.index)][0]}"`;
  return `${placeOf(text, fault.index)}: expected ${fault.expected}, found ${found}`;
}

const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)\b/y;
const space = /[ \t\r\n]*/y;

/** Walks through the text without recursion: what is open stands on a stack. */
function findFault(text: string): { readonly index: number; readonly expected: string } | null {
  const open: ('{' | '[')[] = [];
  let at = skip(text, space, 0);
  let wants: 'value' | 'value or ]' | 'key' | 'key or }' | 'after' = 'value';
  for (;;) {
    const top = open.at(-1);
    const letter = text[at];
    if (wants === 'after') {
      if (top === undefined) return at < text.length ? { index: at, expected: 'nothing more' } : null;
      const close = top === '{' ? '}' : ']';
      if (letter === close) open.pop();
      else if (letter === ',') wants = top === '{' ? 'key' : 'value';
      else return { index: at, expected: `"," or "${close}"` };
      at++;
    } else if (wants === 'key' || wants === 'key or }') {
      if (letter === '}' && wants === 'key or }') {
        open.pop();
        at++;
        wants = 'after';
      } else {
        const end = skip(text, string, at);
        if (end === at) return { index: at, expected: wants === 'key' ? 'a name in "double quotes"' : 'a name or "}"' };
        const colon = skip(text, space, end);
        if (text[colon] !== ':') return { index: colon, expected: '":"' };
        at = colon + 1;
        wants = 'value';
      }
    } else if (letter === ']' && wants === 'value or ]') {
      open.pop();
      at++;
      wants = 'after';
    } else if (letter === '{' || letter === '[') {
      open.push(letter);
      at++;
      wants = letter === '{' ? 'key or }' : 'value or ]';
    } else {
      const end = Math.max(skip(text, string, at), skip(text, scalar, at));
      if (end === at) return { index: at, expected: letter === '"' ? 'a text that ends in "' : 'a value' };
      at = end;
      wants = 'after';
    }
    at = skip(text, space, at);
  }
}

function skip(text: string, pattern: RegExp, from: number): number {
  pattern.lastIndex = from;
  return from + (pattern.exec(text)?.[0].length ?? 0);
}
