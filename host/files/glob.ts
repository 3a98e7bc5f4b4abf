import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { naturalOrder } from './naturalOrder.ts';

/** True for a path that holds `*`, `?`, `[...]` or `{...}`. */
export function isGlob(pattern: string): boolean {
  return /[*?]|\[[^\]]+\]|\{[^}]*,[^}]*\}/.test(pattern);
}

/**
 * Plain files that a pattern names, in natural order: `*` and `?` within one name, `**` over folders, `[a-z]`,
 * `{a,b}`. Hidden names need a pattern that starts with a dot. Links to folders are not entered by `**`.
 */
export async function expandGlob(pattern: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const plain of expandBraces(pattern)) {
    const absolute = path.resolve(plain).split(path.sep);
    const firstMagic = absolute.findIndex((part) => isGlob(part));
    const base = absolute.slice(0, firstMagic < 0 ? -1 : firstMagic).join(path.sep) || path.sep;
    await walk(base, absolute.slice(firstMagic < 0 ? -1 : firstMagic), found);
  }
  return [...found].sort(naturalOrder);
}

async function walk(folder: string, parts: readonly string[], found: Set<string>): Promise<void> {
  const [part, ...rest] = parts;
  if (part === '**') await walk(folder, rest.length === 0 ? ['*'] : rest, found);
  const wanted = part === '**' ? null : nameExpression(part);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const full = path.join(folder, entry.name);
    if (wanted === null) {
      if (entry.isDirectory() && !entry.name.startsWith('.')) await walk(full, parts, found);
      continue;
    }
    if ((entry.name.startsWith('.') && !part.startsWith('.')) || !wanted.test(entry.name)) continue;
    if (rest.length > 0) await walk(full, rest, found);
    else if (entry.isFile() || entry.isSymbolicLink()) found.add(full);
  }
}

function nameExpression(part: string): RegExp {
  let source = '';
  for (let i = 0; i < part.length; i++) {
    const close = part[i] === '[' ? part.indexOf(']', i + 2) : -1;
    if (part[i] === '*') source += '[^/]*';
    else if (part[i] === '?') source += '[^/]';
    else if (close > 0) {
      source += `[${part
        .slice(i + 1, close)
        .replace(/^!/, '^')
        .replace(/\\/g, '\\\\')}]`;
      i = close;
    } else source += part[i].replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  }
  return new RegExp(`^${source}$`, 'u');
}

function expandBraces(pattern: string): readonly string[] {
  const match = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (match === null) return [pattern];
  const before = pattern.slice(0, match.index);
  const after = pattern.slice(match.index + match[0].length);
  return match[1].split(',').flatMap((choice) => expandBraces(before + choice + after));
}
