/** Items of a sequence of unknown length, of which only some are held: the first, the last, and evenly those between. */
export class Thinned<T> {
  readonly #most: number;
  #held: T[] = [];
  #stride = 1;
  #seen = 0;
  /** The newest, where it is not one of the even ones. */
  #last: T | null = null;

  /** `most` of 2 or more. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Returns what is let go. */
  add(item: T): readonly T[] {
    const gone: T[] = this.#last === null ? [] : [this.#last];
    this.#last = null;
    if (this.#seen % this.#stride === 0) this.#held.push(item);
    else this.#last = item;
    this.#seen++;
    if (this.length() > this.#most) gone.push(...this.halve());
    return gone;
  }

  /** Lets every other one go, never the first or the last. */
  halve(): readonly T[] {
    const newest = this.#last ?? this.#held.at(-1);
    this.#stride *= 2;
    const gone = this.#held.filter((item, place) => place % 2 === 1 && item !== newest);
    const kept = this.#held.filter((_, place) => place % 2 === 0);
    if (newest !== undefined && newest !== kept.at(-1)) this.#last = newest;
    this.#held = kept;
    return gone;
  }

  /** How many were added. */
  seen(): number {
    return this.#seen;
  }

  length(): number {
    return this.#held.length + (this.#last === null ? 0 : 1);
  }

  items(): readonly T[] {
    return this.#last === null ? this.#held : [...this.#held, this.#last];
  }
}
