import type { Device } from '../define/host.ts';
import type { PipelineDocument } from '../graph/document.ts';
import type { ProblemData } from '../problems/problem.ts';
import type { RunInputs } from '../run/result.ts';
import type { AnswersEffect } from './advice.ts';
import type { Environment } from './environment.ts';
import type { LoadPoint, LoadResult, LoadSettings } from './load.ts';
import type { Measured, ProfileSettings } from './profile.ts';

/** What the profiler does its measuring with: an engine process. Everything above it (advice, search, gates) is pure. */
export interface Bench {
  /** Measures a document. Rejects with a Problem; a sample that cannot be run is told in the result, unless all fail. */
  profile(
    target: BenchTarget,
    document: PipelineDocument,
    settings: ProfileSettings,
    listeners?: BenchListeners,
  ): Promise<ProfileAnswer>;
  /**
   * Runs several documents in turns, in shuffled order within each round, so that drift of the machine meets all alike.
   * Answers are held against those of the first. A variant that fails is told, and the others go on.
   */
  trial(
    target: BenchTarget,
    variants: readonly Variant[],
    settings: TrialSettings,
    listeners?: BenchListeners,
  ): Promise<readonly TrialOutcome[]>;
  load(
    target: BenchTarget,
    document: PipelineDocument,
    settings: LoadSettings,
    listeners?: BenchListeners,
  ): Promise<LoadResult>;
}

export interface BenchTarget {
  /** Folder that relative paths start from. */
  readonly folder: string;
  readonly samples: readonly SampleInputs[];
  readonly device?: Device;
  readonly limits?: Readonly<Record<string, number>>;
}
export interface SampleInputs {
  readonly name: string;
  /** Inputs left out take the document's own samples. */
  readonly inputs: RunInputs;
}

export interface BenchListeners {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BenchProgress) => void;
}
export interface BenchProgress {
  readonly phase: 'cold' | 'warmUp' | 'measure' | 'overhead' | 'operators' | 'load' | 'trial' | 'search';
  /** 0 to 1 of the whole job. */
  readonly done: number;
  /** One line for people: `run 271, median 9.9 ms ± 2.4 %`. */
  readonly words: string;
}

export interface ProfileAnswer {
  readonly measured: Measured;
  readonly environment: Environment;
  /** `encodeTrace` of everything that was recorded. */
  readonly trace: Uint8Array;
}

export interface Variant {
  readonly name: string;
  readonly document: PipelineDocument;
  readonly device?: Device;
}
export interface TrialSettings {
  /** Runs of each variant, at the least and at the most; it ends early when every verdict is clear. */
  readonly minRuns: number;
  readonly maxRuns: number;
  readonly budgetMs: number;
  /** Clients at once for the throughput measurement; empty: none is made. */
  readonly concurrency: readonly number[];
  readonly seed: number;
  /** Trace each run, so that nodes can be told apart; all variants pay for it alike. */
  readonly nodes?: boolean;
}
export interface TrialOutcome {
  readonly name: string;
  readonly problem: ProblemData | null;
  /** In the order in which they were run; round i of one variant stands beside round i of the others. */
  readonly wallMs: readonly number[];
  /** With `nodes`: node → milliseconds in each of those runs. */
  readonly nodeMs?: Readonly<Record<string, readonly number[]>>;
  /** With `nodes`: node → milliseconds of each of those runs that are it on the critical path. */
  readonly pathMs?: Readonly<Record<string, readonly number[]>>;
  readonly loads: readonly LoadPoint[];
  readonly answers: AnswersEffect;
  /** Peak resident bytes while only this variant was open; 0 when not measured. */
  readonly memoryBytes: number;
}
