import type { Reader } from './channel.ts';
import type { Task } from './network.ts';
import type { Packet } from './packet.ts';

/** One set of inputs for an item node; ports of single items are the same every time. */
export interface Joined {
  readonly t: number;
  readonly durationSeconds?: number;
  readonly packets: Readonly<Record<string, Packet>>;
}

/** Times closer than this are one time: far below a sample of any audio rate, far above float error over hours. */
const sameTimeSeconds = 1e-6;

/**
 * Joins sequences by timestamp: items meet whose times are equal; what finds no partner is left out and counted.
 * Pulls one item at a time from each.
 */
export class Joiner {
  /** Items that found no partner, by port. */
  readonly unmatched = new Map<string, number>();
  readonly #readers: readonly (readonly [string, Reader])[];
  readonly #singles: Readonly<Record<string, Packet>>;
  readonly #task: Task;
  readonly #heads = new Map<string, Packet | null>();

  constructor(readers: readonly (readonly [string, Reader])[], singles: Readonly<Record<string, Packet>>, task: Task) {
    this.#readers = readers;
    this.#singles = singles;
    this.#task = task;
  }

  async next(): Promise<Joined | null> {
    for (;;) {
      let latest = Number.NEGATIVE_INFINITY;
      for (const [port, reader] of this.#readers) {
        if (!this.#heads.has(port)) this.#heads.set(port, await reader.next(this.#task));
        const head = this.#heads.get(port) as Packet | null;
        if (head === null) return this.#finish();
        latest = Math.max(latest, head.t);
      }
      let behind = false;
      for (const [port] of this.#readers) {
        if ((this.#heads.get(port) as Packet).t < latest - sameTimeSeconds) {
          this.#count(port);
          this.#heads.delete(port);
          behind = true;
        }
      }
      if (!behind) return this.#take();
    }
  }

  #take(): Joined {
    const packets: Record<string, Packet> = { ...this.#singles };
    for (const [port] of this.#readers) packets[port] = this.#heads.get(port) as Packet;
    this.#heads.clear();
    const first = packets[this.#readers[0][0]];
    return first.durationSeconds === undefined
      ? { t: first.t, packets }
      : { t: first.t, durationSeconds: first.durationSeconds, packets };
  }

  /** One sequence is at its end: what the others still hold finds no partner. */
  #finish(): null {
    for (const [port, head] of this.#heads) if (head !== null) this.#count(port);
    this.leave();
    return null;
  }

  /** Nothing more is wanted; writers need not wait for this stage any longer. */
  leave(): void {
    for (const [, reader] of this.#readers) reader.leave();
  }

  #count(port: string): void {
    this.unmatched.set(port, (this.unmatched.get(port) ?? 0) + 1);
  }
}
