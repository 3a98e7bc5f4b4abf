import { valueBytes } from '../kinds/value.ts';
import type { Packet } from './packet.ts';

/** What one stage gave, port by port. */
export type StageOutputs = Readonly<Record<string, readonly Packet[]>>;

interface Entry {
  readonly outputs: StageOutputs;
  readonly bytes: number;
}

/** Results of earlier runs by content key, the least recently used dropped first when over `maxBytes`. */
export class ResultCache {
  readonly #entries = new Map<string, Entry>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): StageOutputs | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.outputs;
  }

  set(key: string, outputs: StageOutputs): void {
    let bytes = 256;
    for (const packets of Object.values(outputs))
      for (const p of packets) bytes += 64 + (p.value === undefined ? 0 : valueBytes(p.value));
    if (bytes > this.#maxBytes / 2) return;
    this.#bytes += bytes - (this.#entries.get(key)?.bytes ?? 0);
    this.#entries.delete(key);
    this.#entries.set(key, { outputs, bytes });
    for (const [old, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#entries.delete(old);
      this.#bytes -= entry.bytes;
    }
  }

  /** The largest result that would be kept. */
  maxEntryBytes(): number {
    return this.#maxBytes / 2;
  }

  bytes(): number {
    return this.#bytes;
  }
}
