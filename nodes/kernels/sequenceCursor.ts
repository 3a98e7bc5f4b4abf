import type { Item, Value } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { betweenValues } from './betweenValues.ts';

export type AlignMethod = 'nearest' | 'hold' | 'interpolate';

/** Times closer than this are one time: far below a sample of any audio rate, far above float error over hours. */
export const sameTimeSeconds = 1e-6;

/** Walks along a sequence in time and says what it holds at a moment. Keeps two items, whatever the length. */
export class SequenceCursor {
  readonly name: string;
  readonly #iterator: AsyncIterator<Item>;
  #before: Item | null = null;
  #after: Item | null = null;
  #started = false;
  #only = false;

  constructor(name: string, items: AsyncIterable<Item>) {
    this.name = name;
    this.#iterator = items[Symbol.asyncIterator]();
  }

  /** Time of the first item; null for an empty sequence. A sequence of one item holds at all times. */
  async start(): Promise<number | null> {
    if (this.#started) return this.#before?.t ?? this.#after?.t ?? null;
    this.#started = true;
    this.#before = await this.#pull();
    this.#after = this.#before === null ? null : await this.#pull();
    this.#only = this.#before !== null && this.#after === null;
    return this.#before?.t ?? null;
  }

  /** Whether it holds one item for all times. Call `start` first. */
  isConstant(): boolean {
    return this.#only;
  }

  /** End of the sequence once it is known, which is when its last item was reached; else null. */
  end(): number | null {
    if (this.#after !== null || this.#before === null) return null;
    return this.#before.t + (this.#before.durationSeconds ?? 0);
  }

  /** Goes forward to `t` (never back), so that `t` lies between the two items that are kept. */
  async seek(t: number): Promise<void> {
    await this.start();
    while (this.#after !== null && this.#after.t <= t + sameTimeSeconds) {
      this.#before = this.#after;
      this.#after = await this.#pull();
    }
  }

  /** The value at `t`, after `seek(t)`; null when nothing is within `tolerance` seconds of it. */
  valueAt(t: number, method: AlignMethod, tolerance: number): Value | null {
    const { before, after } = this.#around(t);
    if (this.#only) return (before ?? after)?.value ?? null;
    const gap = before === null ? Number.POSITIVE_INFINITY : Math.max(0, t - before.t);
    const ahead = after === null ? Number.POSITIVE_INFINITY : after.t - t;
    if (method === 'interpolate' && before !== null && after !== null && gap > sameTimeSeconds) {
      if (Math.max(gap, ahead) > tolerance) return null;
      return betweenValues(before.value, after.value, gap / (gap + ahead), this.name);
    }
    // An item that covers a span is at no distance from any time in it.
    const behind = before?.durationSeconds !== undefined && gap < before.durationSeconds ? 0 : gap;
    if (method === 'hold') return before !== null && behind <= tolerance ? before.value : null;
    const nearest = behind <= ahead ? before : after;
    return nearest !== null && Math.min(behind, ahead) <= tolerance ? nearest.value : null;
  }

  /** Lets go of the sequence; its producer need not go on. */
  async leave(): Promise<void> {
    await this.#iterator.return?.();
  }

  #around(t: number): { readonly before: Item | null; readonly after: Item | null } {
    // Before its first item a cursor stands on it, though it lies ahead.
    if (this.#before !== null && this.#before.t > t + sameTimeSeconds) return { before: null, after: this.#before };
    return { before: this.#before, after: this.#after };
  }

  async #pull(): Promise<Item | null> {
    const last = this.#after ?? this.#before;
    const next = await this.#iterator.next();
    if (next.done === true) return null;
    if (last !== null && next.value.t < last.t) {
      throw new Problem('sequence-order', {
        message: `"${this.name}" gave an item at ${next.value.t} s after one at ${last.t} s.`,
        fix: 'Wire a sequence whose items are in the order of time.',
        where: { port: this.name, timeSeconds: next.value.t },
      });
    }
    return next.value;
  }
}
