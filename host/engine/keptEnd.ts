import type { Kind, MediaSource, Value } from '../../core/kinds/value.ts';
import type { Later, Seen } from '../../core/run/keeper.ts';
import { Thinned } from '../../core/run/thinned.ts';
import type { PortItems } from '../../core/studio/preview.ts';
import { heldBytes, type Ledger } from './ledger.ts';

const mostItems = 256;

/** An item that can be looked at. */
export interface KeptItem {
  readonly t: number;
  value(signal: AbortSignal): Promise<Value>;
  /** The value where it is there as such. */
  readonly now: Value | null;
  /** What it holds in memory. */
  readonly holds: Value | MediaSource | null;
}

/** What passed one end, or so much of it as may be held. Runs that gave the same share one. */
export class KeptEnd {
  readonly #ledger: Ledger;
  #items: Thinned<KeptItem> | null = new Thinned(mostItems);
  #kind: Kind | null = null;
  #passed = 0;
  #missing: string | null = null;
  /** Runs that show it. */
  holders = 0;
  /** Content keys that it is known under, once complete. */
  readonly keys = new Set<string>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  see(seen: Seen): void {
    if (seen.missing !== undefined) {
      this.#missing ??= seen.missing.message;
      return;
    }
    const item = itemOf(seen);
    if (item === null) return;
    this.#passed++;
    this.#kind ??= item.now?.kind ?? 'image';
    if (this.#items === null) return;
    if (item.holds !== null) this.#ledger.hold(item.holds);
    this.#letGo(this.#items.add(item));
  }

  /** In the order of time. */
  items(): readonly KeptItem[] {
    return [...(this.#items?.items() ?? [])].sort((a, b) => a.t - b.t);
  }

  kind(): Kind | null {
    return this.#kind;
  }

  passed(): number {
    return this.#passed;
  }

  summary(end: string): PortItems {
    const times = this.items().map((item) => item.t);
    return { end, kind: this.#kind, passed: this.#passed, times, missing: this.#missing };
  }

  bytes(): number {
    return this.items().reduce((sum, { holds }) => sum + (holds === null ? 0 : heldBytes(holds)), 0);
  }

  /** Holds less: half of a longer sequence, nothing of a shorter one. */
  thin(): void {
    if (this.#items === null) return;
    if (this.#items.length() > 2) this.#letGo(this.#items.halve());
    else this.empty();
  }

  /** Lets go of all, for good. */
  empty(): void {
    this.#letGo(this.#items?.items() ?? []);
    this.#items = null;
  }

  emptied(): boolean {
    return this.#items === null;
  }

  #letGo(items: readonly KeptItem[]): void {
    for (const { holds } of items) if (holds !== null) this.#ledger.letGo(holds);
  }
}

function itemOf({ t, value, later }: Seen): KeptItem | null {
  if (value !== undefined) return { t, now: value, holds: value, value: async () => value };
  return later === undefined ? null : { t, now: null, holds: later.from, value: makeOnce(later) };
}

/** Made when asked for, and had again as long as memory allows. */
function makeOnce(later: Later): (signal: AbortSignal) => Promise<Value> {
  let made: WeakRef<Value> | null = null;
  return async (signal) => {
    const before = made?.deref();
    if (before !== undefined) return before;
    const value = await later.make(signal);
    made = new WeakRef(value);
    return value;
  };
}
