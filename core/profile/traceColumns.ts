import { bytes, doubles, halves, type Rows, words } from './columns.ts';
import type { Trace } from './trace.ts';

/** Stage, item, ready, start, end, bytes in, bytes out, and where its list of earlier tasks ends. */
export const taskWidth = 8;
/** Task, node, kind, worker, name, start, end, bytes. */
export const spanWidth = 8;

/** One run as it was noted down; tasks are counted from 0. */
export interface RecordedRun {
  readonly sample: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly tasks: Rows;
  readonly spans: Rows;
  readonly after: readonly number[];
}

/** The columns of a trace while it grows. */
export class TraceColumns {
  readonly #sample = halves();
  readonly #runStart = doubles();
  readonly #runEnd = doubles();
  readonly #firstTask = words();
  readonly #firstSpan = words();
  readonly #stage = halves();
  readonly #item = words();
  readonly #ready = doubles();
  readonly #start = doubles();
  readonly #end = doubles();
  readonly #bytesIn = doubles();
  readonly #bytesOut = doubles();
  readonly #firstAfter = words();
  readonly #after = words();
  readonly #task = words();
  readonly #node = halves();
  readonly #kind = bytes();
  readonly #worker = halves();
  readonly #name = halves();
  readonly #spanStart = doubles();
  readonly #spanEnd = doubles();
  readonly #bytes = doubles();

  constructor() {
    this.#firstTask.push(0);
    this.#firstSpan.push(0);
    this.#firstAfter.push(0);
  }

  spans(): number {
    return this.#task.length;
  }

  /** Answers the run's index. */
  add(run: RecordedRun): number {
    const firstTask = this.#stage.length;
    const firstAfter = this.#after.length;
    const tasks = run.tasks.data();
    for (let i = 0, at = 0; i < run.tasks.length; i++, at += taskWidth) {
      this.#stage.push(tasks[at]);
      this.#item.push(tasks[at + 1]);
      this.#ready.push(tasks[at + 2]);
      this.#start.push(tasks[at + 3]);
      this.#end.push(tasks[at + 4]);
      this.#bytesIn.push(tasks[at + 5]);
      this.#bytesOut.push(tasks[at + 6]);
      this.#firstAfter.push(firstAfter + tasks[at + 7]);
    }
    for (const before of run.after) this.#after.push(firstTask + before);
    const spans = run.spans.data();
    for (let i = 0, at = 0; i < run.spans.length; i++, at += spanWidth) {
      this.#task.push(firstTask + spans[at]);
      this.#node.push(spans[at + 1]);
      this.#kind.push(spans[at + 2]);
      this.#worker.push(spans[at + 3]);
      this.#name.push(spans[at + 4]);
      this.#spanStart.push(spans[at + 5]);
      this.#spanEnd.push(spans[at + 6]);
      this.#bytes.push(spans[at + 7]);
    }
    this.#sample.push(run.sample);
    this.#runStart.push(run.startMs);
    this.#runEnd.push(run.endMs);
    this.#firstTask.push(this.#stage.length);
    this.#firstSpan.push(this.#task.length);
    return this.#sample.length - 1;
  }

  trace(names: readonly string[], dropped: number): Trace {
    return {
      names,
      runs: {
        count: this.#sample.length,
        sample: this.#sample.view(),
        startMs: this.#runStart.view(),
        endMs: this.#runEnd.view(),
        firstTask: this.#firstTask.view(),
        firstSpan: this.#firstSpan.view(),
      },
      tasks: {
        count: this.#stage.length,
        stage: this.#stage.view(),
        item: this.#item.view(),
        readyMs: this.#ready.view(),
        startMs: this.#start.view(),
        endMs: this.#end.view(),
        bytesIn: this.#bytesIn.view(),
        bytesOut: this.#bytesOut.view(),
        firstAfter: this.#firstAfter.view(),
        after: this.#after.view(),
      },
      spans: {
        count: this.#task.length,
        task: this.#task.view(),
        node: this.#node.view(),
        kind: this.#kind.view(),
        worker: this.#worker.view(),
        name: this.#name.view(),
        startMs: this.#spanStart.view(),
        endMs: this.#spanEnd.view(),
        bytes: this.#bytes.view(),
      },
      dropped: dropped,
    };
  }
}
