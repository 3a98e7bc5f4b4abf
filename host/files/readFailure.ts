import { readdirSync } from 'node:fs';
import path from 'node:path';
import { nearestName } from '../../core/problems/nearestName.ts';
import { Problem } from '../../core/problems/problem.ts';

/** Turns what the file system threw into a Problem that names the file. `root` lets a near miss be named. */
export function readFailure(error: unknown, name: string, what: string, root?: string): Problem {
  if (error instanceof Problem) return error;
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  const where = { file: name };
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const near = root === undefined ? null : nearFile(root, name);
    return new Problem('file-missing', {
      message: `"${name}" is not there (looked for ${what}).`,
      fix: near === null ? 'Check the path and the spelling.' : `Did you mean "${near}"?`,
      where,
    });
  }
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'you may not read it',
    EPERM: 'you may not read it',
    EISDIR: 'it is a folder',
    ELOOP: 'its links run in a circle',
    ENAMETOOLONG: 'its name is too long',
    EMFILE: 'too many files are open',
    ENFILE: 'too many files are open on this machine',
    EIO: 'the disk reported an error',
  };
  const passing = isShortage(error);
  return new Problem('file-unreadable', {
    message: `"${name}" cannot be read: ${reasons[code] ?? code ?? 'unknown reason'}.`,
    fix: passing
      ? 'Try again later, or let the program open more files at once (ulimit -n).'
      : code === 'EISDIR'
        ? 'Name a file, not a folder.'
        : 'Check the file and its permissions.',
    where,
    ...(passing ? { retryAfterSeconds: 1 } : {}),
    cause: error,
  });
}

/** Whether it failed for want of something that comes back: descriptors, processes, memory. */
export function isShortage(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  return ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'].includes(code);
}

function nearFile(root: string, name: string): string | null {
  const folder = path.dirname(name);
  try {
    const names = readdirSync(path.join(root, folder)).filter((n) => !n.startsWith('.'));
    const near = nearestName(path.basename(name), names);
    return near === null ? null : path.posix.join(folder, near);
  } catch {
    return null;
  }
}
