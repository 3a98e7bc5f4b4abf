import type { EnvironmentDifference } from './environment.ts';

/** `unsure`: too few runs to say. A difference below the floor is `same`, however sure. */
export type Verdict = 'faster' | 'slower' | 'same' | 'unsure';

/** One quantity, before and after. Medians; ratio is after / before with its 95 % interval. */
export interface Difference {
  readonly before: number;
  readonly after: number;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** Of the test that they are equal, corrected for how many nodes were tested. */
  readonly p: number;
  readonly verdict: Verdict;
}

export interface NodeDifference extends Difference {
  readonly node: string;
  /** It is in one of the two only: then the other side's number is 0 and the verdict `unsure`. */
  readonly only: 'before' | 'after' | null;
}

export interface Comparison {
  readonly before: { readonly id: string; readonly label: string; readonly createdAt: string };
  readonly after: { readonly id: string; readonly label: string; readonly createdAt: string };
  /** First, because everything below stands on it. */
  readonly environment: readonly EnvironmentDifference[];
  /** What was changed in the pipeline, in words. */
  readonly document: readonly string[];
  /** True when both were measured in turns within one session: drift of the machine falls out. */
  readonly interleaved: boolean;
  /** How the answers differ, in words; null: they were not compared. */
  readonly answers: string | null;
  readonly wall: Difference;
  readonly p95: Difference;
  readonly nodes: readonly NodeDifference[];
}
