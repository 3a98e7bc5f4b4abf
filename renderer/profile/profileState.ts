import { create } from 'zustand';
import type { ProblemData } from '../../core/problems/problem.ts';
import type { Comparison } from '../../core/profile/comparison.ts';
import type { Profile, ProfileSummary } from '../../core/profile/profile.ts';
import type { Trace } from '../../core/profile/trace.ts';
import type { JobKind } from '../../core/studio/api.ts';
import type { BatchItem } from '../commands/libraryBatch.ts';
import type { RunRange } from './timeline/timelineProps.ts';

/** What goes on in the back end for the Profile screen: one thing at a time. */
export interface Job {
  /** Empty until the back end has given it a number. */
  readonly job: string;
  readonly kind: JobKind;
  /** 0 to 1. */
  readonly done: number;
  readonly words: string;
  readonly startedAt: number;
  readonly cancelling: boolean;
}
/** How the last job of a kind ended, when it did not end well. */
export interface JobFailure {
  readonly phase: 'failed' | 'cancelled';
  readonly problem: ProblemData | null;
}

/** What is measured on: the media in the nodes, every set of the library, or one of them. */
export type SampleChoice = { readonly on: 'own' | 'library' } | { readonly on: 'one'; readonly name: string };

export type TableTab = 'stages' | 'samples' | 'models' | 'memory' | 'profiles';
export type PlotTab = 'parts' | 'load' | 'latency';
export type SideTab = 'advice' | 'search' | 'cost';

export interface ProfileState {
  /** The session that all below belongs to. */
  readonly session: string | null;
  /** Newest first; null until asked for. */
  readonly list: readonly ProfileSummary[] | null;
  readonly current: Profile | null;
  /** The profile that is on its way. */
  readonly opening: string | null;
  readonly problem: ProblemData | null;
  readonly trace: Trace | null;
  readonly traceIs: 'none' | 'loading' | 'ready' | 'failed';
  /** Runs of the trace that the timeline shows. */
  readonly runs: RunRange;
  readonly job: Job | null;
  readonly failures: Readonly<Partial<Record<JobKind, JobFailure>>>;
  /** The advice that is being put into the document. */
  readonly applying: string | null;
  readonly comparison: Comparison | null;
  /** Media sets of the library; null until asked for. */
  readonly library: readonly BatchItem[] | null;
  readonly samples: SampleChoice;
  /** Node under the pointer, in whichever part of the screen. */
  readonly hovered: string | null;
  readonly table: TableTab;
  readonly plot: PlotTab;
  /** Tables need the whole width. */
  readonly plotsOpen: boolean;
  readonly side: SideTab;
}

const nothing: ProfileState = {
  session: null,
  list: null,
  current: null,
  opening: null,
  problem: null,
  trace: null,
  traceIs: 'none',
  runs: { first: 0, last: 0 },
  job: null,
  failures: {},
  applying: null,
  comparison: null,
  library: null,
  samples: { on: 'own' },
  hovered: null,
  table: 'stages',
  plot: 'parts',
  plotsOpen: true,
  side: 'advice',
};

/** What the Profile screen knows. The document and the selection are the studio's; nothing of this is in the document. */
export const useProfile = create<ProfileState>()(() => nothing);

export function profiling(): ProfileState {
  return useProfile.getState();
}
export function setProfiling(part: Partial<ProfileState>): void {
  useProfile.setState(part);
}
/** Another pipeline: nothing that was shown belongs to it. */
export function resetProfiling(session: string | null): void {
  useProfile.setState({ ...nothing, session });
}
