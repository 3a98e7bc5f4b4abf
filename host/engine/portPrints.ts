import type { Value } from '../../core/kinds/value.ts';
import type { Keeper, Seen } from '../../core/run/keeper.ts';
import { type PortPrint, printedItems, printValue, type ValuePrint } from '../../core/serve/portPrint.ts';

interface Port {
  passed: number;
  missing: string | null;
  /** The earliest, in the order of time. */
  items: { readonly t: number; readonly print: ValuePrint | Promise<ValuePrint> }[];
}

/** Fingerprints what passes in a run, as it passes: nothing is kept of the values themselves. */
export class PortPrints implements Keeper {
  readonly #signal: AbortSignal;
  readonly #ports = new Map<string, Port>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  see(end: string, seen: Seen): void {
    const port = this.#port(end);
    if (seen.missing !== undefined) {
      port.missing ??= seen.missing.code;
      return;
    }
    port.passed++;
    // The earliest by time, not by arrival: items may overtake each other, and the record must not depend on it.
    const at = port.items.findLastIndex((item) => item.t <= seen.t) + 1;
    if (at >= printedItems) return;
    const print = this.#print(seen);
    if (print === null) return;
    port.items.splice(at, 0, { t: seen.t, print });
    port.items.length = Math.min(port.items.length, printedItems);
  }

  complete(): void {}

  inherit(): null {
    return null;
  }

  /** By `node.port`, in order of name. Pictures inside fused passes are made by now, or their making failed. */
  async ports(): Promise<Readonly<Record<string, PortPrint>>> {
    const prints: Record<string, PortPrint> = Object.create(null);
    for (const [end, { passed, missing, items }] of [...this.#ports].sort(([a], [b]) => (a < b ? -1 : 1)))
      prints[end] = { passed, missing, items: await Promise.all(items.map(({ print }) => print)) };
    return prints;
  }

  #print({ t, value, later }: Seen): ValuePrint | Promise<ValuePrint> | null {
    if (value !== undefined) return printValue(value, t);
    if (later === undefined) return null;
    const print = later.make(this.#signal).then((made: Value) => printValue(made, t));
    // Told by `ports`, if it is still wanted then.
    print.catch(() => undefined);
    return print;
  }

  #port(end: string): Port {
    const known = this.#ports.get(end);
    if (known !== undefined) return known;
    const port: Port = { passed: 0, missing: null, items: [] };
    this.#ports.set(end, port);
    return port;
  }
}
