type Numbers = Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** A typed array that grows. What `view` gave stays as it is, whatever is added later. */
export class Column<T extends Numbers> {
  length = 0;
  #data: T;
  readonly #make: (length: number) => T;

  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#data = make(256);
  }

  push(value: number): void {
    if (this.length === this.#data.length) {
      const more = this.#make(this.length * 2);
      more.set(this.#data);
      this.#data = more;
    }
    this.#data[this.length++] = value;
  }

  view(): T {
    return this.#data.subarray(0, this.length) as T;
  }
}

export const doubles = () => new Column((length) => new Float64Array(length));
export const words = () => new Column((length) => new Uint32Array(length));
export const halves = () => new Column((length) => new Uint16Array(length));
export const bytes = () => new Column((length) => new Uint8Array(length));

/** Rows of numbers one after the other: the cheapest way to note something down. */
export class Rows {
  length = 0;
  readonly #width: number;
  #data: Float64Array;

  constructor(width: number, rows: number) {
    this.#width = width;
    this.#data = new Float64Array(width * rows);
  }

  /** Makes room for one more row; answers where it begins. */
  add(): number {
    const at = this.length * this.#width;
    if (at + this.#width > this.#data.length) {
      const more = new Float64Array(this.#data.length * 2);
      more.set(this.#data);
      this.#data = more;
    }
    this.length++;
    return at;
  }

  /** Changes with `add`. */
  data(): Float64Array {
    return this.#data;
  }
}
