import { type SpanKind, spanKinds, type Tracer } from '../run/tracer.ts';
import { Rows } from './columns.ts';
import type { Trace } from './trace.ts';
import { type RecordedRun, spanWidth, TraceColumns, taskWidth } from './traceColumns.ts';

export interface RecorderOptions {
  /** `NodeHost.now` when the profile began: the zero of all times in the trace. */
  readonly originMs: number;
  /** Spans kept in the trace at most; a run that does not fit in any more is left out whole. */
  readonly maxSpans: number;
}

/** Strings as numbers, in the order in which they came. */
export class Names {
  readonly list: string[] = [''];
  readonly #known = new Map<string, number>([['', 0]]);

  /** There is room for 65,536; what comes after has no name. */
  number(name: string): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.list.length > 0xffff) return 0;
    this.#known.set(name, this.list.length);
    return this.list.push(name) - 1;
  }
}

/**
 * Keeps what tracers of many runs hear. Runs may go on at the same time: each notes down for itself, and goes into the
 * trace when it ends, so the trace's runs stand in the order in which they ended.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #names = new Names();
  readonly #columns = new TraceColumns();
  #dropped = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** A tracer for one run on a sample. */
  run(sample: number): RunRecorder {
    const { maxSpans } = this.#options;
    return new RunRecorder(this.#names, this.#options, sample, (run, left) => {
      this.#dropped += left;
      if (this.#columns.spans() + run.spans.length <= maxSpans) return this.#columns.add(run);
      this.#dropped += run.spans.length;
      return -1;
    });
  }

  /** Everything so far; it does not change when more runs end. */
  trace(): Trace {
    return this.#columns.trace([...this.#names.list], this.#dropped);
  }
}

/** Records one run. After `runEnds` it hears nothing more. */
export class RunRecorder implements Tracer {
  /** Index among the trace's runs; -1 until the run has ended, and when the trace had no room for it. */
  index = -1;
  readonly #names: Names;
  readonly #origin: number;
  readonly #maxSpans: number;
  readonly #sample: number;
  readonly #stored: (run: RecordedRun, left: number) => number;
  readonly #tasks = new Rows(taskWidth, 16);
  readonly #spans = new Rows(spanWidth, 48);
  readonly #after: number[] = [];
  #left = 0;
  #startMs = 0;
  #endMs = 0;
  #open = false;

  constructor(
    names: Names,
    { originMs, maxSpans }: RecorderOptions,
    sample: number,
    stored: (run: RecordedRun, left: number) => number,
  ) {
    this.#names = names;
    this.#origin = originMs;
    this.#maxSpans = maxSpans;
    this.#sample = sample;
    this.#stored = stored;
  }

  runBegins(atMs: number): void {
    this.#startMs = atMs - this.#origin;
    this.#open = true;
  }

  runEnds(atMs: number): void {
    if (!this.#open) return;
    this.#open = false;
    this.#endMs = atMs - this.#origin;
    const data = this.#tasks.data();
    // What was under way when the run was given up ended with it.
    for (let at = 4; at < this.#tasks.length * taskWidth; at += taskWidth)
      if (Number.isNaN(data[at])) data[at] = this.#endMs;
    this.index = this.#stored(this.#recorded(), this.#left);
  }

  begin(stage: number, item: number, readyMs: number, startMs: number, after: readonly number[]): number {
    if (!this.#open) return -1;
    const task = this.#tasks.length;
    const at = this.#tasks.add();
    const data = this.#tasks.data();
    data[at] = stage;
    data[at + 1] = item;
    data[at + 2] = readyMs - this.#origin;
    data[at + 3] = startMs - this.#origin;
    data[at + 4] = Number.NaN;
    for (const before of after) this.#after.push(before);
    data[at + 7] = this.#after.length;
    return task;
  }

  end(task: number, endMs: number, bytesIn: number, bytesOut: number): void {
    if (!this.#open || task < 0) return;
    const at = task * taskWidth;
    const data = this.#tasks.data();
    data[at + 4] = endMs - this.#origin;
    data[at + 5] = bytesIn;
    data[at + 6] = bytesOut;
  }

  span(
    task: number,
    node: string,
    kind: SpanKind,
    worker: string,
    name: string,
    startMs: number,
    endMs: number,
    bytes: number,
  ): void {
    if (!this.#open || task < 0) return;
    if (this.#spans.length >= this.#maxSpans) {
      this.#left++;
      return;
    }
    const at = this.#spans.add();
    const data = this.#spans.data();
    data[at] = task;
    data[at + 1] = this.#names.number(node);
    data[at + 2] = spanKinds.indexOf(kind);
    data[at + 3] = this.#names.number(worker);
    data[at + 4] = this.#names.number(name);
    data[at + 5] = startMs - this.#origin;
    data[at + 6] = endMs - this.#origin;
    data[at + 7] = bytes;
  }

  /** This run alone, as a trace of one run: for looking at it before, or whether or not, the whole trace holds it. */
  alone(): Trace {
    const columns = new TraceColumns();
    columns.add(this.#recorded());
    return columns.trace(this.#names.list, this.#left);
  }

  #recorded(): RecordedRun {
    return {
      sample: this.#sample,
      startMs: this.#startMs,
      endMs: this.#endMs,
      tasks: this.#tasks,
      spans: this.#spans,
      after: this.#after,
    };
  }
}
