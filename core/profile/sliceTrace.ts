import type { Trace } from './trace.ts';

/** A trace of some of the runs only, in the order given; names stay as they are. */
export function sliceTrace(trace: Trace, runs: readonly number[]): Trace {
  const chosen = runs.filter((run) => run >= 0 && run < trace.runs.count);
  const tasks = chosen.flatMap((run) => range(trace.runs.firstTask[run], trace.runs.firstTask[run + 1]));
  const spans = chosen.flatMap((run) => range(trace.runs.firstSpan[run], trace.runs.firstSpan[run + 1]));
  const place = new Map(tasks.map((task, at) => [task, at]));
  const after = tasks.map((task) =>
    [...trace.tasks.after.subarray(trace.tasks.firstAfter[task], trace.tasks.firstAfter[task + 1])].flatMap(
      (before) => place.get(before) ?? [],
    ),
  );
  return {
    names: trace.names,
    runs: {
      count: chosen.length,
      sample: Uint16Array.from(chosen, (run) => trace.runs.sample[run]),
      startMs: Float64Array.from(chosen, (run) => trace.runs.startMs[run]),
      endMs: Float64Array.from(chosen, (run) => trace.runs.endMs[run]),
      firstTask: starts(chosen.map((run) => trace.runs.firstTask[run + 1] - trace.runs.firstTask[run])),
      firstSpan: starts(chosen.map((run) => trace.runs.firstSpan[run + 1] - trace.runs.firstSpan[run])),
    },
    tasks: {
      count: tasks.length,
      stage: Uint16Array.from(tasks, (task) => trace.tasks.stage[task]),
      item: Uint32Array.from(tasks, (task) => trace.tasks.item[task]),
      readyMs: Float64Array.from(tasks, (task) => trace.tasks.readyMs[task]),
      startMs: Float64Array.from(tasks, (task) => trace.tasks.startMs[task]),
      endMs: Float64Array.from(tasks, (task) => trace.tasks.endMs[task]),
      bytesIn: Float64Array.from(tasks, (task) => trace.tasks.bytesIn[task]),
      bytesOut: Float64Array.from(tasks, (task) => trace.tasks.bytesOut[task]),
      firstAfter: starts(after.map((list) => list.length)),
      after: Uint32Array.from(after.flat()),
    },
    spans: {
      count: spans.length,
      task: Uint32Array.from(spans, (span) => place.get(trace.spans.task[span]) as number),
      node: Uint16Array.from(spans, (span) => trace.spans.node[span]),
      kind: Uint8Array.from(spans, (span) => trace.spans.kind[span]),
      worker: Uint16Array.from(spans, (span) => trace.spans.worker[span]),
      name: Uint16Array.from(spans, (span) => trace.spans.name[span]),
      startMs: Float64Array.from(spans, (span) => trace.spans.startMs[span]),
      endMs: Float64Array.from(spans, (span) => trace.spans.endMs[span]),
      bytes: Float64Array.from(spans, (span) => trace.spans.bytes[span]),
    },
    dropped: trace.dropped,
  };
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}

/** Where each of the pieces begins, and where the last one ends. */
function starts(lengths: readonly number[]): Uint32Array {
  const found = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, at) => {
    found[at + 1] = found[at] + length;
  });
  return found;
}
