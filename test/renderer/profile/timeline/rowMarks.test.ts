import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eachMark } from '../../../../renderer/profile/timeline/rowMarks.ts';
import { columnsOf, indexSpans, type SpanRow } from '../../../../renderer/profile/timeline/spanIndex.ts';
import { type MadeSpan, oneRun, wholeRange } from './madeSpans.ts';

function rowOf(spans: readonly MadeSpan[]): SpanRow {
  const trace = oneRun(spans);
  return indexSpans(columnsOf(trace, wholeRange(trace))).lanes[0].work[0];
}
type Mark =
  | { readonly form: 'span'; readonly place: number; readonly x: number; readonly width: number }
  | { readonly form: 'crowd'; readonly x: number; readonly busy: number; readonly longest: number }
  | {
      readonly form: 'idle';
      readonly fromMs: number;
      readonly toMs: number;
      readonly x: number;
      readonly width: number;
    };

function marksOf(row: SpanRow, fromMs: number, toMs: number, width: number): readonly Mark[] {
  const marks: Mark[] = [];
  eachMark(row, { fromMs, toMs }, width, {
    span: (place, x, wide) => marks.push({ form: 'span', place, x, width: wide }),
    crowd: (x, busy, longest) => marks.push({ form: 'crowd', x, busy, longest }),
    idle: (from, to, x, wide) => marks.push({ form: 'idle', fromMs: from, toMs: to, x, width: wide }),
  });
  return marks;
}

it('gives a wide span by itself and a crowd by the pixel', () => {
  const crowd = Array.from({ length: 40 }, (_, i) => ({ from: 50 + i * 0.1, to: 50 + i * 0.1 + 0.05 }));
  const marks = marksOf(rowOf([{ from: 10, to: 30 }, ...crowd]), 0, 100, 100);
  expect(marks[0]).toMatchObject({ form: 'span', place: 0, x: 10, width: 20 });
  const pixels = marks.slice(1);
  expect(pixels).toHaveLength(4);
  for (const pixel of pixels) expect(pixel).toMatchObject({ form: 'crowd', busy: expect.closeTo(0.5, 6) });
});

it('says where nothing happened for long, between spans only', () => {
  const row = rowOf([
    { from: 10, to: 20 },
    { from: 90, to: 95 },
  ]);
  const idle = marksOf(row, 0, 100, 1000).filter((mark) => mark.form === 'idle');
  expect(idle).toEqual([{ form: 'idle', fromMs: 20, toMs: 90, x: 200, width: 700 }]);
  const part = (from: number, to: number) => marksOf(row, from, to, 1000).filter((mark) => mark.form === 'idle');
  expect(part(50, 100)).toEqual([{ form: 'idle', fromMs: 20, toMs: 90, x: 0, width: 800 }]);
  expect(part(40, 60)).toEqual([{ form: 'idle', fromMs: 20, toMs: 90, x: 0, width: 1000 }]);
  expect(part(96, 99)).toEqual([]);
  expect(marksOf(row, 0, 100, 80).filter((mark) => mark.form === 'idle')).toEqual([]);
});

it('draws whatever it is asked in a time that hangs on the width, not on the spans', () => {
  const many = Array.from({ length: 50_000 }, (_, i) => ({ from: i, to: i + 0.7 }));
  const row = rowOf(many);
  expect(marksOf(row, 0, 50_000, 500).length).toBeLessThanOrEqual(500);
  expect(marksOf(row, 0, 100, 500).length).toBeLessThanOrEqual(200);
});

it('loses no busy time: marks of a view add up to the sum of its spans', () => {
  const spans = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 200 })), {
      minLength: 1,
      maxLength: 150,
    })
    .map((steps) => {
      let at = 0;
      return steps.map(([gap, ms]) => {
        const from = at + gap / 8;
        at = from + ms / 8;
        return { from, to: at };
      });
    });
  fc.assert(
    fc.property(spans, fc.integer({ min: 20, max: 800 }), (made, width) => {
      const end = made[made.length - 1].to;
      const row = rowOf(made);
      const covered = new Float64Array(width + 2);
      for (const mark of marksOf(row, 0, end, width)) {
        if (mark.form === 'crowd') covered[mark.x] = Math.max(covered[mark.x], mark.busy);
        else if (mark.form === 'span')
          for (let x = Math.floor(mark.x); x < mark.x + mark.width; x++)
            covered[x] = Math.min(1, covered[x] + Math.min(x + 1, mark.x + mark.width) - Math.max(x, mark.x));
      }
      const exact = made.reduce((sum, span) => sum + span.to - span.from, 0) / end;
      const drawn = covered.reduce((sum, share) => sum + share, 0) / width;
      // A pixel in which a wide span meets a crowd may count both in part: one at each end of a wide span, at the most.
      expect(drawn).toBeGreaterThan(exact - 1e-6);
      expect(drawn).toBeLessThan(exact + (made.length + 2) / width);
    }),
  );
});
