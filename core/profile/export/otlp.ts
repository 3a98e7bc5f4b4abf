import { spanKinds } from '../../run/tracer.ts';
import type { Profile } from '../profile.ts';
import type { Trace } from '../trace.ts';
import { Chunks } from './rows.ts';

export interface OtlpOptions {
  /** The profile's `createdAt`, in milliseconds since 1970: the zero of the trace's times. */
  readonly createdAtMs: number;
  /** sha256 of a text in hex. */
  readonly digest: (text: string) => string;
  /** Spans at the most: runs beyond them are left out, those that a profile shows (median, p95, slowest) last. */
  readonly mostSpans?: number;
}

const mostSpans = 200_000;
/** A line is a request of its own; collectors refuse requests of more than a few megabytes. */
const lineSpans = 4000;
/** SPAN_KIND_INTERNAL */
const internal = 1;

/**
 * The runs of a profile as OpenTelemetry traces: lines of OTLP/JSON, each an ExportTraceServiceRequest (the form of
 * OpenTelemetry's file exporter). One trace per run; below its root a span per stage and item, linked to those that it
 * waited for, and below that what the time went into. Ids are hex, 64-bit numbers are strings, as OTLP/JSON wants them.
 */
export function* otlpTraces(profile: Profile, trace: Trace, options: OtlpOptions): Generator<string> {
  const writer = new RunWriter(profile, trace, options);
  const most = options.mostSpans ?? mostSpans;
  const chosen: number[] = [];
  let spans = 0;
  for (const run of runsByInterest(profile, trace)) {
    const size = spansOf(trace, run);
    if (spans + size > most && chosen.length > 0) continue;
    chosen.push(run);
    spans += size;
  }
  chosen.sort((a, b) => trace.runs.startMs[a] - trace.runs.startMs[b]);
  const head = `{"resourceSpans":[{"resource":{"attributes":[${resourceOf(profile, trace.runs.count - chosen.length)}]},"scopeSpans":[{"scope":{"name":"tributary","version":${JSON.stringify(profile.environment.tributary)}},"spans":[`;
  const chunks = new Chunks();
  let inLine = 0;
  for (const run of chosen) {
    for (const span of writer.spans(run)) {
      const full = chunks.add(`${inLine === 0 ? head : ','}${span}`);
      if (++inLine >= lineSpans) {
        chunks.add(']}]}]}\n');
        inLine = 0;
      }
      if (full) yield chunks.take();
    }
  }
  if (inLine > 0) chunks.add(']}]}]}\n');
  yield chunks.take();
}

function* runsByInterest({ measured }: Profile, { runs }: Trace): Generator<number> {
  const { median, p95, slowest } = measured.shown;
  const shown = new Set([median, p95, slowest].filter((run) => run >= 0 && run < runs.count));
  yield* shown;
  for (let run = 0; run < runs.count; run++) if (!shown.has(run)) yield run;
}

function spansOf({ runs }: Trace, run: number): number {
  return 1 + runs.firstTask[run + 1] - runs.firstTask[run] + runs.firstSpan[run + 1] - runs.firstSpan[run];
}

class RunWriter {
  readonly #profile: Profile;
  readonly #trace: Trace;
  readonly #digest: OtlpOptions['digest'];
  readonly #zeroNs: bigint;
  readonly #stages: ReadonlyMap<number, string>;

  constructor(profile: Profile, trace: Trace, { createdAtMs, digest }: OtlpOptions) {
    this.#profile = profile;
    this.#trace = trace;
    this.#digest = digest;
    this.#zeroNs = BigInt(Math.round(createdAtMs)) * 1_000_000n;
    this.#stages = new Map(profile.measured.stages.map(({ stage, nodes }) => [stage, nodes.join(' + ')]));
  }

