import { spanKinds } from '../../run/tracer.ts';
import type { Profile } from '../profile.ts';
import type { Trace } from '../trace.ts';
import { byStart, Chunks, NestedRows } from './rows.ts';

/** Processes of the trace: groups of rows in the viewer. */
const processes = { runs: 1, workers: 2, waiting: 3 } as const;
type Process = keyof typeof processes;
/** Arrows along wires at the most: they cost a viewer more than slices do. */
const mostArrows = 200_000;

/**
 * A trace in the Trace Event Format (JSON object form), for chrome://tracing and Perfetto: a row per worker with what it
 * did, a row per node with what it waited for, a row of runs, arrows along the wires, memory as a counter. Comes in
 * pieces, since a long trace is larger than one string can be.
 */
export function* chromeTrace(profile: Profile, trace: Trace): Generator<string> {
  const { document, environment, id, createdAt, samples } = profile;
  const { runs, tasks, spans } = trace;
  const chunks = new Chunks();
  const threads = new Threads();
  const arrows = new Arrows(trace);
  const names = trace.names.map((name) => JSON.stringify(name));
  const labels = new Map(document.nodes.map((node) => [node.id, node.label]));
  const other = {
    pipeline: document.name,
    profile: id,
    createdAt,
    cpu: environment.cpu,
    runtime: environment.runtime,
    tributary: environment.tributary,
    spansLeftOut: trace.dropped,
  };
  chunks.add(`{"displayTimeUnit":"ms","otherData":${JSON.stringify(other)},"traceEvents":[\n`);
  chunks.add(processNames(document.name).join(',\n'));
  for (const event of memoryCounters(profile)) if (chunks.add(`,\n${event}`)) yield chunks.take();
  for (const run of byStart(0, runs.count, runs.startMs, runs.endMs)) {
    const sample = JSON.stringify(samples[runs.sample[run]]?.name ?? '');
    const startNs = nanoseconds(runs.startMs[run]);
    const endNs = Math.max(startNs, nanoseconds(runs.endMs[run]));
    const row = threads.row('runs', 'runs', startNs, endNs);
    chunks.add(row.begins);
    chunks.add(
      `,\n{"name":"run ${run}","cat":"run","ph":"X",${times(startNs, endNs)},${row.at},"args":{"run":${run},"sample":${sample}}}`,
    );
    arrows.begin(run);
    for (const span of byStart(runs.firstSpan[run], runs.firstSpan[run + 1], spans.startMs, spans.endMs)) {
      const kind = spanKinds[spans.kind[span]];
      const waits = kind === 'queue' || kind === 'gap';
      const node = trace.names[spans.node[span]];
      const from = nanoseconds(spans.startMs[span]);
      const to = Math.max(from, nanoseconds(spans.endMs[span]));
      const place = waits
        ? threads.row('waiting', node === '' ? 'nobody' : node, from, to)
        : threads.row('workers', trace.names[spans.worker[span]], from, to);
      const task = spans.task[span];
      const label = labels.get(node);
      const args =
        `"node":${names[spans.node[span]]},"kind":"${kind}","what":${names[spans.name[span]]},"stage":${tasks.stage[task]},"item":${tasks.item[task]},` +
        `"bytes":${spans.bytes[span]},"run":${run},"sample":${sample}${label === undefined ? '' : `,"label":${JSON.stringify(label)}`}`;
      const name = JSON.stringify(sliceName(node, kind, trace.names[spans.name[span]]));
      chunks.add(place.begins);
      const full = chunks.add(
        `,\n{"name":${name},"cat":"${kind}","ph":"X",${times(from, to)},${place.at},"args":{${args}}}`,
      );
      if (!waits) arrows.see(task, from, to, place.at);
      if (full) yield chunks.take();
    }
    for (const arrow of arrows.ofRun()) if (chunks.add(arrow)) yield chunks.take();
  }
  chunks.add('\n]}\n');
  yield chunks.take();
}

/** Rows of the viewer. Numbers of threads are unique over all processes: Perfetto knows names by them alone. */
class Threads {
  readonly #rows = new Map<string, NestedRows>();
  readonly #known = new Map<string, number>();

  /** Where a slice goes, and what must be told before the first slice of a row. */
  row(process: Process, name: string, start: number, end: number): { readonly at: string; readonly begins: string } {
    const pid = processes[process];
    const key = `${process} ${name}`;
    const rows = this.#rows.get(key) ?? new NestedRows();
    this.#rows.set(key, rows);
    const index = rows.place(start, end);
    const known = this.#known.get(`${key} ${index}`);
    if (known !== undefined) return { at: `"pid":${pid},"tid":${known}`, begins: '' };
    const tid = 101 + this.#known.size;
    this.#known.set(`${key} ${index}`, tid);
    const at = `"pid":${pid},"tid":${tid}`;
    const shown = JSON.stringify(index === 0 ? name : `${name} (${index + 1})`);
    return {
      at,
      begins:
        `,\n{"name":"thread_name","ph":"M",${at},"args":{"name":${shown}}}` +
        `,\n{"name":"thread_sort_index","ph":"M",${at},"args":{"sort_index":${sortIndex(process, name, index)}}}`,
    };
  }
}

