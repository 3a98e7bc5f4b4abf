/** Stretches of time with an owner each, in the order of their beginnings once `sort` has been called. */
export class Intervals {
  readonly #list: { readonly startMs: number; readonly endMs: number; readonly owner: number }[] = [];
  /** Latest end among those up to here. */
  #latest = new Float64Array(0);

  add(startMs: number, endMs: number, owner: number): void {
    if (endMs > startMs) this.#list.push({ startMs, endMs, owner });
  }

  sort(): void {
    this.#list.sort((a, b) => a.startMs - b.startMs);
    this.#latest = new Float64Array(this.#list.length);
    let latest = Number.NEGATIVE_INFINITY;
    this.#list.forEach(({ endMs }, i) => {
      latest = Math.max(latest, endMs);
      this.#latest[i] = latest;
    });
  }

  /**
   * Cuts `startMs` to `endMs` into pieces, in order: those that another than `owner` covers, with that one as `by`, and
   * those that nobody else covers, with -1.
   */
  cut(
    startMs: number,
    endMs: number,
    owner: number,
    piece: (startMs: number, endMs: number, by: number) => void,
  ): void {
    let at = startMs;
    for (let i = this.#firstEndingAfter(startMs); i < this.#list.length && at < endMs; i++) {
      const other = this.#list[i];
      if (other.startMs >= endMs) break;
      if (other.owner === owner || other.endMs <= at) continue;
      if (other.startMs > at) piece(at, other.startMs, -1);
      const from = Math.max(at, other.startMs);
      at = Math.min(other.endMs, endMs);
      piece(from, at, other.owner);
    }
    if (at < endMs) piece(at, endMs, -1);
  }

  /** The first from which on anything ends after `ms`. */
  #firstEndingAfter(ms: number): number {
    let low = 0;
    let high = this.#latest.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#latest[middle] > ms) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
