import type { Value } from '../kinds/value.ts';
import type { ProblemData } from '../problems/problem.ts';

/** What flows between stages: an item, or the reason why its modality is not there. */
export interface Packet {
  readonly t: number;
  readonly durationSeconds?: number;
  /** Set unless `missing` is. */
  readonly value?: Value;
  readonly missing?: ProblemData;
  /** In a traced run: the task that made it, and when it was handed on. */
  readonly by?: number;
  readonly at?: number;
}

/** A value that comes once, and may be awaited by many. Cheaper than a channel: most wires carry one item. */
export class Cell {
  readonly promise: Promise<Packet>;
  #resolve!: (packet: Packet) => void;
  #filled = false;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  filled(): boolean {
    return this.#filled;
  }

  /** False when it was filled before. */
  fill(packet: Packet): boolean {
    if (this.#filled) return false;
    this.#filled = true;
    this.#resolve(packet);
    return true;
  }
}