/** The engine's own thread first, then the others by name, rows of one worker beside each other. */
function sortIndex(process: Process, name: string, index: number): number {
  if (process === 'workers' && name === 'main') return index;
  const number = /(\d+)$/.exec(name)?.[1];
  const letters = [...name.slice(0, 3)].reduce((sum, letter) => sum * 128 + Math.min(127, letter.charCodeAt(0)), 0);
  return 100 + letters * 64 + Math.min(60, Number(number ?? 0)) + Math.min(3, index);
}

/** Arrows from what gave a value to what took it. */
class Arrows {
  readonly #trace: Trace;
  #first = 0;
  #last = 0;
  /** Of each task of the run: its first slice, and the one that ended last. */
  #starts: { readonly atNs: number; readonly at: string }[] = [];
  #ends: { readonly atNs: number; readonly at: string }[] = [];
  #count = 0;

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  begin(run: number): void {
    this.#first = this.#trace.runs.firstTask[run];
    this.#last = this.#trace.runs.firstTask[run + 1];
    this.#starts = [];
    this.#ends = [];
  }

  see(task: number, fromNs: number, toNs: number, at: string): void {
    // An arrow needs a slice that is there for a moment.
    if (toNs <= fromNs) return;
    const index = task - this.#first;
    if (this.#starts[index] === undefined) this.#starts[index] = { atNs: fromNs, at };
    const last = this.#ends[index];
    if (last === undefined || last.atNs < toNs - 1) this.#ends[index] = { atNs: toNs - 1, at };
  }

  *ofRun(): Generator<string> {
    const { firstAfter, after } = this.#trace.tasks;
    for (let task = this.#first; task < this.#last; task++) {
      const to = this.#starts[task - this.#first];
      if (to === undefined) continue;
      for (let i = firstAfter[task]; i < firstAfter[task + 1]; i++) {
        const from = this.#ends[after[i] - this.#first];
        // An arrow back in time would be drawn as an error.
        if (from === undefined || from.atNs > to.atNs || this.#count >= mostArrows) continue;
        const of = `"name":"wire","cat":"wire","id":${++this.#count}`;
        yield `,\n{${of},"ph":"s","ts":${microseconds(from.atNs)},${from.at}},\n{${of},"ph":"f","bp":"e","ts":${microseconds(to.atNs)},${to.at}}`;
      }
    }
  }
}

function sliceName(node: string, kind: string, what: string): string {
  if (node === '') return what === '' ? kind : what;
  if (kind !== 'run') return `${node}: ${kind}`;
  return what === '' || what === node ? node : `${node}: ${what}`;
}

function processNames(pipeline: string): readonly string[] {
  const names = { runs: `${pipeline}: runs`, workers: 'workers', waiting: 'waiting, by node' };
  return Object.entries(processes).flatMap(([process, pid]) => [
    `{"name":"process_name","ph":"M","pid":${pid},"tid":0,"args":{"name":${JSON.stringify(names[process as Process])}}}`,
    `{"name":"process_sort_index","ph":"M","pid":${pid},"tid":0,"args":{"sort_index":${pid}}}`,
  ]);
}

function* memoryCounters({ measured }: Profile): Generator<string> {
  for (const { atMs, bytes, gpuBytes } of measured.memory.samples) {
    const at = `"ph":"C","pid":${processes.runs},"tid":0,"ts":${microseconds(Math.max(0, nanoseconds(atMs)))}`;
    yield `{"name":"resident memory",${at},"args":{"bytes":${bytes}}}`;
    if (gpuBytes !== undefined) yield `{"name":"GPU memory",${at},"args":{"bytes":${gpuBytes}}}`;
  }
}

function times(fromNs: number, toNs: number): string {
  return `"ts":${microseconds(fromNs)},"dur":${microseconds(toNs - fromNs)}`;
}

function nanoseconds(ms: number): number {
  return Math.round(ms * 1e6);
}

/** Whole nanoseconds as microseconds with three places: a slice's end is then its parent's to the last digit. */
function microseconds(ns: number): string {
  const whole = Math.trunc(ns / 1000);
  const rest = Math.abs(ns % 1000);
  return rest === 0 ? String(whole) : `${ns < 0 && whole === 0 ? '-' : ''}${whole}.${String(rest).padStart(3, '0')}`;
}
