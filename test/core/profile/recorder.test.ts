import { describe, expect, it } from 'vitest';
import { Problem } from '../../../core/problems/problem.ts';
import { attributeRun } from '../../../core/profile/attribute.ts';
import { Recorder, type RunRecorder } from '../../../core/profile/recorder.ts';
import type { Trace } from '../../../core/profile/trace.ts';
import { decodeTrace, encodeTrace } from '../../../core/profile/traceFile.ts';
import { spanKinds } from '../../../core/run/tracer.ts';

const plan = {
  stages: [
    { mode: 'item' as const, nodes: [{ id: 'a' }] },
    { mode: 'item' as const, nodes: [{ id: 'b' }] },
  ],
};

/** `a` for 2 ms, then `b` for 3 ms with so many spans. */
function twoTasks(tracer: RunRecorder, startMs: number, spans: number): void {
  tracer.runBegins(startMs);
  const a = tracer.begin(0, 0, startMs, startMs, []);
  tracer.span(a, 'a', 'run', 'main', 'call', startMs, startMs + 2, 7);
  tracer.end(a, startMs + 2, 10, 20);
  const b = tracer.begin(1, 0, startMs + 2, startMs + 2, [a]);
  for (let i = 0; i < spans; i++) tracer.span(b, 'b', 'copy', 'image', `s${i % 3}`, startMs + 2, startMs + 5, i);
  tracer.end(b, startMs + 5, 20, 0);
  tracer.runEnds(startMs + 6);
}

describe('a recorder', () => {
  it('keeps several runs in columns, times from its own zero, tasks counted through', () => {
    const recorder = new Recorder({ originMs: 100, maxSpans: 1000 });
    const [one, two] = [recorder.run(4), recorder.run(1)];
    twoTasks(one, 110, 1);
    twoTasks(two, 120, 2);
    const { names, runs, tasks, spans, dropped } = recorder.trace();
    expect([one.index, two.index]).toEqual([0, 1]);
    expect(runs).toMatchObject({ count: 2, sample: Uint16Array.of(4, 1), startMs: Float64Array.of(10, 20) });
    expect([...runs.firstTask]).toEqual([0, 2, 4]);
    expect([...runs.firstSpan]).toEqual([0, 2, 5]);
    expect([...tasks.stage]).toEqual([0, 1, 0, 1]);
    expect([...tasks.endMs]).toEqual([12, 15, 22, 25]);
    expect([...tasks.firstAfter]).toEqual([0, 0, 1, 1, 2]);
    expect([...tasks.after]).toEqual([0, 2]);
    expect([...spans.task]).toEqual([0, 1, 2, 3, 3]);
    expect([...spans.name].map((name) => names[name])).toEqual(['call', 's0', 'call', 's0', 's1']);
    expect(spanKinds[spans.kind[1]]).toBe('copy');
    expect([...spans.bytes]).toEqual([7, 0, 7, 0, 1]);
    expect(dropped).toBe(0);
  });

  it('keeps runs apart that go on at once, in the order in which they end', () => {
    const recorder = new Recorder({ originMs: 0, maxSpans: 1000 });
    const [slow, quick] = [recorder.run(0), recorder.run(1)];
    slow.runBegins(0);
    const first = slow.begin(0, 0, 0, 0, []);
    twoTasks(quick, 1, 1);
    expect(slow.begin(1, 0, 3, 3, [first])).toBe(1);
    slow.end(first, 2, 0, 0);
    slow.end(1, 9, 0, 0);
    slow.runEnds(10);
    const trace = recorder.trace();
    expect([...trace.runs.sample]).toEqual([1, 0]);
    expect([...trace.tasks.after]).toEqual([0, 2]);
    expect(attributeRun(trace, 1, plan).nodes.map((node) => node.ms.run)).toEqual([2, 6]);
  });

  it('leaves runs out when it is full, says so, and still tells of each by itself', () => {
    const recorder = new Recorder({ originMs: 0, maxSpans: 10 });
    const runs = Array.from({ length: 4 }, (_, i) => {
      const run = recorder.run(0);
      twoTasks(run, i * 10, i === 2 ? 30 : 3);
      return run;
    });
    expect(runs.map((run) => run.index)).toEqual([0, 1, -1, -1]);
    const trace = recorder.trace();
    expect(trace.runs.count).toBe(2);
    expect(trace.spans.count).toBe(8);
    expect(trace.dropped).toBe(31 + 4);
    for (const run of runs) expect(attributeRun(run.alone(), 0, plan).wallMs).toBe(6);
    const parts = attributeRun(runs[3].alone(), 0, plan);
    expect(parts.nodes.map(({ ms }) => [ms.run, ms.copy])).toEqual([
      [2, 0],
      [0, 3],
    ]);
  });

  it('ends what was under way with the run, and hears nothing more', () => {
    const recorder = new Recorder({ originMs: 0, maxSpans: 10 });
    const run = recorder.run(0);
    run.runBegins(0);
    const task = run.begin(0, 0, 0, 1, []);
    run.runEnds(8);
    run.end(task, 20, 1, 1);
    run.span(task, 'a', 'run', 'main', 'late', 1, 20, 0);
    expect(run.begin(0, 1, 9, 9, [])).toBe(-1);
    run.runEnds(30);
    const trace = recorder.trace();
    expect([...trace.tasks.endMs]).toEqual([8]);
    expect([trace.runs.count, trace.tasks.count, trace.spans.count]).toEqual([1, 1, 0]);
  });

  it('gives a trace that stays as it is', () => {
    const recorder = new Recorder({ originMs: 0, maxSpans: 10_000 });
    twoTasks(recorder.run(0), 0, 2);
    const before = recorder.trace();
    const copy = structuredClone(before);
    for (let i = 1; i < 500; i++) twoTasks(recorder.run(0), i * 10, 3);
    expect(before).toEqual(copy);
    expect(recorder.trace().tasks.count).toBe(1000);
  });
});

