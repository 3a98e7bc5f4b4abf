import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

const form = /^[A-Za-z0-9_-]{43}$/;

/**
 * A secret of this user's programs: made once, kept in a file that nobody else may read. One that others could have read
 * is thrown away. Where no file can be kept, the secret lasts as long as this process.
 */
export async function keptSecret(file: string): Promise<string> {
  const kept = await readSecret(file);
  if (kept !== null) return kept;
  const existed = await stat(file).then(
    () => true,
    () => false,
  );
  const fresh = randomBytes(32).toString('base64url');
  const beside = `${file}.${process.pid}.${fresh.slice(0, 8)}`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(beside, fresh, { flag: 'wx', mode: 0o600 });
    if (existed) await unlink(file).catch(() => undefined);
    // Of several that start at the same time the first one's is everybody's.
    await link(beside, file).catch(() => undefined);
    return (await readSecret(file)) ?? fresh;
  } catch {
    return fresh;
  } finally {
    await unlink(beside).catch(() => undefined);
  }
}

async function readSecret(file: string): Promise<string | null> {
  try {
    const { mode } = await stat(file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) return null;
    const text = await readFile(file, 'utf8');
    return form.test(text) ? text : null;
  } catch {
    return null;
  }
}
