import { Problem } from '../problems/problem.ts';

/**
 * Looks over JSON text once, without recursion, and throws `document-too-deep` past `maxDepth` levels,
 * `document-number` for a whole number that a double cannot hold or one that is infinite, and
 * `document-forbidden-key` for keys that would reach an object's prototype. Syntax is JSON.parse's business.
 */
export function scanJson(text: string, maxDepth: number, file: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      const end = stringEnd(text, i + 1);
      refuseKey(text, i, end, file);
      i = end;
    } else if (code === 0x7b || code === 0x5b) {
      depth++;
      if (depth > maxDepth) {
        throw new Problem('document-too-deep', {
          message: `${file} is nested deeper than ${maxDepth} levels (${placeOf(text, i)}).`,
          fix: 'Flatten the JSON, or raise the limit jsonDepth.',
          where: { file },
        });
      }
    } else if (code === 0x7d || code === 0x5d) depth--;
    else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) i = numberEnd(text, i, file);
  }
}

function stringEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22) return i;
    i++;
  }
  return i;
}

const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

function refuseKey(text: string, start: number, end: number, file: string): void {
  // Only short strings, or ones with escapes that could spell a short key, can be one of the three.
  if (end - start > 80) return;
  let after = end + 1;
  while (after < text.length && text.charCodeAt(after) <= 0x20) after++;
  if (text.charCodeAt(after) !== 0x3a) return;
  const raw = text.slice(start + 1, end);
  const key = raw.includes('\\') ? unescaped(raw) : raw;
  if (!forbidden.has(key)) return;
  throw new Problem('document-forbidden-key', {
    message: `${file} has the key "${key}" (${placeOf(text, start)}), which is not allowed anywhere in a document.`,
    fix: 'Remove or rename the key.',
    where: { file },
  });
}

function unescaped(raw: string): string {
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return raw;
  }
}

const numberPattern = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function numberEnd(text: string, start: number, file: string): number {
  numberPattern.lastIndex = start;
  const token = numberPattern.exec(text)?.[0];
  if (token === undefined) return start;
  const value = Number(token);
  const whole = /^-?\d+$/.test(token);
  // Large doubles are written with their shortest digits and zeros behind: that text stands for them exactly, too.
  const exact = Number.isFinite(value) && (!whole || String(value) === token || BigInt(token) === BigInt(value));
  if (!exact) {
    throw new Problem('document-number', {
      message: `${file} holds the number ${token.length > 40 ? `${token.slice(0, 40)}...` : token} (${placeOf(text, start)}), which cannot be kept exactly.`,
      fix: 'Write a number that fits a 64-bit float, or a string.',
      where: { file },
    });
  }
  return start + token.length - 1;
}

/** `line 3, column 14`, counted from 1. */
export function placeOf(text: string, index: number): string {
  let line = 1;
  let lineStart = 0;
  for (let i = text.indexOf('\n'); i !== -1 && i < index; i = text.indexOf('\n', i + 1)) {
    line++;
    lineStart = i + 1;
  }
  return `line ${line}, column ${index - lineStart + 1}`;
}