function sampleTrace(runs = 3): Trace {
  const recorder = new Recorder({ originMs: 0, maxSpans: 1e7 });
  for (let i = 0; i < runs; i++) twoTasks(recorder.run(i), i * 10, 5);
  return recorder.trace();
}

describe('a trace as a file', () => {
  it('comes back as it was, without being copied', () => {
    const trace = sampleTrace();
    const file = encodeTrace(trace);
    const back = decodeTrace(file);
    expect(back).toEqual(trace);
    expect(back.spans.startMs.buffer).toBe(file.buffer);
  });
  it('may lie anywhere in its buffer', () => {
    const trace = sampleTrace();
    const file = encodeTrace(trace);
    for (const offset of [1, 4, 8]) {
      const shifted = new Uint8Array(file.length + offset);
      shifted.set(file, offset);
      expect(decodeTrace(shifted.subarray(offset))).toEqual(trace);
    }
  });
  it('of nothing is a trace too', () => {
    const trace = new Recorder({ originMs: 0, maxSpans: 0 }).trace();
    expect(decodeTrace(encodeTrace(trace))).toEqual(trace);
  });
  function problemOf(file: Uint8Array): readonly [code: string, message: string] {
    try {
      decodeTrace(file);
    } catch (error) {
      if (error instanceof Problem) return [error.data.code, error.message];
      throw error;
    }
    return ['none', ''];
  }
  it('that is something else, cut off anywhere or newer is refused with a word why', () => {
    const file = encodeTrace(sampleTrace());
    expect(problemOf(new TextEncoder().encode('{"schemaVersion": 1, "nodes": []}'))[1]).toContain('not a trace');
    for (let length = 0; length < file.length; length++) {
      const [code, message] = problemOf(file.slice(0, length));
      expect(code).toBe('profile-invalid');
      expect(message).toMatch(/cut off|not a trace/);
    }
    const newer = file.slice();
    newer[8] = 9;
    expect(problemOf(newer)).toEqual(['profile-newer', expect.stringContaining('format is 9')]);
  });
  it('that points to what is not there is refused', () => {
    const spoilt: readonly ((trace: Trace) => void)[] = [
      ({ spans }) => spans.task.fill(99),
      ({ spans }) => spans.kind.fill(9),
      ({ spans }) => spans.name.fill(500),
      ({ tasks }) => tasks.after.fill(77),
      ({ tasks }) => tasks.firstAfter.set([5], 1),
      ({ runs }) => runs.firstTask.set([4], 3),
    ];
    for (const spoil of spoilt) {
      const trace = structuredClone(sampleTrace());
      spoil(trace);
      expect(problemOf(encodeTrace(trace))[0]).toBe('profile-invalid');
    }
    const trace = sampleTrace();
    expect(problemOf(encodeTrace({ ...trace, tasks: { ...trace.tasks, endMs: Float64Array.of(1) } }))[1]).toContain(
      'tasks.endMs',
    );
  });
  it('whose header is spoilt is refused', () => {
    const file = encodeTrace(sampleTrace());
    for (let at = 8; at < 400; at++) {
      const spoilt = file.slice();
      spoilt[at] ^= 0x5f;
      const [code] = problemOf(spoilt);
      expect(['profile-invalid', 'profile-newer', 'none']).toContain(code);
    }
  });
});
