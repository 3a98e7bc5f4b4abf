import type { Blobs } from '../../host/engine/messages.ts';
import type { StudioBlob } from './types.ts';

export interface BlobStore {
  /** Keeps blobs under the ids that they came with. */
  keep(blobs: Blobs): void;
  get(id: string): StudioBlob | null;
  bytes(): number;
}

/** Blobs by id; those not looked at for longest go when they are more than `mostBytes`. */
export function makeBlobStore(mostBytes = 64 * 1024 * 1024): BlobStore {
  const kept = new Map<string, StudioBlob>();
  let bytes = 0;

  function drop(id: string): void {
    const blob = kept.get(id);
    if (blob === undefined) return;
    kept.delete(id);
    bytes -= blob.bytes.byteLength;
  }

  return {
    keep: (blobs) => {
      for (const [id, blob] of Object.entries(blobs)) {
        drop(id);
        kept.set(id, blob);
        bytes += blob.bytes.byteLength;
      }
      // The newest stays whatever its size: its preview was asked for a moment ago.
      for (const id of kept.keys()) {
        if (bytes <= mostBytes || kept.size === 1) break;
        drop(id);
      }
    },
    get: (id) => {
      const blob = kept.get(id);
      if (blob === undefined) return null;
      kept.delete(id);
      kept.set(id, blob);
      return blob;
    },
    bytes: () => bytes,
  };
}
