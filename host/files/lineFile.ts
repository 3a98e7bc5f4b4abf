import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';

/** A file of lines of JSON that only grows, in two parts at the most: past `mostBytes` the older part is the one before. */
export interface LineFile {
  /** Lines are written in the order of their calls; a full disk loses lines, and nothing else. */
  append(value: unknown): void;
  /** Resolves when what was appended is written. */
  settled(): Promise<void>;
}

export function openLineFile(file: string, mostBytes = 16 * 1024 * 1024): LineFile {
  let writing: Promise<void> = mkdir(path.dirname(file), { recursive: true }).then(
    () => undefined,
    () => undefined,
  );
  async function write(line: string): Promise<void> {
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    );
    if (size > mostBytes) await rename(file, `${file}.1`);
    await appendFile(file, line);
  }
  return {
    append: (value) => {
      const line = `${JSON.stringify(value)}\n`;
      writing = writing.then(() => write(line)).catch(() => undefined);
    },
    settled: () => writing,
  };
}
