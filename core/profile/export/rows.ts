/**
 * Rows for things that last: within a row one lies wholly inside another or beside it. Viewers of traces draw nothing
 * right that overlaps in any other way, so what does goes into one more row.
 */
export class NestedRows {
  readonly #rows: { readonly ends: number[]; lastStart: number }[] = [];

  /** Index of the row for what lasts from `start` to `end`. To be asked in the order of starts, longer ones first. */
  place(start: number, end: number): number {
    const found = this.#rows.findIndex(({ ends, lastStart }) => {
      if (start < lastStart) return false;
      while (ends.length > 0 && ends[ends.length - 1] <= start) ends.pop();
      return ends.length === 0 || end <= ends[ends.length - 1];
    });
    if (found < 0) return this.#rows.push({ ends: [end], lastStart: start }) - 1;
    this.#rows[found].ends.push(end);
    this.#rows[found].lastStart = start;
    return found;
  }
}

/** Indices from `from` to `to` in the order of starts, longer ones first. */
export function byStart(from: number, to: number, startMs: Float64Array, endMs: Float64Array): Uint32Array {
  const order = new Uint32Array(to - from);
  for (let i = 0; i < order.length; i++) order[i] = from + i;
  return order.sort((a, b) => startMs[a] - startMs[b] || endMs[b] - endMs[a] || a - b);
}

/** Gathers text until it is worth handing on. */
export class Chunks {
  #parts: string[] = [];
  #chars = 0;

  /** True when it is time to `take`. */
  add(text: string): boolean {
    this.#parts.push(text);
    this.#chars += text.length;
    return this.#chars >= 1 << 16;
  }

  take(): string {
    const text = this.#parts.join('');
    this.#parts = [];
    this.#chars = 0;
    return text;
  }
}