  *spans(run: number): Generator<string> {
    const { runs, tasks } = this.#trace;
    const { documentHash, createdAt, samples, document, device } = this.#profile;
    const traceId = this.#digest(`${documentHash} ${createdAt} run ${run}`).slice(0, 32);
    const idOf = (index: number): string => traceId.slice(0, 8) + (index + 1).toString(16).padStart(8, '0');
    const first = runs.firstTask[run];
    const count = runs.firstTask[run + 1] - first;
    yield this.#span(
      traceId,
      idOf(0),
      '',
      document.name === '' ? 'run' : document.name,
      runs.startMs[run],
      runs.endMs[run],
      [
        integer('tributary.run', run),
        string('tributary.sample', samples[runs.sample[run]]?.name ?? ''),
        string('tributary.device.asked', device),
      ],
    );
    for (let task = first; task < first + count; task++) {
      const stage = tasks.stage[task];
      const links: string[] = [];
      for (let i = tasks.firstAfter[task]; i < tasks.firstAfter[task + 1]; i++)
        links.push(`{"traceId":"${traceId}","spanId":"${idOf(1 + tasks.after[i] - first)}"}`);
      yield this.#span(
        traceId,
        idOf(1 + task - first),
        idOf(0),
        this.#stages.get(stage) ?? `stage ${stage}`,
        Math.min(tasks.readyMs[task], tasks.startMs[task]),
        tasks.endMs[task],
        [
          integer('tributary.stage', stage),
          integer('tributary.item', tasks.item[task]),
          integer('tributary.bytes_in', tasks.bytesIn[task]),
          integer('tributary.bytes_out', tasks.bytesOut[task]),
        ],
        links,
      );
    }
    yield* this.#inside(
      run,
      traceId,
      (index) => idOf(1 + count + index),
      (task) => idOf(1 + task - first),
    );
  }

  /** What lies inside tasks; the parent of each is the innermost that holds it. */
  *#inside(
    run: number,
    traceId: string,
    idOf: (index: number) => string,
    taskId: (task: number) => string,
  ): Generator<string> {
    const { runs, spans, names } = this.#trace;
    const first = runs.firstSpan[run];
    const order = Uint32Array.from({ length: runs.firstSpan[run + 1] - first }, (_, i) => first + i).sort(
      (a, b) =>
        spans.task[a] - spans.task[b] ||
        spans.startMs[a] - spans.startMs[b] ||
        spans.endMs[b] - spans.endMs[a] ||
        a - b,
    );
    const around: number[] = [];
    for (const span of order) {
      const task = spans.task[span];
      for (let top = around.at(-1); top !== undefined; top = around.at(-1)) {
        if (spans.task[top] === task && spans.endMs[top] >= spans.endMs[span]) break;
        around.pop();
      }
      const parent = around.at(-1);
      around.push(span);
      const kind = spanKinds[spans.kind[span]];
      const node = names[spans.node[span]];
      const what = kind === 'run' ? names[spans.name[span]] : kind;
      yield this.#span(
        traceId,
        idOf(span - first),
        parent === undefined ? taskId(task) : idOf(parent - first),
        [node, what].filter((word) => word !== '').join(' ') || kind,
        spans.startMs[span],
        spans.endMs[span],
        [
          string('tributary.node', node),
          string('tributary.kind', kind),
          string('thread.name', names[spans.worker[span]]),
          integer('tributary.bytes', spans.bytes[span]),
        ],
      );
    }
  }

  #span(
    traceId: string,
    spanId: string,
    parentSpanId: string,
    name: string,
    startMs: number,
    endMs: number,
    attributes: readonly string[],
    links: readonly string[] = [],
  ): string {
    return (
      `{"traceId":"${traceId}","spanId":"${spanId}"${parentSpanId === '' ? '' : `,"parentSpanId":"${parentSpanId}"`},` +
      `"name":${JSON.stringify(name)},"kind":${internal},"startTimeUnixNano":"${this.#nano(startMs)}",` +
      `"endTimeUnixNano":"${this.#nano(Math.max(startMs, endMs))}","attributes":[${attributes.join(',')}]` +
      `${links.length === 0 ? '' : `,"links":[${links.join(',')}]`}}`
    );
  }

  #nano(ms: number): string {
    return String(this.#zeroNs + BigInt(Math.round(ms * 1e6)));
  }
}

/** Names of OpenTelemetry's semantic conventions where they have one; our own begin with `tributary.`. */
function resourceOf({ id, document, documentHash, environment }: Profile, leftOut: number): string {
  return [
    string('service.name', document.name === '' ? 'pipeline' : document.name),
    string('service.version', documentHash),
    string('service.instance.id', id),
    string('telemetry.sdk.name', 'tributary'),
    string('telemetry.sdk.language', 'nodejs'),
    string('telemetry.sdk.version', environment.tributary),
    string('host.cpu.model.name', environment.cpu),
    string('os.description', environment.os),
    string('process.runtime.name', 'nodejs'),
    string('process.runtime.version', environment.node),
    string('tributary.inference_runtime', environment.runtime),
    integer('tributary.runs_left_out', leftOut),
  ].join(',');
}

function string(key: string, value: string): string {
  return `{"key":"${key}","value":{"stringValue":${JSON.stringify(value)}}}`;
}

function integer(key: string, value: number): string {
  return `{"key":"${key}","value":{"intValue":"${Number.isFinite(value) ? Math.round(value) : 0}"}}`;
}
