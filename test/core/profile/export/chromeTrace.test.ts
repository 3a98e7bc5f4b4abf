import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { chromeTrace } from '../../../../core/profile/export/chromeTrace.ts';
import { NestedRows } from '../../../../core/profile/export/rows.ts';
import { Recorder } from '../../../../core/profile/recorder.ts';
import { grouped, knownDocument, knownProfile, knownTrace } from '../knownProfile.ts';

/**
 * The fields of the Trace Event Format (Google, "Trace Event Format", sections on the JSON Object Format, complete,
 * counter, metadata and flow events) that are written here; times are microseconds.
 */
const place = { pid: z.number().int(), tid: z.number().int() };
const eventSchema = z.discriminatedUnion('ph', [
  z.strictObject({
    ph: z.literal('X'),
    name: z.string().min(1),
    cat: z.string(),
    ts: z.number(),
    dur: z.number().min(0),
    ...place,
    args: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  z.strictObject({
    ph: z.literal('M'),
    name: z.enum(['process_name', 'process_sort_index', 'thread_name', 'thread_sort_index']),
    ...place,
    args: z.union([z.strictObject({ name: z.string() }), z.strictObject({ sort_index: z.number().int() })]),
  }),
  z.strictObject({
    ph: z.literal('C'),
    name: z.string(),
    ts: z.number(),
    ...place,
    args: z.strictObject({ bytes: z.number() }),
  }),
  z.strictObject({ ph: z.literal('s'), name: z.string(), cat: z.string(), id: z.number(), ts: z.number(), ...place }),
  z.strictObject({
    ph: z.literal('f'),
    bp: z.literal('e'),
    name: z.string(),
    cat: z.string(),
    id: z.number(),
    ts: z.number(),
    ...place,
  }),
]);
const fileSchema = z.strictObject({
  displayTimeUnit: z.enum(['ms', 'ns']),
  otherData: z.record(z.string(), z.union([z.string(), z.number()])),
  traceEvents: z.array(eventSchema),
});
type Event = z.infer<typeof eventSchema>;
type Slice = Extract<Event, { ph: 'X' }>;

function read(pieces: Iterable<string>): z.infer<typeof fileSchema> {
  return fileSchema.parse(JSON.parse([...pieces].join('')));
}
function slicesOf(events: readonly Event[]): readonly Slice[] {
  return events.filter((event) => event.ph === 'X');
}
function rowNames(events: readonly Event[]): ReadonlyMap<number, string> {
  return new Map(
    events.flatMap((e) => (e.ph === 'M' && e.name === 'thread_name' && 'name' in e.args ? [[e.tid, e.args.name]] : [])),
  );
}
const round = (ms: number) => Math.round(ms * 1e6) / 1e3;

describe('a trace for chrome://tracing and Perfetto', () => {
  it('holds every span at its time, in the row of its worker, named', () => {
    const trace = knownTrace();
    const { traceEvents, otherData } = read(chromeTrace(knownProfile(), trace));
    const names = rowNames(traceEvents);
    const slices = slicesOf(traceEvents).filter((slice) => slice.cat !== 'run' || slice.args['node'] !== undefined);
    expect(slices).toHaveLength(trace.spans.count);
    for (let i = 0; i < trace.spans.count; i++) {
      const found = slices.find(
        (slice) =>
          slice.ts === round(trace.spans.startMs[i]) &&
          slice.args['what'] === trace.names[trace.spans.name[i]] &&
          slice.args['node'] === trace.names[trace.spans.node[i]],
      );
      expect(found?.dur).toBeCloseTo(round(trace.spans.endMs[i] - trace.spans.startMs[i]), 6);
      expect(found?.args['bytes']).toBe(trace.spans.bytes[i]);
    }
    const decode = slices.find((slice) => slice.args['what'] === 'decode');
    expect(decode).toMatchObject({
      name: 'photo: decode',
      args: { kind: 'run', item: 0, sample: 'storm.jpg', run: 0 },
    });
    expect(names.get(decode?.tid ?? 0)).toBe('main');
    const waits = slices.filter((slice) => slice.cat === 'queue');
    expect(new Set(waits.map((slice) => names.get(slice.tid)))).toEqual(new Set(['shrink']));
    expect(otherData).toMatchObject({ pipeline: knownDocument.name, spansLeftOut: 0 });
  });

  it('has rows in which slices lie inside each other or side by side, though a worker did two things at once', () => {
    const { traceEvents } = read(chromeTrace(knownProfile(), knownTrace()));
    const names = rowNames(traceEvents);
    expect([...names.values()]).toContain('lane 0 (2)');
    const rows = grouped(slicesOf(traceEvents), (slice) => slice.tid);
    for (const [tid, slices] of rows) {
      expect(names.has(tid)).toBe(true);
      for (const a of slices)
        for (const b of slices) {
          const apart = a.ts + a.dur <= b.ts || b.ts + b.dur <= a.ts;
          const inside =
            (a.ts <= b.ts && a.ts + a.dur >= b.ts + b.dur) || (b.ts <= a.ts && b.ts + b.dur >= a.ts + a.dur);
          expect(apart || inside, `${a.name} and ${b.name} cross`).toBe(true);
        }
    }
  });

  it('draws an arrow along each wire, from a slice that is there to one that is there', () => {
    const trace = knownTrace();
    const { traceEvents } = read(chromeTrace(knownProfile(), trace));
    const starts = traceEvents.filter((event) => event.ph === 's');
    const ends = traceEvents.filter((event) => event.ph === 'f');
    expect(starts).toHaveLength(3);
    const slices = slicesOf(traceEvents);
    for (const start of starts) {
      const end = ends.find((event) => event.id === start.id);
      if (end === undefined) throw new Error('an arrow without an end');
      expect(end.ts).toBeGreaterThanOrEqual(start.ts);
      const at = (event: { tid: number; ts: number }) =>
        slices
          .filter((s) => s.tid === event.tid && s.ts <= event.ts && event.ts < s.ts + s.dur)
          .map((s) => s.args['node']);
      expect(at(start)).toContain('photo');
      expect(at(end)).toContain('shrink');
    }
  });

  it('shows the runs with their samples, and memory', () => {
    const { traceEvents } = read(chromeTrace(knownProfile(), knownTrace()));
    const runs = slicesOf(traceEvents).filter((slice) => slice.args['node'] === undefined);
    expect(runs.map(({ name, dur, args }) => [name, dur, args['sample']])).toEqual([
      ['run 0', 10_000, 'storm.jpg'],
      ['run 1', 12_000, 'storm.jpg'],
      ['run 2', 11_000, 'parade, 2.jpg'],
    ]);
    expect(traceEvents.flatMap((e) => (e.ph === 'C' ? [[e.ts, e.args.bytes]] : []))).toEqual([
      [0, 1e8],
      [10_000, 2e8],
    ]);
    const processes = traceEvents.flatMap((e) =>
      e.ph === 'M' && e.name === 'process_name' && 'name' in e.args ? [e.args.name] : [],
    );
    expect(processes).toEqual([`${knownDocument.name}: runs`, 'workers', 'waiting, by node']);
  });

  it('comes in pieces when it is long, and runs that overlap get rows of their own', () => {
    const recorder = new Recorder({ originMs: 0, maxSpans: 100_000 });
    for (let i = 0; i < 2000; i++) {
      const run = recorder.run(0);
      run.runBegins(i);
      const task = run.begin(0, 0, i, i, []);
      run.span(task, 'photo', 'run', 'main', 'decode', i, i + 1.5, 0);
      run.end(task, i + 1.5, 0, 0);
      run.runEnds(i + 1.5);
    }
    const pieces = [...chromeTrace(knownProfile(), recorder.trace())];
    expect(pieces.length).toBeGreaterThan(5);
    for (const piece of pieces) expect(piece.length).toBeLessThan(100_000);
    const { traceEvents } = read(pieces);
    expect(slicesOf(traceEvents)).toHaveLength(4000);
    const rows = new Set(rowNames(traceEvents).values());
    expect(rows).toEqual(new Set(['runs', 'runs (2)', 'main', 'main (2)']));
  });
});

it('rows nest what can be nested and no more', () => {
  const rows = new NestedRows();
  expect(rows.place(0, 10)).toBe(0);
  expect(rows.place(1, 5)).toBe(0);
  expect(rows.place(2, 6)).toBe(1);
  expect(rows.place(5, 10)).toBe(0);
  expect(rows.place(10, 11)).toBe(0);
  expect(rows.place(3, 4)).toBe(1);
});
