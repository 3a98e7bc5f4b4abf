import type { Change } from '../graph/edit.ts';
import type { Json } from '../kinds/value.ts';

export interface SearchLimit {
  readonly metric: 'p50' | 'p95' | 'p99';
  readonly underMs: number;
  /** What to have most (or least) of, among what holds the limit. */
  readonly goal: 'throughput' | 'latency' | 'memory';
}

/** One knob of one node set to a value. */
export interface KnobSetting {
  readonly node: string;
  readonly param: string;
  readonly value: Json;
}

export interface SearchSettings {
  readonly limit: SearchLimit;
  readonly budgetMs: number;
  /** Which kinds of knob may be turned; empty: all. */
  readonly knobs: readonly ('device' | 'threads' | 'batch' | 'copies' | 'precision')[];
  /** Answers may differ from those of the document as it stands by this much at the most; null: any. */
  readonly maxDifference: number | null;
}

/** Unless somebody says otherwise: two minutes, every knob, answers the same but for rounding. */
export const defaultSearch: Omit<SearchSettings, 'limit'> = { budgetMs: 120_000, knobs: [], maxDifference: 1e-4 };

export interface SearchPoint {
  readonly id: number;
  /** What differs from the document as it stands; empty for the document itself. */
  readonly settings: readonly KnobSetting[];
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Requests a second at the concurrency that gives most under the limit. */
  readonly throughput: number;
  readonly concurrency: number;
  readonly memoryBytes: number;
  readonly answersDifference: number | null;
  readonly holds: boolean;
}

export interface SearchResult {
  readonly createdAt: string;
  readonly settings: SearchSettings;
  readonly stoppedBy: 'done' | 'budget' | 'cancelled';
  /** How many settings there are in all, and how many were left out because others showed that they cannot win. */
  readonly space: number;
  readonly pruned: number;
  readonly points: readonly SearchPoint[];
  /** Ids of points that none beats in both latency and throughput. */
  readonly front: readonly number[];
  /** Null when nothing holds the limit. */
  readonly winner: number | null;
  /** What was found and what was left out and why, in sentences for people. */
  readonly words: readonly string[];
  /** Makes the winner of the document. */
  readonly changes: readonly Change[];
}
