import type { ModelOptions } from '../../core/define/host.ts';
import type { TensorValue } from '../../core/kinds/value.ts';
import type { ProblemData } from '../../core/problems/problem.ts';

/** Names of ONNX Runtime's execution providers, as its Node binding spells them. */
export type Provider = 'cpu' | 'cuda' | 'tensorrt' | 'dml' | 'coreml' | 'webgpu';

/** How a session is to be made. Plain data: it crosses to lanes and to child processes. */
export interface SessionRequest {
  /** Absolute real path. */
  readonly file: string;
  /** What messages call it. */
  readonly name: string;
  /** The file's edge must be rewritten before the runtime sees it. */
  readonly adapt: boolean;
  readonly provider: Provider;
  readonly threads: number;
  readonly precision: ModelOptions['precision'];
  readonly optimisation: ModelOptions['optimisation'];
}

export type Tensors = Readonly<Record<string, TensorValue>>;

/** What a lane is asked. `id` comes back in the answer; a lane does one thing at a time, in order. */
export type LaneAsk =
  | { readonly ask: 'open'; readonly id: number; readonly session: number; readonly request: SessionRequest }
  | { readonly ask: 'run'; readonly id: number; readonly session: number; readonly feeds: Tensors }
  | { readonly ask: 'release'; readonly id: number; readonly session: number }
  | {
      readonly ask: 'profile';
      readonly id: number;
      readonly request: SessionRequest;
      readonly feeds: Tensors;
      readonly runs: number;
      readonly budgetMs: number;
    }
  | { readonly ask: 'close'; readonly id: number };

export type LaneAnswer =
  | { readonly id: number; readonly ok: true; readonly value: LaneValue; readonly clock: LaneClock }
  | { readonly id: number; readonly ok: false; readonly problem: ProblemData };

/** When an ask reached the lane and when its answer was ready, by `sharedClockMs`. */
export interface LaneClock {
  readonly receivedMs: number;
  readonly answeredMs: number;
}

export interface LaneValue {
  readonly outputs?: Tensors;
  /** Time in the runtime itself. */
  readonly runMs?: number;
  /** When the runtime began, by `sharedClockMs`. */
  readonly ranFromMs?: number;
  /** The same with the runtime's profiler at work. */
  readonly profiledRunMs?: number;
  readonly operators?: readonly OperatorTime[];
}

/** One operator of a model, as the runtime ran it. */
export interface OperatorTime {
  readonly name: string;
  readonly op: string;
  /** The provider that ran it, e.g. `CPUExecutionProvider`. */
  readonly provider: string;
  /** In one run of the model, all its turns together; median over runs. */
  readonly durationMs: number;
  /** How often it ran in one run. */
  readonly count: number;
  /** Dtypes and shapes. */
  readonly inputs: string;
  readonly outputs: string;
  readonly bytesOut: number;
}

/** What a child process that may die is asked. */
export type ProbeAsk =
  | { readonly ask: 'open'; readonly request: SessionRequest }
  | { readonly ask: 'device'; readonly provider: Provider };
export type ProbeAnswer =
  | { readonly ok: true; readonly runMs: number }
  | { readonly ok: false; readonly problem: ProblemData };
