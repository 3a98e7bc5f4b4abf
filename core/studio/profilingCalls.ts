import { z } from 'zod';
import type { Change } from '../graph/edit.ts';
import type { ProblemData } from '../problems/problem.ts';
import type { Comparison } from '../profile/comparison.ts';
import type { FusedComparison } from '../profile/fusedComparison.ts';
import type { Profile, ProfileSummary } from '../profile/profile.ts';
import { device, document, run, runInputs, session } from './callFields.ts';
import type { CompiledReport } from './compilingCalls.ts';
import type { Exported } from './exportingCalls.ts';

/** The profiler's part of the studio's contract. */
const profile = z.string().regex(/^[a-z0-9-]{1,64}$/);
const positive = z.number().positive().finite();
/** Samples to measure on; left out: the document's own. */
const samples = z
  .array(z.strictObject({ name: z.string().max(1000), inputs: runInputs }))
  .min(1)
  .max(1000)
  .optional();
const profileSettings = z
  .strictObject({
    intervalPercent: positive,
    budgetMs: positive,
    minRuns: z.number().int().min(1),
    maxRuns: z.number().int().min(1).max(1_000_000),
    operators: z.boolean(),
    traceSpans: z.number().int().min(0).max(20_000_000),
  })
  .partial();
export const exportFormats = ['html', 'json', 'csv', 'chrome', 'otlp'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const profilingSchemas = {
  /**
   * Measures the document. One profiling job per session at a time: a newer one is refused with `usage` until the
   * other has ended or was cancelled. `job` events tell how far it is, `jobEnded` which profile it gave.
   */
  startProfile: z.strictObject({
    session,
    document,
    device: device.optional(),
    samples,
    settings: profileSettings.optional(),
    /** Measures its compiled form: that is then the profile's document. */
    fused: z.boolean().optional(),
  }),
  /** Throughput against latency; the result is added to the profile. */
  startLoad: z.strictObject({
    session,
    profile,
    settings: z
      .strictObject({
        arrivals: z.enum(['closed', 'constant', 'poisson']),
        levels: z.array(positive).max(50),
        secondsPerLevel: positive.max(600),
        batches: z.array(z.number().int().min(0).max(256)).max(10),
        maxQueue: z.number().int().min(1).max(100_000),
        seed: z.number().int().min(0),
      })
      .partial()
      .optional(),
    samples,
  }),
  /** Looks at the profile for what would make it faster, tries each on a copy, adds the result to the profile. */
  startAdvice: z.strictObject({ session, profile, samples, budgetMs: positive.optional() }),
  /** Sweeps every knob of every model for the best that holds a limit; the result is added to the profile. */
  startSearch: z.strictObject({
    session,
    profile,
    samples,
    limit: z.strictObject({
      metric: z.enum(['p50', 'p95', 'p99']),
      underMs: positive,
      goal: z.enum(['throughput', 'latency', 'memory']),
    }),
    budgetMs: positive.optional(),
    knobs: z.array(z.enum(['device', 'threads', 'batch', 'copies', 'precision'])).optional(),
    maxDifference: z.number().min(0).nullable().optional(),
  }),
  /** Measures a profile's document again, in turns with another document: the surest comparison. Ends with a `comparison`. */
  startCompare: z.strictObject({ session, profile, document, samples, budgetMs: positive.optional() }),
  cancelJob: z.strictObject({ job: run }),
  /** Newest first. */
  profiles: z.strictObject({ session }),
  profile: z.strictObject({ session, profile }),
  /** The trace of its runs, as a blob to be read with `decodeTrace`. */
  profileTrace: z.strictObject({ session, profile }),
  labelProfile: z.strictObject({ session, profile, label: z.string().max(200) }),
  removeProfile: z.strictObject({ session, profile }),
  compareProfiles: z.strictObject({ session, before: profile, after: profile }),
  /** As a blob to be saved under the name given. */
  exportProfile: z.strictObject({ session, profile, format: z.enum(exportFormats) }),
  /**
   * What applying an advice does to the document as it stands; files that it needs are put in place. `search:<n>` is the
   * winner of the profile's n-th search, `search:<n>:<point id>` another point of it.
   */
  applyAdvice: z.strictObject({ session, profile, advice: z.string().max(200), document }),
} as const;

export interface ProfilingResults {
  readonly startProfile: { readonly job: string };
  readonly startLoad: { readonly job: string };
  readonly startAdvice: { readonly job: string };
  readonly startSearch: { readonly job: string };
  readonly startCompare: { readonly job: string };
  readonly cancelJob: Readonly<Record<string, never>>;
  readonly profiles: {
    readonly profiles: readonly ProfileSummary[];
    /** Of files that cannot be shown. */
    readonly problems: readonly ProblemData[];
  };
  readonly profile: Profile;
  readonly profileTrace: { readonly blob: string; readonly bytes: number };
  readonly labelProfile: Readonly<Record<string, never>>;
  readonly removeProfile: Readonly<Record<string, never>>;
  readonly compareProfiles: Comparison;
  readonly exportProfile: { readonly blob: string; readonly name: string; readonly bytes: number };
  /** An edit of the document that was given. An advice that does not fit it any more is a Problem. */
  readonly applyAdvice: { readonly label: string; readonly changes: readonly Change[] };
}

export type JobKind =
  | 'profile'
  | 'load'
  | 'advice'
  | 'search'
  | 'compare'
  | 'shrink'
  | 'fused'
  | 'compile'
  | 'exportPlan'
  | 'export';

export type JobEvent =
  /** How far a profiling job is. */
  | {
      readonly event: 'job';
      readonly session: string;
      readonly job: string;
      readonly kind: JobKind;
      /** 0 to 1. */
      readonly done: number;
      readonly words: string;
    }
  | {
      readonly event: 'jobEnded';
      readonly session: string;
      readonly job: string;
      readonly kind: JobKind;
      readonly phase: 'done' | 'failed' | 'cancelled';
      readonly problem: ProblemData | null;
      /** The profile that it made or added to; null when it came to nothing. */
      readonly profile: string | null;
      /** Of `startCompare`. */
      readonly comparison: Comparison | null;
      /** Of `startFusedCompare`. */
      readonly fused?: FusedComparison;
      /** Of `startCompile`. */
      readonly compiled?: CompiledReport;
      /** Of `startExport`. */
      readonly exported?: Exported;
    };
