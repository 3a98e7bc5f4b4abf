import { createHash } from 'node:crypto';
import type { Blobs } from '../engine/messages.ts';

/** Collects the bytes that a preview names. */
export class BlobShelf {
  readonly #blobs: Record<string, Blobs[string]> = {};

  /** The id: the first 132 bits of the content's SHA-256, so that the same picture is sent and kept once. */
  add(bytes: Uint8Array, mime: string): string {
    const id = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
    this.#blobs[id] = { mime, bytes };
    return id;
  }

  all(): Blobs {
    return this.#blobs;
  }
}
