import type { PipelineDocument } from '../../core/graph/document.ts';
import type { Item } from '../../core/kinds/value.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import type {
  BenchProgress,
  BenchTarget,
  ProfileAnswer,
  TrialOutcome,
  TrialSettings,
  Variant,
} from '../../core/profile/bench.ts';
import type { LoadResult, LoadSettings } from '../../core/profile/load.ts';
import type { ProfileSettings } from '../../core/profile/profile.ts';
import type { RunEvent, RunSoFar } from '../../core/run/result.ts';
import type { Observation } from '../../core/serve/drift/reference.ts';
import type { DeviceTrial } from '../models/devices.ts';
import type { ShrinkAnswer, ShrinkRequest } from '../shrink/pipeline.ts';
import type {
  EngineOptions,
  EngineResult,
  MediaAnswer,
  MediaRequest,
  PinnedRun,
  PinRequest,
  PreviewAnswer,
  PreviewRequest,
  RunRequest,
} from './messages.ts';

/** Something to measure. */
export type BenchJob =
  | {
      readonly kind: 'profile';
      readonly target: BenchTarget;
      readonly document: PipelineDocument;
      readonly settings: ProfileSettings;
    }
  | {
      readonly kind: 'trial';
      readonly target: BenchTarget;
      readonly variants: readonly Variant[];
      readonly settings: TrialSettings;
    }
  | {
      readonly kind: 'load';
      readonly target: BenchTarget;
      readonly document: PipelineDocument;
      readonly settings: LoadSettings;
    }
  | {
      readonly kind: 'shrink';
      readonly target: BenchTarget;
      readonly document: PipelineDocument;
      readonly request: ShrinkRequest;
    };
export type BenchAnswer =
  | { readonly kind: 'profile'; readonly answer: ProfileAnswer }
  | { readonly kind: 'trial'; readonly answer: readonly TrialOutcome[] }
  | { readonly kind: 'load'; readonly answer: LoadResult }
  | { readonly kind: 'shrink'; readonly answer: ShrinkAnswer };

/** What the caller says to an engine process. An id is used for one run or one question. */
export type Ask =
  | { readonly ask: 'open'; readonly options: EngineOptions }
  | { readonly ask: 'run'; readonly id: number; readonly request: RunRequest }
  | { readonly ask: 'pin'; readonly pin: number; readonly request: PinRequest }
  | { readonly ask: 'runPinned'; readonly id: number; readonly pin: number; readonly request: PinnedRun }
  | { readonly ask: 'unpin'; readonly pin: number }
  | { readonly ask: 'cancel'; readonly id: number }
  | { readonly ask: 'preview'; readonly id: number; readonly request: PreviewRequest }
  | { readonly ask: 'media'; readonly id: number; readonly request: MediaRequest }
  | { readonly ask: 'devices'; readonly id: number }
  | { readonly ask: 'bench'; readonly id: number; readonly job: BenchJob }
  | { readonly ask: 'release'; readonly run: string }
  | { readonly ask: 'close' };

/** What an engine process says back. */
export type Tell =
  | { readonly tell: 'event'; readonly id: number; readonly event: RunEvent }
  | { readonly tell: 'item'; readonly id: number; readonly output: string; readonly item: Item }
  | { readonly tell: 'done'; readonly id: number; readonly result: EngineResult }
  | { readonly tell: 'preview'; readonly id: number; readonly answer: PreviewAnswer }
  | { readonly tell: 'media'; readonly id: number; readonly answer: MediaAnswer }
  | { readonly tell: 'devices'; readonly id: number; readonly answer: readonly DeviceTrial[] }
  | { readonly tell: 'progress'; readonly id: number; readonly progress: BenchProgress }
  | { readonly tell: 'measured'; readonly id: number; readonly answer: BenchAnswer }
  /** A cancelled job has something to show, and sums it up. */
  | { readonly tell: 'summingUp'; readonly id: number }
  /** After `done` of a pinned run that asked for it. */
  | { readonly tell: 'observed'; readonly id: number; readonly seen: Observation }
  /** Of a run or a question; `soFar` of a run that had begun. */
  | { readonly tell: 'failed'; readonly id: number; readonly problem: ProblemData; readonly soFar?: RunSoFar }
  /** A cancelled run has left a model running that cannot be stopped: replace the process if nobody else needs it. */
  | { readonly tell: 'stuck' }
  /** A model does not come back: the process must be replaced. */
  | { readonly tell: 'hang'; readonly problem: ProblemData };
