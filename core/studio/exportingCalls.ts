import { z } from 'zod';
import type { ProblemData } from '../problems/problem.ts';
import type { SampleVerdict } from '../serve/golden.ts';
import { document, path, run, session } from './callFields.ts';

/** Bringing a pipeline to where it runs: that part of the studio's contract. */
const target = z.string().regex(/^[a-z]{1,32}$/);
/** Options by name; what is left out keeps its default. */
const options = z.record(
  z.string().max(64),
  z.union([z.string().max(1000), z.number(), z.boolean(), z.array(z.string().max(1000)).max(100).readonly()]),
);
const release = z.string().max(63).optional();

export const exportingSchemas = {
  exportTargets: z.strictObject({}),
  /**
   * Finds the files, records golden outputs and what is usual: everything that exports of this document are made of. One
   * job per session at a time, as for `startProfile`; when its `jobEnded` says `done`, `plannedExport` can be asked.
   */
  startExportPlan: z.strictObject({ session, document }),
  /** The files that an export would write; nothing is written. `usage` where no plan was prepared. */
  plannedExport: z.strictObject({ session, job: run, target, options, release }),
  /** One of those files. */
  exportFile: z.strictObject({ session, job: run, target, options, release, path }),
  /** Writes them into a folder (or an archive) by its absolute path, and reproduces the golden outputs from what lies there. Its `jobEnded` brings `exported`. */
  startExport: z.strictObject({ session, job: run, target, options, release, path }),
} as const;

/** An option as a form shows it. */
export interface ExportOption {
  readonly name: string;
  /** Where the name says too little. */
  readonly title?: string;
  readonly unit?: string;
  /** The default is found out from the pipeline or its profile. */
  readonly automatic: boolean;
  readonly doc: string;
  /** `list`: texts, which a person parts by commas. */
  readonly form: 'text' | 'number' | 'choice' | 'switch' | 'list';
  readonly default: string | number | boolean | readonly string[];
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
}

export interface ExportTargetView {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** One file rather than a folder. */
  readonly archive: boolean;
  /** Those that many targets have, then its own. */
  readonly options: readonly ExportOption[];
}

export interface ExportFileView {
  readonly path: string;
  readonly bytes: number;
}

export interface ExportPlanView {
  readonly name: string;
  readonly version: string;
  readonly files: readonly ExportFileView[];
  readonly bytes: number;
  readonly problems: readonly ProblemData[];
  /** What a person types next, in the folder. */
  readonly next: readonly string[];
  /** Samples whose answers were recorded; empty for a target that holds none. */
  readonly golden: readonly string[];
  readonly models: readonly { readonly path: string; readonly sha256: string; readonly licence: string | null }[];
  /** Samples that drift will be measured against; 0: too few. */
  readonly drift: number;
  readonly contentHash: string;
  readonly profile: {
    readonly p50Ms: number;
    readonly p95Ms: number;
    readonly current: boolean;
    readonly cpu: string;
  } | null;
}

export interface Exported {
  /** Absolute. */
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  /** As in the plan: what was exported is what is planned now, or it is not. */
  readonly contentHash: string;
  /** How each golden sample fared from what was written; null where the target holds none. */
  readonly verdicts: readonly SampleVerdict[] | null;
}

export interface ExportingResults {
  readonly exportTargets: { readonly targets: readonly ExportTargetView[] };
  readonly startExportPlan: { readonly job: string };
  readonly plannedExport: ExportPlanView;
  /** `text` null: no text, or more than is shown. */
  readonly exportFile: { readonly text: string | null; readonly bytes: number };
  readonly startExport: { readonly job: string };
}
