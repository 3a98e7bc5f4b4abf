export interface BreakerBounds {
  /** Faults within `windowMs` that open it. */
  readonly faults: number;
  readonly windowMs: number;
  /** How long it stays open before one try. */
  readonly restMs: number;
}

/** Three deaths in a minute are no accident; a try every half minute finds out when the cause has gone. */
export const engineBreaker: BreakerBounds = { faults: 3, windowMs: 60_000, restMs: 30_000 };

/**
 * Stops sending work to what keeps failing. Closed: all goes through. Open after `faults` in `windowMs`; then after
 * `restMs` one try is due, whose success closes it and whose failure opens it again. Knows no clock: every call says
 * what time it is, in milliseconds of one that never jumps.
 */
export class Breaker {
  readonly #bounds: BreakerBounds;
  #faults: readonly number[] = [];
  #openedMs: number | null = null;

  constructor(bounds: BreakerBounds = engineBreaker) {
    this.#bounds = bounds;
  }

  /** True when this one opened it. */
  fault(nowMs: number): boolean {
    this.#faults = [...this.#faults, nowMs].filter((at) => nowMs - at < this.#bounds.windowMs);
    if (this.#openedMs !== null) {
      this.#openedMs = nowMs;
      return false;
    }
    if (this.#faults.length < this.#bounds.faults) return false;
    this.#openedMs = nowMs;
    return true;
  }

  /** A try went well. */
  close(): void {
    this.#openedMs = null;
    this.#faults = [];
  }

  open(): boolean {
    return this.#openedMs !== null;
  }

  /** Milliseconds until a try is due; 0 when it is, null while it is closed. */
  tryInMs(nowMs: number): number | null {
    return this.#openedMs === null ? null : Math.max(0, this.#openedMs + this.#bounds.restMs - nowMs);
  }
}
