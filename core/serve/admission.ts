/** How much may be under way. */
export interface AdmissionBounds {
  readonly running: number;
  readonly waiting: number;
  /** Decoded bytes of everything that runs or waits. */
  readonly decodedBytes: number;
}

/** Something that asks to run. Times are milliseconds of a clock that never jumps. */
export interface Entrant {
  readonly decodedBytes: number;
  readonly deadlineMs: number;
}

export type Verdict =
  | { readonly is: 'runs' }
  | { readonly is: 'waits' }
  /** Its deadline was over when it came. */
  | { readonly is: 'late' }
  | { readonly is: 'refused'; readonly why: 'queue' | 'bytes'; readonly retryAfterSeconds: number };

/** What became of those that waited. */
export interface Moved<E> {
  readonly starts: readonly E[];
  readonly late: readonly E[];
}

/** Weight of the latest run in the mean that `retryAfterSeconds` goes by. */
const newest = 0.1;
const longestRetrySeconds = 60;

/**
 * Who runs, who waits, who is refused: first come, first served, within bounds of count and of decoded bytes. An
 * entrant whose deadline passes while it waits never starts. Knows no clock: every call says what time it is.
 */
export class Admission<E extends Entrant> {
  readonly #bounds: AdmissionBounds;
  readonly #running = new Map<E, number>();
  readonly #waiting = new Set<E>();
  #bytes = 0;
  #meanRunMs = 0;

  constructor(bounds: AdmissionBounds) {
    this.#bounds = bounds;
  }

  enter(entrant: E, nowMs: number): Verdict {
    if (entrant.deadlineMs <= nowMs) return { is: 'late' };
    const full = this.full();
    if (full) return { is: 'refused', why: 'queue', retryAfterSeconds: this.retryAfterSeconds() };
    if (this.#bytes + entrant.decodedBytes > this.#bounds.decodedBytes)
      return { is: 'refused', why: 'bytes', retryAfterSeconds: this.retryAfterSeconds() };
    this.#bytes += entrant.decodedBytes;
    if (this.#running.size < this.#bounds.running) {
      this.#running.set(entrant, nowMs);
      return { is: 'runs' };
    }
    this.#waiting.add(entrant);
    return { is: 'waits' };
  }

  /** One that ran is over; those that take its place count as running from now on. */
  ended(entrant: E, nowMs: number): Moved<E> {
    const since = this.#running.get(entrant);
    if (since === undefined) return { starts: [], late: [] };
    this.#running.delete(entrant);
    this.#bytes -= entrant.decodedBytes;
    this.#meanRunMs += (nowMs - since - this.#meanRunMs) * (this.#meanRunMs === 0 ? 1 : newest);
    return this.#advance(nowMs);
  }

  /** One that waits has gone. False when it did not wait. */
  left(entrant: E): boolean {
    if (!this.#waiting.delete(entrant)) return false;
    this.#bytes -= entrant.decodedBytes;
    return true;
  }

  /** Those that waited past their deadline. */
  expired(nowMs: number): readonly E[] {
    const late = [...this.#waiting].filter((entrant) => entrant.deadlineMs <= nowMs);
    for (const entrant of late) this.left(entrant);
    return late;
  }

  /** The earliest deadline of those that wait; null when none does. */
  nextDeadlineMs(): number | null {
    let next: number | null = null;
    for (const { deadlineMs } of this.#waiting) if (next === null || deadlineMs < next) next = deadlineMs;
    return next;
  }

  /** Whether whoever comes now is refused whatever it brings. */
  full(): boolean {
    return this.#running.size >= this.#bounds.running && this.#waiting.size >= this.#bounds.waiting;
  }

  load(): { readonly running: number; readonly waiting: number; readonly decodedBytes: number } {
    return { running: this.#running.size, waiting: this.#waiting.size, decodedBytes: this.#bytes };
  }

  /** When those that wait now will have run, by the mean of the last runs; in whole seconds, at least one. */
  retryAfterSeconds(): number {
    const rounds = Math.ceil((this.#waiting.size + 1) / Math.max(1, this.#bounds.running));
    return Math.min(longestRetrySeconds, Math.max(1, Math.ceil((rounds * this.#meanRunMs) / 1000)));
  }

  #advance(nowMs: number): Moved<E> {
    const starts: E[] = [];
    const late: E[] = [];
    for (const entrant of this.#waiting) {
      if (this.#running.size >= this.#bounds.running) break;
      if (entrant.deadlineMs <= nowMs) {
        this.left(entrant);
        late.push(entrant);
        continue;
      }
      this.#waiting.delete(entrant);
      this.#running.set(entrant, nowMs);
      starts.push(entrant);
    }
    return { starts, late };
  }
}
