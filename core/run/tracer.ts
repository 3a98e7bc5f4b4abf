/**
 * What a stretch of time went into.
 * - `run`: a node's own work, wherever it was done.
 * - `copy`: bytes made ready for another thread or device, and brought back.
 * - `queue`: ready, but waiting for something that worked for somebody else: a lane, a slot, the main thread.
 * - `gap`: ready, nothing in the way, and yet not working: the scheduler, a hop between threads.
 * - `load`: opening a model; only cold runs have it.
 */
export type SpanKind = 'run' | 'copy' | 'queue' | 'gap' | 'load';
export const spanKinds = ['run', 'copy', 'queue', 'gap', 'load'] as const satisfies readonly SpanKind[];

/**
 * Hears where the time of a run goes. A task is one stage at work on one item (or on one emission, for a stage that
 * pulls). Spans lie inside their task and may be nested: time belongs to the innermost. All times are `NodeHost.now`.
 * Calls are made on the engine's hot path, so they must only record.
 */
export interface Tracer {
  /** Before anything else, and after everything. */
  runBegins(atMs: number): void;
  runEnds(atMs: number): void;
  /**
   * A task begins. `readyMs`: when the last of its inputs was there and nothing of its own stage held it back by order;
   * `after`: the tasks that gave its inputs. Answers the task's number, counted from 0 in each run.
   */
  begin(stage: number, item: number, readyMs: number, startMs: number, after: readonly number[]): number;
  /** Its outputs are ready to be handed on. `bytesIn`, `bytesOut`: of the values that it took and gave. */
  end(task: number, endMs: number, bytesIn: number, bytesOut: number): void;
  /**
   * `worker`: who did it, one row of the timeline each: `main` (the engine's own thread), `image`, `audio`, `video`,
   * `files`, `lane 0`, ... `name`: what was done, e.g. `decode`, `session.run`. `bytes`: what moved, 0 if nothing.
   */
  span(
    task: number,
    node: string,
    kind: SpanKind,
    worker: string,
    name: string,
    startMs: number,
    endMs: number,
    bytes: number,
  ): void;
}
