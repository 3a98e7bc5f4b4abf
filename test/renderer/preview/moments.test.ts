import { describe, expect, it } from 'vitest';
import type { PortItems } from '../../../core/studio/preview.ts';
import { askedTime, drawnTicks, itemAt, stepTime, timeSpan } from '../../../renderer/preview/moments.ts';

function port(kind: PortItems['kind'], times: readonly number[]): PortItems {
  return { end: 'node.port', kind, passed: times.length, times, missing: null };
}

it('the item that is on is the last that began', () => {
  const times = [0, 0.5, 1, 1.5];
  expect([-1, 0, 0.49, 0.5, 1.2, 9].map((t) => itemAt(times, t))).toEqual([0, 0, 0, 1, 2, 3]);
  expect(itemAt([], 1)).toBe(-1);
});

describe('the span of a run', () => {
  it('is none where nothing moves', () => {
    expect(timeSpan([port('image', [0]), port('scores', [0])], 0)).toBeNull();
    expect(timeSpan([], 0)).toBeNull();
  });

  it('joins the moments of all ports and lets the last item stay on', () => {
    expect(timeSpan([port('image', [0, 1, 2]), port('audio', [0, 0.5, 1])], 0)).toEqual({
      from: 0,
      to: 2 + 2 / 3,
      ticks: [0, 0.5, 1, 2],
      hasVideo: false,
    });
  });

  it('is as long as the video', () => {
    expect(timeSpan([port('video', [0])], 8)).toEqual({ from: 0, to: 8, ticks: [], hasVideo: true });
    expect(timeSpan([port('video', [0])], 0)).toBeNull();
  });

  it('steps by moments, or by frames where there are none', () => {
    const span = timeSpan([port('image', [0, 1, 2])], 0);
    const video = timeSpan([port('video', [0])], 8);
    if (span === null || video === null) throw new Error('both have a span');
    expect([stepTime(span, 0, 1), stepTime(span, 1.5, -1), stepTime(span, 2, 1), stepTime(span, 0, -1)]).toEqual([
      1, 1, 2, 0,
    ]);
    expect(stepTime(video, 0, 1)).toBeCloseTo(1 / 30, 9);
    expect([stepTime(video, 0, -1), stepTime(video, 8, 1)]).toEqual([0, 8]);
  });

  it('draws no more ticks than can be told apart', () => {
    const span = timeSpan(
      [
        port(
          'image',
          Array.from({ length: 1000 }, (_, i) => i / 100),
        ),
      ],
      0,
    );
    if (span === null) throw new Error('it has a span');
    expect(drawnTicks(span, 200).length).toBeLessThanOrEqual(51);
    expect(drawnTicks(span, 100_000).length).toBe(1000);
  });
});

it('previews are asked for by the time of their item, videos by frames', () => {
  expect(askedTime(port('image', [0, 0.5, 1]), 0.7)).toBe(0.5);
  expect(askedTime(port('image', []), 0.7)).toBe(0);
  expect(askedTime(port('video', [0]), 0.7)).toBeCloseTo(0.7, 9);
  expect(askedTime(port('video', [0]), 0.7)).toBe(askedTime(port('video', [0]), 0.705));
});
