import { createHash, randomBytes } from 'node:crypto';

/** A key of 256 random bits that can be told from others at sight, and the hash that is kept of it. */
export function newKey(): { readonly key: string; readonly sha256: string } {
  const key = `tbk_${randomBytes(32).toString('base64url')}`;
  return { key, sha256: createHash('sha256').update(key).digest('hex') };
}
