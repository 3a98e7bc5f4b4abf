import { readFileSync } from 'node:fs';

/** How many files and connections the system lets this process have open at once; null where it does not say. */
export function openFilesLimit(): number | null {
  try {
    const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return line === null ? null : Number(line[1]);
  } catch {
    return null;
  }
}
