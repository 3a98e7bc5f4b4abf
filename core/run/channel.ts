import { valueBytes } from '../kinds/value.ts';
import { Problem } from '../problems/problem.ts';
import type { Network, Task } from './network.ts';
import type { Packet } from './packet.ts';
import type { Origin } from './probe.ts';

export interface ChannelLimits {
  readonly items: number;
  readonly bytes: number;
}

const startCapacity = 4;

/** A bounded sequence from one stage to several: written once, read by each reader at its own pace, as fast as the slowest. */
export class Channel {
  readonly #name: string;
  readonly #network: Network;
  readonly #limits: ChannelLimits;
  readonly #readers = new Set<Reader>();
  readonly #packets: Packet[] = [];
  #base = 0;
  #bytes = 0;
  #capacity = startCapacity;
  #ended = false;
  #endedBy: Origin | null = null;
  #failure: unknown = null;
  #wakeWriter: (() => void) | null = null;

  constructor(name: string, network: Network, limits: ChannelLimits) {
    this.#name = name;
    this.#network = network;
    this.#limits = limits;
  }

  /** Packets that are held. */
  length(): number {
    return this.#packets.length;
  }

  addReader(): Reader {
    const reader = new Reader(this, this.#base);
    this.#readers.add(reader);
    return reader;
  }

  /** False when nobody reads any more, so that the writer may stop. Waits while the slowest reader is `capacity` behind. */
  async write(packet: Packet, task: Task): Promise<boolean> {
    while (this.#packets.length >= this.#capacity && this.#readers.size > 0) {
      this.#throwFailure();
      task.waiting++;
      task.held++;
      this.#network.blockedOnWrite(this);
      const woken = new Promise<void>((resolve) => {
        this.#wakeWriter = resolve;
      });
      this.#network.look();
      await woken;
      this.#network.freeToWrite(this);
      task.waiting--;
    }
    this.#throwFailure();
    if (this.#readers.size === 0) return false;
    this.#packets.push(packet);
    this.#bytes += packet.value === undefined ? 0 : valueBytes(packet.value);
    this.#network.moved();
    for (const reader of this.#readers) reader.wake();
    return true;
  }

  /** `origin`: who ended it, in a traced run. */
  end(origin: Origin | null): void {
    this.#ended = true;
    this.#endedBy = origin;
    for (const reader of this.#readers) reader.wake();
  }

  /** Wakes everybody with an error. */
  fail(error: unknown): void {
    this.#failure = error;
    this.#wakeWriter?.();
    for (const reader of this.#readers) reader.wake();
  }

  grow(): void {
    if (this.#bytes > this.#limits.bytes || this.#capacity > this.#limits.items) {
      this.fail(
        new Problem('sequence-too-large', {
          message: `The sequence at ${this.#name} must be held because a later step waits for its end, and ${this.#packets.length} items take ${this.#bytes} bytes; ${this.#limits.bytes} bytes or ${this.#limits.items} items are allowed.`,
          fix: 'Sample fewer or smaller items before it, or raise the limits sequenceBytes and sequenceItems.',
          where: {
            node: this.#name.slice(0, this.#name.indexOf('.')),
            port: this.#name.slice(this.#name.indexOf('.') + 1),
          },
        }),
      );
      return;
    }
    this.#capacity *= 2;
    this.#wakeWriter?.();
  }

  /** The packet at `position`, `end`, or null when it is not there yet. */
  peek(position: number): Packet | 'end' | null {
    this.#throwFailure();
    const packet = this.#packets[position - this.#base];
    return packet ?? (this.#ended ? 'end' : null);
  }

  advanced(): void {
    let least = Number.POSITIVE_INFINITY;
    for (const reader of this.#readers) least = Math.min(least, reader.position);
    const done = Math.min(least - this.#base, this.#packets.length);
    if (done <= 0) return;
    for (const packet of this.#packets.splice(0, done))
      this.#bytes -= packet.value === undefined ? 0 : valueBytes(packet.value);
    this.#base += done;
    this.#wakeWriter?.();
  }

  removeReader(reader: Reader): void {
    this.#readers.delete(reader);
    this.advanced();
    if (this.#readers.size === 0) this.#wakeWriter?.();
  }

  endedBy(): Origin | null {
    return this.#endedBy;
  }

  network(): Network {
    return this.#network;
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}

/** One stage's place in a channel. */
export class Reader {
  position: number;
  readonly #channel: Channel;
  #wake: (() => void) | null = null;

  constructor(channel: Channel, position: number) {
    this.#channel = channel;
    this.position = position;
  }

  /** The next packet, or null at the end. */
  async next(task: Task): Promise<Packet | null> {
    let found = this.#channel.peek(this.position);
    while (found === null) {
      task.waiting++;
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#channel.network().look();
      await woken;
      task.waiting--;
      found = this.#channel.peek(this.position);
    }
    if (found === 'end') return null;
    this.position++;
    this.#channel.network().moved();
    this.#channel.advanced();
    return found;
  }

  endedBy(): Origin | null {
    return this.#channel.endedBy();
  }

  /** Nothing more is wanted. */
  leave(): void {
    this.#channel.removeReader(this);
  }

  wake(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
