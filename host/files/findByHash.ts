import path from 'node:path';
import { hashFile } from './hashFile.ts';
import { type FoundFile, walkFiles } from './walkFiles.ts';

export interface LostFile {
  /** As a document names it. */
  readonly path: string;
  /** Hex; empty when it was never recorded: then a file of the same name will do. */
  readonly sha256: string;
}

const mostHashedBytes = 16 * 1024 ** 3;

/**
 * Where lost files are now, by their hash: those of the same name first, then those of the same ending. Bounded in
 * folders' depth, names looked at, bytes read and time. null for what was not found.
 */
export async function findByHash(
  lost: readonly LostFile[],
  folders: readonly string[],
  timeMs: number,
): Promise<ReadonlyMap<string, string | null>> {
  const endMs = performance.now() + timeMs;
  const found = new Map<string, string | null>(lost.map((file) => [file.path, null]));
  const endings = new Set(lost.map((file) => path.extname(file.path).toLowerCase()));
  const wanted = (name: string): boolean => endings.has(path.extname(name).toLowerCase());
  const seen = new Map<string, FoundFile>();
  for (const folder of new Set(folders.map((f) => path.resolve(f)))) {
    if (performance.now() > endMs) break;
    const files = await walkFiles(folder, { depth: 5, files: 5000, names: 30_000, wanted });
    for (const file of files) seen.set(file.file, file);
  }
  const named = new Set(lost.map((file) => path.posix.basename(file.path)));
  const order = [...seen.values()].sort(
    (a, b) => Number(named.has(path.basename(b.file))) - Number(named.has(path.basename(a.file))),
  );
  let bytes = 0;
  for (const candidate of order) {
    const open = lost.filter(
      (file) =>
        found.get(file.path) === null &&
        path.extname(file.path).toLowerCase() === path.extname(candidate.file).toLowerCase(),
    );
    if (open.length === 0) continue;
    for (const file of open) {
      if (file.sha256 === '' && path.posix.basename(file.path) === path.basename(candidate.file))
        found.set(file.path, candidate.file);
    }
    if (!open.some((file) => file.sha256 !== '')) continue;
    bytes += candidate.bytes;
    if (bytes > mostHashedBytes || performance.now() > endMs) break;
    const sha256 = await hashFile(candidate.file).catch(() => null);
    for (const file of open) if (file.sha256 === sha256) found.set(file.path, candidate.file);
  }
  return found;
}
