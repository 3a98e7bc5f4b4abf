import type { Change } from '../graph/edit.ts';
import type { ProblemData } from '../problems/problem.ts';
import type { Difference } from './comparison.ts';

/** What might make a pipeline faster, found by looking at its profile; not tried yet. */
export interface Candidate {
  /** Stable for the same advice on the same document. */
  readonly id: string;
  readonly kind:
    | 'reorder'
    | 'fuse'
    | 'threads'
    | 'lanes'
    | 'copies'
    | 'batch'
    | 'device'
    | 'precision'
    | 'int8'
    | 'optimisation'
    | 'fallback'
    | 'remove'
    /** Several that helped alone, at once: gains do not simply add. */
    | 'together';
  readonly title: string;
  /** What was measured that makes one think so, with numbers. */
  readonly why: string;
  readonly nodes: readonly string[];
  /** Makes the document that is tried, and that "apply" gives. */
  readonly changes: readonly Change[];
  /** Files that must be made for it, into the pipeline's folder. */
  readonly makes?: readonly { readonly path: string; readonly from: string; readonly how: 'int8' }[];
  /** What to watch: latency of one request, or requests a second under many. */
  readonly aims: 'latency' | 'throughput';
}

/** What trying it showed, both sides in turns on the same samples. */
export interface Tried {
  readonly runs: number;
  readonly p50: Difference;
  readonly p95: Difference;
  /** Requests a second with several clients at once; null when it was not measured. */
  readonly throughput: Difference | null;
  readonly answers: AnswersEffect;
}
export interface AnswersEffect {
  /** Bit by bit, over all samples. */
  readonly identical: boolean;
  /** Largest difference of numbers at equal places; null when there are none or shapes differ. */
  readonly maxDifference: number | null;
  /** Samples whose best answer (label, top box, text) stayed. */
  readonly bestSame: { readonly same: number; readonly of: number } | null;
  /** One line for people. */
  readonly words: string;
}

export interface Advice extends Candidate {
  /** Null until tried, or when it could not be. */
  readonly tried: Tried | null;
  readonly problem: ProblemData | null;
  /** `helps`: faster beyond doubt; `trades`: one aim better, another worse, or answers differ; `none`: no gain. */
  readonly verdict: 'helps' | 'trades' | 'none' | 'failed' | 'untried';
  /** Applied to the document as it stands (set by whoever applies it). */
  readonly applied: boolean;
}
