import fc from 'fast-check';
import { expect, it } from 'vitest';
import { durationText, ticksOf } from '../../../../renderer/profile/timeline/ticks.ts';
import { viewAfterKey } from '../../../../renderer/profile/timeline/timelineKeys.ts';
import { msAt, panBy, showing, within, xOf, zoomAt } from '../../../../renderer/profile/timeline/timeView.ts';

const bounds = { fromMs: 0, toMs: 1000 };

it('keeps what is under the pointer where it is, and never leaves the bounds', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0.05, max: 20, noNaN: true }),
      (share, factor) => {
        const view = { fromMs: 400, toMs: 500 };
        const ms = msAt(view, 1000, share * 1000);
        const next = zoomAt(view, bounds, ms, factor);
        expect(next.fromMs).toBeGreaterThanOrEqual(0);
        expect(next.toMs).toBeLessThanOrEqual(1000);
        const length = next.toMs - next.fromMs;
        expect(length).toBeCloseTo(Math.min(1000, 100 * factor), 6);
        const inner = next.fromMs > 0 && next.toMs < 1000;
        if (inner) expect(xOf(next, 1000, ms)).toBeCloseTo(share * 1000, 3);
      },
    ),
  );
});

it('stops at the ends and at a tenth of a microsecond', () => {
  expect(panBy({ fromMs: 10, toMs: 20 }, bounds, -50)).toEqual({ fromMs: 0, toMs: 10 });
  expect(panBy({ fromMs: 10, toMs: 20 }, bounds, 5000)).toEqual({ fromMs: 990, toMs: 1000 });
  const closest = zoomAt({ fromMs: 1, toMs: 1.001 }, bounds, 1, 1e-9);
  expect(closest.toMs - closest.fromMs).toBeCloseTo(1e-4, 9);
  expect(within({ fromMs: -5, toMs: 5000 }, bounds)).toEqual(bounds);
});

it('brings a span into sight, and leaves the view when it is well in sight', () => {
  const view = { fromMs: 0, toMs: 100 };
  expect(showing(view, bounds, { fromMs: 10, toMs: 30 })).toBe(view);
  const far = showing(view, bounds, { fromMs: 500, toMs: 520 });
  expect(far).toEqual({ fromMs: 460, toMs: 560 });
  const tiny = showing({ fromMs: 0, toMs: 1000 }, bounds, { fromMs: 500, toMs: 500.01 });
  expect(tiny.toMs - tiny.fromMs).toBeCloseTo(0.4);
  const wide = showing({ fromMs: 0, toMs: 1 }, bounds, { fromMs: 100, toMs: 200 });
  expect(wide.fromMs).toBeLessThan(100);
  expect(wide.toMs).toBeGreaterThan(200);
});

it('answers to the keys', () => {
  const view = { fromMs: 400, toMs: 480 };
  expect(viewAfterKey('ArrowRight', view, bounds)).toEqual({ fromMs: 410, toMs: 490 });
  expect(viewAfterKey('Home', view, bounds)).toEqual({ fromMs: 0, toMs: 80 });
  expect(viewAfterKey('End', view, bounds)).toEqual({ fromMs: 920, toMs: 1000 });
  expect(viewAfterKey('0', view, bounds)).toBe(bounds);
  const closer = viewAfterKey('+', view, bounds);
  expect(closer).toEqual({ fromMs: 416, toMs: 464 });
  expect(viewAfterKey('a', view, bounds)).toBeNull();
});

it('chooses ticks that are round, apart and in a unit that suits', () => {
  const texts = (fromMs: number, toMs: number, origin = 0): readonly string[] =>
    ticksOf({ fromMs, toMs }, origin, 1000).map((tick) => tick.text);
  expect(texts(0, 10)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10 ms']);
  expect(texts(105, 115, 105)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10 ms']);
  expect(texts(0, 0.01)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10 µs']);
  expect(texts(0, 20_000).at(-1)).toBe('20 s');
  expect(texts(2.1, 2.9)).toEqual(['2.1', '2.2', '2.3', '2.4', '2.5', '2.6', '2.7', '2.8', '2.9 ms']);
  expect(ticksOf({ fromMs: 0, toMs: 0 }, 0, 100)).toEqual([]);
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e5, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      fc.integer({ min: 200, max: 2000 }),
      (fromMs, ms, width) => {
        const view = { fromMs, toMs: fromMs + ms };
        const ticks = ticksOf(view, 0, width);
        const places = ticks.map((tick) => xOf(view, width, tick.ms));
        for (const x of places) {
          expect(x).toBeGreaterThan(-0.5);
          expect(x).toBeLessThan(width + 0.5);
        }
        for (let i = 1; i < places.length; i++) expect(places[i] - places[i - 1]).toBeGreaterThan(71);
        expect(places.length).toBeGreaterThanOrEqual(Math.floor(width / 182));
        expect(new Set(ticks.map((tick) => tick.text)).size).toBe(ticks.length);
      },
    ),
  );
});

it('writes durations in three digits', () => {
  expect([0, 0.00034, 0.0125, 0.21, 4.134, 120.4, 1250, 125_000].map(durationText)).toEqual([
    '0 ms',
    '340 ns',
    '12.5 µs',
    '0.21 ms',
    '4.13 ms',
    '120 ms',
    '1.25 s',
    '2 min 5 s',
  ]);
});
