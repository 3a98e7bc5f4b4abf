import type { Item, Value } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { type AlignMethod, type SequenceCursor, sameTimeSeconds } from './sequenceCursor.ts';

export interface AlignRule {
  readonly clock: 'first' | 'rate';
  readonly rateHz: number;
  readonly method: AlignMethod;
  readonly toleranceSeconds: number | null;
}
/** One value of each sequence, by name, at one time. */
export interface AlignedTick {
  readonly t: number;
  readonly durationSeconds?: number;
  readonly outputs: Record<string, Value>;
}

/**
 * Pulls sequences along one clock and gives the ticks at which each of them has a value. `clockItems` are the items of
 * the first, which the clock `first` takes in its stead. Says at the end how many ticks were left out.
 */
export async function* alignSequences(
  cursors: readonly SequenceCursor[],
  rule: AlignRule,
  clockItems: AsyncIterable<Item>,
  signal: AbortSignal,
  dropped: (count: number) => void,
): AsyncIterable<AlignedTick> {
  const [first, ...others] = cursors;
  const followers = rule.clock === 'first' ? others : cursors;
  const tolerance = rule.toleranceSeconds ?? Number.POSITIVE_INFINITY;
  let missed = 0;
  try {
    const ticks = rule.clock === 'first' ? ordered(first.name, clockItems) : steadyTicks(cursors, rule.rateHz);
    for await (const tick of ticks) {
      signal.throwIfAborted();
      const outputs: Record<string, Value> = {};
      if (tick.value !== undefined) outputs[first.name] = tick.value;
      let complete = true;
      for (const cursor of followers) {
        await cursor.seek(tick.t);
        const value = cursor.valueAt(tick.t, rule.method, tolerance);
        if (value === null) complete = false;
        else outputs[cursor.name] = value;
      }
      if (!complete) missed++;
      else if (tick.durationSeconds === undefined) yield { t: tick.t, outputs };
      else yield { t: tick.t, durationSeconds: tick.durationSeconds, outputs };
    }
  } finally {
    for (const cursor of followers) await cursor.leave();
  }
  if (missed > 0) dropped(missed);
}

interface Tick {
  readonly t: number;
  readonly durationSeconds?: number;
  readonly value?: Value;
}

async function* ordered(name: string, items: AsyncIterable<Item>): AsyncIterable<Tick> {
  let last = Number.NEGATIVE_INFINITY;
  for await (const item of items) {
    if (item.t < last) {
      throw new Problem('sequence-order', {
        message: `"${name}" gave an item at ${item.t} s after one at ${last} s.`,
        fix: 'Wire a sequence whose items are in the order of time.',
        where: { port: name, timeSeconds: item.t },
      });
    }
    last = item.t;
    yield item;
  }
}

/** Ticks at k / rate from the latest first item on, until a sequence of more than one item has ended. */
async function* steadyTicks(cursors: readonly SequenceCursor[], rateHz: number): AsyncIterable<Tick> {
  const starts: number[] = [];
  let singles = 0;
  for (const cursor of cursors) {
    const t = await cursor.start();
    if (t === null) return;
    if (cursor.isConstant()) singles++;
    else starts.push(t);
  }
  const from = starts.length === 0 ? 0 : Math.max(...starts);
  const step = 1 / rateHz;
  // Adding 0 makes 0 of -0.
  for (let k = Math.ceil((from - sameTimeSeconds) * rateHz) + 0; ; k++) {
    const t = k / rateHz;
    for (const cursor of cursors) {
      await cursor.seek(t);
      const end = cursor.isConstant() ? null : cursor.end();
      if (end !== null && t > end + sameTimeSeconds) return;
    }
    yield { t, durationSeconds: step };
    // Single items alone span no time: they meet once.
    if (singles === cursors.length) return;
  }
}
