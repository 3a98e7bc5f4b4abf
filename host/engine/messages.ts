import type { Device } from '../../core/define/host.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { RunEvent, RunInputs, RunResult } from '../../core/run/result.ts';

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
}

/** The caller's side of an engine process. */
export interface Engine {
  /**
   * Runs a pipeline. Rejects with a Problem: `cancelled` within 100 ms of the signal, `engine-died` when the
   * process went away under it (another one is started for the next run), or the pipeline's own first problem.
   * Several runs may be under way at once.
   */
  run(
    request: RunRequest,
    options?: { readonly signal?: AbortSignal; readonly onEvent?: (event: RunEvent) => void },
  ): Promise<RunResult>;
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
