import type { NodeHost } from '../../core/define/host.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { Keeper, KeyedEnd, Seen } from '../../core/run/keeper.ts';
import type { PortItems } from '../../core/studio/preview.ts';
import { KeptEnd } from './keptEnd.ts';
import { Ledger } from './ledger.ts';

const mostRuns = 6;

/** Values of the last runs, to be looked at. Over its bytes the oldest run goes first, then the largest ports are thinned. */
export class KeptRuns {
  readonly #maxBytes: number;
  readonly #ledger = new Ledger();
  /** Oldest first. */
  readonly #runs = new Map<string, KeptRun>();
  /** Ends that are complete, by content key. */
  readonly #byKey = new Map<string, KeptEnd>();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Under a name that was used before it takes the other's place. */
  start(name: string, plan: Plan, host: NodeHost): KeptRun {
    this.release(name);
    const run = new KeptRun(plan, host, this.#ledger, this.#byKey, () => this.#trim());
    this.#runs.set(name, run);
    for (const [oldest] of this.#runs) {
      if (this.#runs.size <= mostRuns) break;
      this.release(oldest);
    }
    return run;
  }

  get(name: string): KeptRun | undefined {
    return this.#runs.get(name);
  }

  release(name: string): void {
    this.#runs.get(name)?.retire();
    this.#runs.delete(name);
  }

  bytes(): number {
    return this.#ledger.bytes();
  }

  #trim(): void {
    while (this.#ledger.bytes() > this.#maxBytes) {
      const [oldest] = this.#runs.keys();
      if (this.#runs.size > 1) this.release(oldest);
      else if (!this.#runs.get(oldest)?.thinLargest()) return;
    }
  }
}

/** What one run keeps. */
export class KeptRun implements Keeper {
  readonly plan: Plan;
  readonly host: NodeHost;
  readonly #ledger: Ledger;
  readonly #byKey: Map<string, KeptEnd>;
  readonly #grown: () => void;
  readonly #ends = new Map<string, KeptEnd>();
  readonly #retired = new AbortController();

  constructor(plan: Plan, host: NodeHost, ledger: Ledger, byKey: Map<string, KeptEnd>, grown: () => void) {
    this.plan = plan;
    this.host = host;
    this.#ledger = ledger;
    this.#byKey = byKey;
    this.#grown = grown;
  }

  see(end: string, seen: Seen): void {
    if (this.#retired.signal.aborted) return;
    this.#end(end).see(seen);
    this.#grown();
  }

  complete(ends: readonly KeyedEnd[]): void {
    if (this.#retired.signal.aborted) return;
    for (const { end, key } of ends) {
      const kept = this.#end(end);
      if (key === null) continue;
      this.#byKey.set(key, kept);
      kept.keys.add(key);
    }
  }

  inherit(ends: readonly KeyedEnd[]): number | null {
    if (this.#retired.signal.aborted || ends.length === 0) return null;
    const known: (readonly [string, KeptEnd])[] = [];
    for (const { end, key } of ends) {
      const kept = key === null ? undefined : this.#byKey.get(key);
      if (kept === undefined || kept.emptied()) return null;
      known.push([end, kept]);
    }
    for (const [end, kept] of known) this.#put(end, kept);
    return Math.max(...known.map(([, kept]) => kept.passed()));
  }

  end(name: string): KeptEnd | undefined {
    return this.#ends.get(name);
  }

  ports(): readonly PortItems[] {
    return [...this.#ends].map(([name, end]) => end.summary(name));
  }

  /** Aborted when its values are let go. */
  retiring(): AbortSignal {
    return this.#retired.signal;
  }

  /** Lets go of everything, and keeps no more. */
  retire(): void {
    this.#retired.abort();
    for (const end of this.#ends.values()) this.#drop(end);
    this.#ends.clear();
  }

  /** False when there is nothing left to let go of. */
  thinLargest(): boolean {
    const sizes = [...this.#ends.values()].map((end) => ({ end, bytes: end.bytes() }));
    const largest = sizes.reduce((a, b) => (b.bytes > a.bytes ? b : a), { end: null as KeptEnd | null, bytes: 0 });
    largest.end?.thin();
    return largest.end !== null;
  }

  #end(name: string): KeptEnd {
    return this.#ends.get(name) ?? this.#put(name, new KeptEnd(this.#ledger));
  }

  #put(name: string, end: KeptEnd): KeptEnd {
    const before = this.#ends.get(name);
    end.holders++;
    this.#ends.set(name, end);
    if (before !== undefined) this.#drop(before);
    return end;
  }

  #drop(end: KeptEnd): void {
    end.holders--;
    if (end.holders > 0) return;
    end.empty();
    for (const key of end.keys) if (this.#byKey.get(key) === end) this.#byKey.delete(key);
  }
}
