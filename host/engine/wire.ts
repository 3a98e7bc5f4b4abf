import type { ProblemData } from '../../core/problems/problem.ts';
import type { RunEvent, RunResult, RunSoFar } from '../../core/run/result.ts';
import type { DeviceTrial } from '../models/devices.ts';
import type {
  EngineOptions,
  MediaAnswer,
  MediaRequest,
  PreviewAnswer,
  PreviewRequest,
  RunRequest,
} from './messages.ts';

/** What the caller says to an engine process. An id is used for one run or one question. */
export type Ask =
  | { readonly ask: 'open'; readonly options: EngineOptions }
  | { readonly ask: 'run'; readonly id: number; readonly request: RunRequest }
  | { readonly ask: 'cancel'; readonly id: number }
  | { readonly ask: 'preview'; readonly id: number; readonly request: PreviewRequest }
  | { readonly ask: 'media'; readonly id: number; readonly request: MediaRequest }
  | { readonly ask: 'devices'; readonly id: number }
  | { readonly ask: 'release'; readonly run: string }
  | { readonly ask: 'close' };

/** What an engine process says back. */
export type Tell =
  | { readonly tell: 'event'; readonly id: number; readonly event: RunEvent }
  | { readonly tell: 'done'; readonly id: number; readonly result: RunResult }
  | { readonly tell: 'preview'; readonly id: number; readonly answer: PreviewAnswer }
  | { readonly tell: 'media'; readonly id: number; readonly answer: MediaAnswer }
  | { readonly tell: 'devices'; readonly id: number; readonly answer: readonly DeviceTrial[] }
  /** Of a run or a question; `soFar` of a run that had begun. */
  | { readonly tell: 'failed'; readonly id: number; readonly problem: ProblemData; readonly soFar?: RunSoFar }
  /** A cancelled run has left a model running that cannot be stopped: replace the process if nobody else needs it. */
  | { readonly tell: 'stuck' }
  /** A model does not come back: the process must be replaced. */
  | { readonly tell: 'hang'; readonly problem: ProblemData };
