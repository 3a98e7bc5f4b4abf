import type { Channel } from './channel.ts';

/** One stage's standing: how many of its reads and writes wait, and how many of its items are being worked on. */
export class Task {
  waiting = 0;
  working = 0;
  /** How often a write had to wait. */
  held = 0;
}

/**
 * Finds artificial deadlock. Channels are bounded so that a slow reader slows its writer down; where a stage needs
 * one sequence whole while another reads it item by item, every stage can end up waiting. Then, and only then, the
 * fullest-blocked channel with the smallest buffer grows (T. Parks, Bounded Scheduling of Process Networks, 1995).
 */
export class Network {
  readonly #tasks = new Set<Task>();
  readonly #blockedWrites = new Set<Channel>();
  readonly #pause: () => Promise<void>;
  #progress = 0;
  #looking = false;

  constructor(pause: () => Promise<void>) {
    this.#pause = pause;
  }

  enter(): Task {
    const task = new Task();
    this.#tasks.add(task);
    return task;
  }

  leave(task: Task): void {
    this.#tasks.delete(task);
    this.look();
  }

  moved(): void {
    this.#progress++;
  }

  blockedOnWrite(channel: Channel): void {
    this.#blockedWrites.add(channel);
  }

  freeToWrite(channel: Channel): void {
    this.#blockedWrites.delete(channel);
  }

  /** Called whenever a task begins to wait or ends. */
  look(): void {
    if (this.#looking || this.#blockedWrites.size === 0 || !this.#allIdle()) return;
    this.#looking = true;
    const seen = this.#progress;
    this.#pause().then(
      () => {
        this.#looking = false;
        if (!this.#allIdle()) return;
        if (this.#progress === seen) this.#growSmallest();
        else this.look();
      },
      () => undefined,
    );
  }

  #allIdle(): boolean {
    for (const task of this.#tasks) if (task.waiting === 0 || task.working > 0) return false;
    return this.#tasks.size > 0;
  }

  #growSmallest(): void {
    let smallest: Channel | null = null;
    for (const channel of this.#blockedWrites)
      if (smallest === null || channel.length() < smallest.length()) smallest = channel;
    smallest?.grow();
  }
}
