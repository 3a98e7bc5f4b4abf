import type { Device } from '../../core/define/host.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import type { Bench, BenchListeners, BenchTarget } from '../../core/profile/bench.ts';
import type { Following, RunEvent, RunInputs, RunResult, RunSoFar } from '../../core/run/result.ts';
import type { Observation } from '../../core/serve/drift/reference.ts';
import type { PortPrint } from '../../core/serve/portPrint.ts';
import type { Preview } from '../../core/studio/preview.ts';
import type { DeviceTrial } from '../models/devices.ts';
import type { ShrinkAnswer, ShrinkRequest } from '../shrink/pipeline.ts';

/** What is asked of an engine process. */
export interface RunRequest {
  readonly document: PipelineDocument;
  /** Folder that relative paths start from and that nothing may leave. */
  readonly folder: string;
  readonly inputs: RunInputs;
  /** Overrides every model node's `auto`. */
  readonly device?: Device;
  /** Public outputs wanted; all when left out. */
  readonly outputs?: readonly string[];
  /** Results of earlier runs may be used. Off for profiling and for one-shot runs. */
  readonly cache?: boolean;
  readonly limits?: Readonly<Record<string, number>>;
  /** Inputs left out count as missing, rather than taking the document's sample media. */
  readonly noSamples?: boolean;
  /**
   * Nodes to run to, public outputs or not. Only what they need runs, and only that must be free of errors; a pipeline
   * without any output may be run this way. An empty list means every node that can run.
   */
  readonly targets?: readonly string[];
  /** Keep what the ports gave under this name, to be looked at by `preview` until it is released. */
  readonly keep?: string;
  /** Fingerprint what passes every port; the result then has `prints`. */
  readonly prints?: boolean;
  /** Tell what passes as figures for drift; the result then has `observation`. */
  readonly observe?: boolean;
  /** Public outputs in a few words each, in place of their values: what is kept is looked at by `preview`. */
  readonly brief?: boolean;
}

/** A pipeline that many runs will ask for: what stays the same from one to the next. */
export type PinRequest = Pick<RunRequest, 'document' | 'folder' | 'device' | 'limits' | 'noSamples'>;
export type PinnedRun = Pick<RunRequest, 'inputs' | 'outputs' | 'observe'> & {
  /** Tell events, and the items of public outputs as they come. */
  readonly follow?: boolean;
};

/**
 * A pipeline that is checked and planned once for each engine process; its runs bring only their inputs, use no
 * results of others and tell events only where they are followed. What its files were when it was checked is what runs: one that changes
 * afterwards is `model-changed`.
 */
export interface PinnedPipeline {
  /**
   * Rejects as `Engine.run` does. `onObserved` hears, after the answer, what was asked for by `observe`; `onOver` once, when
   * the engine has let go of it: for one that was cancelled that may be long after its caller was told.
   */
  run(
    request: PinnedRun,
    signal?: AbortSignal,
    onObserved?: (seen: Observation) => void,
    following?: Following,
    onOver?: () => void,
  ): Promise<RunResult>;
  unpin(): void;
}

/** What a run gave. */
export interface EngineResult extends RunResult {
  /** With `prints`: by `node.port`. */
  readonly prints?: Readonly<Record<string, PortPrint>>;
  readonly observation?: Observation;
}

/** What a person wants to see of a kept value. */
export interface PreviewRequest {
  /** The name given by `keep`. */
  readonly run: string;
  /** `node.port` */
  readonly end: string;
  readonly t?: number;
  /** Largest size shown, in device pixels. */
  readonly width: number;
  readonly height: number;
  readonly view?: 'node' | 'large';
  readonly slice?: number;
  readonly offset?: number;
}
/** Bytes that a preview names, by the id that it names them by (a hash of the content). */
export type Blobs = Readonly<Record<string, { readonly mime: string; readonly bytes: Uint8Array }>>;
export interface PreviewAnswer {
  /** null: nothing was kept there. */
  readonly preview: Preview | null;
  readonly blobs: Blobs;
}
/** A file looked at for the media library, its thumbnail made beside the engine. */
export interface MediaRequest {
  /** Absolute. */
  readonly path: string;
  readonly folder: string;
  readonly width: number;
  readonly height: number;
}
export interface MediaAnswer {
  readonly kind: 'image' | 'audio' | 'video' | 'text' | 'other';
  /** Of a picture or frame. */
  readonly blob?: string;
  readonly peaks?: readonly number[];
  readonly text?: string;
  /** Facts to show: size, seconds, rate. */
  readonly facts: Readonly<Record<string, string | number>>;
  readonly problem?: ProblemData;
  readonly blobs: Blobs;
}

export interface RunListeners {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** Of a pinned run that is followed. */
  readonly onItem?: Following['onItem'];
  /**
   * Called once, just before the promise rejects, with how far a run had come that failed or was cancelled: its nodes,
   * and what it kept, which stays there to be looked at. Not called when nothing had begun (the document is wrong),
   * when the process died with all it held, or when it is too busy to answer a cancel in time.
   */
  readonly onFailure?: (soFar: RunSoFar) => void;
}

/**
 * The caller's side of an engine process. As a bench it does one job at a time, others wait. A job that is cancelled
 * rejects within 100 ms, as a run does; a profile that has measured something by then gives that instead, a little later.
 */
export interface Engine extends Bench {
  /**
   * Runs a pipeline. Rejects with a Problem: `cancelled` within 100 ms of the signal, `engine-died` when the
   * process went away under it (another one is started for the next run), or the pipeline's own first problem.
   * Several runs may be under way at once.
   */
  run(request: RunRequest, options?: RunListeners): Promise<EngineResult>;
  /** Nothing is sent before the first run of it. */
  pin(request: PinRequest): PinnedPipeline;
  /** Makes a preview beside the values that a run kept. */
  preview(request: PreviewRequest): Promise<PreviewAnswer>;
  /** Looks at a media file. A file that is broken gives an answer with its problem. */
  media(request: MediaRequest): Promise<MediaAnswer>;
  /** Every device, tried; once per process. */
  devices(): Promise<readonly DeviceTrial[]>;
  /**
   * Shrinks models of a pipeline on the tensors that reach them on its samples. The files are made in the pipeline's
   * folder; whoever asked keeps or removes them. Cancelled as a trial is; then nothing new is left in the folder.
   */
  shrink(
    target: BenchTarget,
    document: PipelineDocument,
    request: ShrinkRequest,
    listeners?: BenchListeners,
  ): Promise<ShrinkAnswer>;
  /** Lets go of what a run kept. */
  release(run: string): void;
  /** Called when a process ends by itself. */
  onDeath(listener: (problem: ProblemData) => void): void;
  /** The process id of the engine that runs now; null before the first run. */
  pid(): number | null;
  close(): Promise<void>;
}

export interface EngineOptions {
  /** Folders with the user's own nodes, trusted by naming them. */
  readonly nodeFolders?: readonly string[];
  readonly limits?: Readonly<Record<string, number>>;
  readonly lanes?: number;
}
