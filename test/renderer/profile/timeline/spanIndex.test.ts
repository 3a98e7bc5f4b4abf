import fc from 'fast-check';
import { expect, it } from 'vitest';
import { columnsOf, indexSpans, type SpanRow } from '../../../../renderer/profile/timeline/spanIndex.ts';
import { busyWithin, longestOf } from '../../../../renderer/profile/timeline/spanRow.ts';
import { madeTrace, oneRun, wholeRange } from './madeSpans.ts';

const span = fc
  .record({
    from: fc.integer({ min: 0, max: 400 }),
    ms: fc.integer({ min: 0, max: 60 }),
    worker: fc.constantFrom('main', 'lane 0', 'image'),
    kind: fc.constantFrom('run', 'copy', 'queue', 'gap', 'load'),
  })
  .map(({ from, ms, worker, kind }) => ({ from: from / 4, to: (from + ms) / 4, worker, kind: kind as 'run' }));

const rowsOf = (trace: ReturnType<typeof oneRun>): readonly SpanRow[] =>
  indexSpans(columnsOf(trace, wholeRange(trace))).lanes.flatMap(({ work, waits }) => [...work, ...waits]);

it('puts every span into one row of its worker, where none overlaps the next', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 120 }), (spans) => {
      const trace = oneRun(spans);
      const index = indexSpans(columnsOf(trace, wholeRange(trace)));
      const seen: number[] = [];
      for (const { worker, work, waits } of index.lanes)
        for (const [track, rows] of [
          ['work', work],
          ['waits', waits],
        ] as const)
          for (const row of rows)
            row.spans.forEach((id, at) => {
              seen.push(id);
              expect(trace.spans.worker[id]).toBe(worker);
              expect(['queue', 'gap'].includes(spans[id].kind)).toBe(track === 'waits');
              expect([row.startMs[at], row.endMs[at]]).toEqual([spans[id].from, spans[id].to]);
              if (at > 0) expect(row.startMs[at]).toBeGreaterThanOrEqual(row.endMs[at - 1]);
            });
      expect(seen.sort((a, b) => a - b)).toEqual(spans.map((_, i) => i));
    }),
  );
});

it('sums what is busy of any stretch exactly', () => {
  fc.assert(
    fc.property(
      fc.array(span, { minLength: 1, maxLength: 120 }),
      fc.integer({ min: -20, max: 500 }),
      fc.integer({ min: 1, max: 300 }),
      (spans, from, ms) => {
        const [a, b] = [from / 4, (from + ms) / 4];
        for (const row of rowsOf(oneRun(spans))) {
          let exact = 0;
          row.spans.forEach((id) => {
            exact += Math.max(0, Math.min(spans[id].to, b) - Math.max(spans[id].from, a));
          });
          expect(busyWithin(row, a, b)).toBeCloseTo(exact, 9);
        }
      },
    ),
  );
});

it('finds the longest of any neighbours, the first of equals', () => {
  fc.assert(
    fc.property(fc.array(span, { minLength: 1, maxLength: 80 }), fc.nat(80), fc.nat(80), (spans, a, b) => {
      for (const row of rowsOf(oneRun(spans))) {
        const first = Math.min(a, b, row.spans.length);
        const end = Math.min(Math.max(a, b), row.spans.length);
        let best = -1;
        for (let i = first; i < end; i++)
          if (best < 0 || row.endMs[i] - row.startMs[i] > row.endMs[best] - row.startMs[best]) best = i;
        expect(longestOf(row, first, end)).toBe(best);
      }
    }),
  );
});

it('stacks what is nested, outermost first, and nothing else', () => {
  const trace = oneRun([
    { name: 'inner', from: 2, to: 3 },
    { name: 'outer', from: 1, to: 5 },
    { name: 'same begin', from: 1, to: 2 },
    { name: 'after', from: 5, to: 6 },
  ]);
  const [lane] = indexSpans(columnsOf(trace, wholeRange(trace))).lanes;
  const said = lane.work.map((row) => [...row.spans].map((id) => trace.names[trace.spans.name[id]]));
  expect(said).toEqual([
    ['outer', 'after'],
    ['same begin', 'inner'],
  ]);
});

it('shares the last row among what overlaps beyond any measure, and still sums it once', () => {
  const crowd = Array.from({ length: 300 }, (_, i) => ({ from: i / 1000, to: 10, kind: 'queue' as const }));
  const trace = oneRun(crowd);
  const [lane] = indexSpans(columnsOf(trace, wholeRange(trace))).lanes;
  expect(lane.waits).toHaveLength(200);
  expect(lane.waits[199].spans).toHaveLength(101);
  expect(busyWithin(lane.waits[199], 0, 20)).toBeCloseTo(10 - 0.199, 9);
});

it('indexes some of the runs and names their spans as the trace does', () => {
  const trace = madeTrace([
    { from: 0, to: 1, spans: [{ from: 0, to: 1 }] },
    {
      from: 2,
      to: 4,
      spans: [
        { from: 2, to: 3 },
        { from: 3, to: 4 },
      ],
    },
    { from: 5, to: 6, spans: [{ from: 5, to: 6 }] },
  ]);
  const index = indexSpans(columnsOf(trace, { first: 1, last: 1 }));
  expect(index.count).toBe(2);
  expect([...index.lanes[0].work[0].spans]).toEqual([1, 2]);
});
