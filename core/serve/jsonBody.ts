import type { Json } from '../kinds/value.ts';
import { Problem } from '../problems/problem.ts';

const quote = 0x22;
const backslash = 0x5c;
/** Longest spelling of a key that is refused, with every letter escaped (`\u005f`). */
const longestSpelling = 80;
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses the body of a request. One look over its bytes comes before the parser, so that neither nesting nor a key
 * that reaches a prototype gets to it; texts (base64) are passed over at the speed of a search. `maxBytes` bounds what
 * stands outside of texts, which is what parsing takes its time for. Throws `request-invalid` for bad syntax and bad
 * UTF-8, `request-too-large`, `document-too-deep`, `document-forbidden-key`.
 */
export function parseJsonBody(bytes: Uint8Array, maxDepth: number, maxBytes = Number.POSITIVE_INFINITY): Json {
  const outside = scanBytes(bytes, maxDepth);
  if (outside > maxBytes)
    throw new Problem('request-too-large', {
      message: `The JSON has ${outside} bytes besides its texts, over the limit of ${maxBytes}.`,
      fix: 'Send numbers in binary (a .npy file, or tensors in binary), or raise the limit serverJsonBytes.',
    });
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem('request-invalid', {
      message: 'The body is not valid UTF-8.',
      fix: 'Send JSON in UTF-8.',
      cause,
    });
  }
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new Problem('request-invalid', {
      message: 'The body is not valid JSON.',
      fix: 'Mend the JSON; comments, trailing commas and NaN are not allowed in it.',
      cause,
    });
  }
}

/** Gives how many bytes stand outside of texts. */
function scanBytes(bytes: Uint8Array, maxDepth: number): number {
  let depth = 0;
  let inside = 0;
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes[i];
    if (code === quote) {
      const end = stringEnd(bytes, i + 1);
      if (end - i <= longestSpelling) refuseKey(bytes, i + 1, end);
      inside += end - i;
      i = end;
    } else if (code === 0x7b || code === 0x5b) {
      depth++;
      if (depth > maxDepth)
        throw new Problem('document-too-deep', {
          message: `The body is nested deeper than ${maxDepth} levels.`,
          fix: 'Flatten the JSON, or raise the limit jsonDepth.',
        });
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return bytes.length - inside;
}

/** Where the quote is that ends a string; past the end when there is none. */
function stringEnd(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(quote, from); at >= 0; at = bytes.indexOf(quote, at + 1)) {
    let slashes = 0;
    while (at - 1 - slashes >= from && bytes[at - 1 - slashes] === backslash) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return bytes.length;
}

function refuseKey(bytes: Uint8Array, start: number, end: number): void {
  let after = end + 1;
  while (after < bytes.length && bytes[after] <= 0x20) after++;
  if (bytes[after] !== 0x3a) return;
  const key = spelled(String.fromCharCode(...bytes.subarray(start, end)));
  if (!forbidden.has(key)) return;
  throw new Problem('document-forbidden-key', {
    message: `The body has the key "${key}", which is not allowed anywhere in it.`,
    fix: 'Remove or rename the key.',
  });
}

function spelled(raw: string): string {
  if (!raw.includes('\\')) return raw;
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return raw;
  }
}
