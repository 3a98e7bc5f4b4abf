import { valueBytes } from '../kinds/value.ts';
import type { StageOutputs } from './cache.ts';
import type { Packet } from './packet.ts';

/** Keeps what a stage gives, for the cache, until it proves too large or a modality is missing. */
export class Recording {
  #packets: Record<string, Packet[]> | null = {};
  #left: number;

  constructor(maxBytes: number) {
    this.#left = maxBytes;
  }

  keep(port: string, packet: Packet): void {
    this.#left -= 64 + (packet.value === undefined ? 0 : valueBytes(packet.value));
    if (this.#left < 0 || packet.missing !== undefined) this.#packets = null;
    if (this.#packets === null) return;
    const list = this.#packets[port];
    if (list) list.push(packet);
    else this.#packets[port] = [packet];
  }

  /** null when it was not worth keeping. */
  outputs(): StageOutputs | null {
    return this.#packets;
  }
}
