import type { Item, Value } from '../../core/kinds/value.ts';

export interface PassedItem {
  readonly t: number;
  readonly durationSeconds?: number;
  readonly outputs: { readonly value: Value };
}

/** An item as a stream node gives it at its port `value`. */
export function passOn(item: Item): PassedItem {
  const { t, durationSeconds, value } = item;
  return durationSeconds === undefined ? { t, outputs: { value } } : { t, durationSeconds, outputs: { value } };
}

/** The first or latest item of each slot of 1 / perSecond, slots counted from the first item. Holds one item. */
export async function* rateLimited(
  items: AsyncIterable<Item>,
  rule: { readonly perSecond: number; readonly keep: 'first' | 'latest' },
  signal: AbortSignal,
  dropped: (count: number) => void,
): AsyncIterable<PassedItem> {
  let start: number | null = null;
  let slot = -1;
  let held: Item | null = null;
  let count = 0;
  for await (const item of items) {
    signal.throwIfAborted();
    start ??= item.t;
    // The small addition keeps an item at k / perSecond in slot k, whatever the division makes of it.
    const here = Math.floor((item.t - start) * rule.perSecond + 1e-6);
    if (here > slot) {
      if (held !== null) yield passOn(held);
      held = null;
      slot = here;
      if (rule.keep === 'first') yield passOn(item);
      else held = item;
    } else {
      count++;
      if (rule.keep === 'latest') held = item;
    }
  }
  if (held !== null) yield passOn(held);
  if (count > 0) dropped(count);
}
