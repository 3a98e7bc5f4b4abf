import type { MediaSource, Value } from '../kinds/value.ts';
import type { ProblemData } from '../problems/problem.ts';

/** What passed an end, to be looked at later. */
export interface Seen {
  readonly t: number;
  readonly durationSeconds?: number;
  /** Exactly one of these is set. */
  readonly value?: Value;
  readonly missing?: ProblemData;
  readonly later?: Later;
}

/** A picture inside a fused pass, which was never made: it is made when somebody asks for it. */
export interface Later {
  /** What it is made from, and so what it holds in memory. */
  readonly from: MediaSource | Value | null;
  make(signal: AbortSignal): Promise<Value>;
}

/** An end, and the key of all that passes there. */
export interface KeyedEnd {
  readonly end: string;
  /** null: the same may not come again. */
  readonly key: string | null;
}

/**
 * Keeps what passes in a run by reference, so no node may own its inputs then. Ends are `node.port`: output ports, and
 * for an output node the port that it collects from.
 */
export interface Keeper {
  /** Items of one end may come a little out of the order of time. */
  see(end: string, seen: Seen): void;
  /** All that passes there has been seen. */
  complete(ends: readonly KeyedEnd[]): void;
  /** Takes over what an earlier run kept under these keys: all of it, or nothing. Returns how many items passed, or null. */
  inherit(ends: readonly KeyedEnd[]): number | null;
}
