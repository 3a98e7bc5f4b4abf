import { valueBytes } from '../kinds/value.ts';
import type { NodeTally } from './context.ts';
import type { Packet } from './packet.ts';
import { type Origin, Probe, type Tracing } from './probe.ts';

/**
 * Knows when a node that pulls is at work, which is whenever it waits neither for its inputs nor for its readers. Each
 * stretch of work is a task when the run is traced; those up to an emission bear its number.
 */
export class StreamWatch {
  /** Null unless the run is traced. */
  readonly probe: Probe | null;
  readonly #tally: NodeTally;
  readonly #now: () => number;
  readonly #stage: number;
  /** Pulls that have not been answered. */
  #asking = 0;
  #working = false;
  #sinceMs: number;
  #endedMs: number;
  #readyMs = 0;
  #bytesIn = 0;
  #after: number[] = [];

  constructor(tally: NodeTally, stage: number, now: () => number, tracing: Tracing | null) {
    this.#tally = tally;
    this.#now = now;
    this.#stage = stage;
    this.#sinceMs = now();
    this.#endedMs = tracing?.dispatchedMs ?? 0;
    this.probe = tracing === null ? null : new Probe(tracing);
    this.#begin();
  }

  asks(): void {
    if (this.#asking++ === 0) this.#end(0);
  }

  /** `packet`: null at the end of the input; `origin` says then who ended it. */
  answered(packet: Packet | null, origin: Origin | null): void {
    const { by, at } = packet ?? origin ?? {};
    if (this.probe !== null && by !== undefined && at !== undefined) {
      if (!this.#after.includes(by)) this.#after.push(by);
      this.#readyMs = Math.max(this.#readyMs, at);
      if (packet?.value !== undefined) this.#bytesIn += valueBytes(packet.value);
    }
    if (--this.#asking > 0 || this.#working) return;
    this.#sinceMs = this.#now();
    this.#begin();
  }

  /** An emission is about to be handed on. */
  emits(bytesOut: number): Origin | null {
    this.#end(bytesOut);
    return this.probe === null ? null : { by: this.probe.task, at: this.#endedMs };
  }

  /** It was taken. `held`: not at once, because a reader was not ready. */
  resumes(held: boolean, node: string): void {
    if (this.#working) return;
    this.#sinceMs = this.#now();
    const from = this.#endedMs;
    this.#begin();
    if (held) this.probe?.span(node, 'queue', 'main', 'held back', from, this.#sinceMs, 0);
  }

  /** No more will come. */
  ends(): Origin | null {
    this.#end(0);
    return this.probe === null ? null : { by: this.probe.task, at: this.#endedMs };
  }

  #begin(): void {
    if (this.#working) return;
    this.#working = true;
    this.#tally.beganAtMs ??= this.#sinceMs;
    if (this.probe === null) return;
    const readyMs = Math.max(this.#readyMs, this.#endedMs);
    const { tracer } = this.probe.tracing;
    this.probe.task = tracer.begin(this.#stage, this.#tally.items, readyMs, this.#sinceMs, this.#after);
    this.#after = [];
    this.#readyMs = 0;
  }

  #end(bytesOut: number): void {
    if (!this.#working) return;
    this.#working = false;
    const now = this.#now();
    this.#tally.runMs += now - this.#sinceMs;
    this.#endedMs = now;
    if (this.probe === null) return;
    this.probe.tracing.tracer.end(this.probe.task, now, this.#bytesIn, bytesOut);
    this.#bytesIn = 0;
  }
}
