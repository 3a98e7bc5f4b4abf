import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** sha256 of a file in hex, read piece by piece: the calling thread stays free and memory flat. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(part as Uint8Array);
  return hash.digest('hex');
}
