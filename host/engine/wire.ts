import type { ProblemData } from '../../core/problems/problem.ts';
import type { RunEvent, RunResult } from '../../core/run/result.ts';
import type { EngineOptions, RunRequest } from './messages.ts';

/** What the caller says to an engine process. */
export type Ask =
  | { readonly ask: 'open'; readonly options: EngineOptions }
  | { readonly ask: 'run'; readonly id: number; readonly request: RunRequest }
  | { readonly ask: 'cancel'; readonly id: number }
  | { readonly ask: 'close' };

/** What an engine process says back. */
export type Tell =
  | { readonly tell: 'event'; readonly id: number; readonly event: RunEvent }
  | { readonly tell: 'done'; readonly id: number; readonly result: RunResult }
  | { readonly tell: 'failed'; readonly id: number; readonly problem: ProblemData }
  /** A cancelled run has left a model running that cannot be stopped: replace the process if nobody else needs it. */
  | { readonly tell: 'stuck' }
  /** A model does not come back: the process must be replaced. */
  | { readonly tell: 'hang'; readonly problem: ProblemData };
