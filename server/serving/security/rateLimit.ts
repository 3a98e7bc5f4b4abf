/** Callers whose buckets are kept; the one that asked longest ago goes first, and its bucket was full by then. */
const mostCallers = 10_000;

/** Requests a minute for each caller: a bucket that holds a tenth of a minute's worth at once and fills evenly. */
export class RateLimits {
  readonly #buckets = new Map<string, { level: number; atMs: number }>();

  /** Null: let in. Else in how many seconds it is worth to try again. */
  enter(name: string, perMinute: number, nowMs: number): number | null {
    const size = Math.max(1, perMinute / 10);
    const before = this.#buckets.get(name);
    const filled = before === undefined ? size : before.level + ((nowMs - before.atMs) * perMinute) / 60_000;
    const level = Math.min(size, filled);
    this.#buckets.delete(name);
    this.#buckets.set(name, { level: level >= 1 ? level - 1 : level, atMs: nowMs });
    if (this.#buckets.size > mostCallers) this.#buckets.delete(this.#buckets.keys().next().value ?? '');
    return level >= 1 ? null : Math.ceil(((1 - level) * 60) / perMinute);
  }
}
