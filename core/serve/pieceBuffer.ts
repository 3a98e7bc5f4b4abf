export interface BufferBounds {
  readonly pieces: number;
  readonly bytes: number;
}

/**
 * Pieces of a live stream that wait while one runs: the newest are kept, the oldest go, unless `keepAll` says that
 * whoever sends them is made to wait. One reader; the piece that it was given is its own.
 */
export class PieceBuffer<T> {
  readonly #bounds: BufferBounds;
  readonly #keepAll: boolean;
  readonly #waiting: { readonly piece: T; readonly bytes: number }[] = [];
  #bytes = 0;
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(bounds: BufferBounds, keepAll = false) {
    this.#bounds = bounds;
    this.#keepAll = keepAll;
  }

  /** True when one more would push the oldest out. */
  full(): boolean {
    return this.#waiting.length >= this.#bounds.pieces || this.#bytes >= this.#bounds.bytes;
  }

  /** Takes a piece, and gives back those that had to go for it, oldest first. */
  push(piece: T, bytes: number): readonly T[] {
    const gone: T[] = [];
    this.#waiting.push({ piece, bytes });
    this.#bytes += bytes;
    while (
      !this.#keepAll &&
      this.#waiting.length > 1 &&
      (this.#waiting.length > this.#bounds.pieces || this.#bytes > this.#bounds.bytes)
    ) {
      const oldest = this.#waiting.shift();
      if (oldest === undefined) break;
      this.#bytes -= oldest.bytes;
      gone.push(oldest.piece);
    }
    this.#wake?.();
    return gone;
  }

  /** No more will come; what waits may still be taken. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting.length = 0;
    this.#bytes = 0;
  }

  /** The oldest piece, when there is one; null at the end. */
  async next(): Promise<T | null> {
    while (this.#waiting.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    const taken = this.#waiting.shift();
    if (taken === undefined) return null;
    this.#bytes -= taken.bytes;
    return taken.piece;
  }
}
