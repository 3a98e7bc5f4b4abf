import { describe, expect, it } from 'vitest';
import { fusedShares } from '../../../core/profile/fusedShare.ts';
import { liveBytes } from '../../../core/profile/liveBytes.ts';
import { Recorder, type RunRecorder } from '../../../core/profile/recorder.ts';
import { covered, loadMs, workerTimes } from '../../../core/profile/workers.ts';

describe('shares of a fused pass', () => {
  it('are what each longer prefix adds', () => {
    expect(fusedShares([6, 8, 10])).toEqual([0.6, 0.2, 0.2]);
  });
  it('count a prefix that takes longer than what contains it as that', () => {
    // Decoding alone makes every pixel of a large picture; decoding and shrinking does not.
    expect(fusedShares([30, 10, 12])).toEqual([10 / 12, 0, 2 / 12]);
  });
  it('count a prefix that cannot be run alone with the next', () => {
    expect(fusedShares([4, Number.POSITIVE_INFINITY, 8])).toEqual([0.5, 0.5, 0]);
  });
  it('are never negative and add up to 1, whatever noise makes of the times', () => {
    for (const times of [[3, 1, 2, 1, 5], [5], [1, 1, 1], [9, 8, 7], [0, 0]]) {
      const shares = fusedShares(times);
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    }
    expect(fusedShares([])).toEqual([]);
  });
});

function recorded(record: (tracer: RunRecorder) => void, endMs: number) {
  const recorder = new Recorder({ originMs: 0, maxSpans: 1000 });
  const tracer = recorder.run(0);
  tracer.runBegins(0);
  record(tracer);
  tracer.runEnds(endMs);
  return recorder.trace();
}

describe('bytes alive', () => {
  it('are those of values between the task that gave them and the last that took them', () => {
    const trace = recorded((tracer) => {
      const task = (startMs: number, endMs: number, bytesOut: number, after: readonly number[]): number => {
        const number = tracer.begin(0, 0, startMs, startMs, after);
        tracer.end(number, endMs, 0, bytesOut);
        return number;
      };
      const a = task(0, 1, 100, []);
      const b = task(1, 2, 10, [a]);
      const c = task(1, 4, 1000, [a]);
      task(4, 5, 1, [b, c]);
    }, 6);
    // From 4 to 5: b's 10, c's 1000, and a's 100 until c had ended at 4, at one instant with c's.
    expect(liveBytes(trace, 0)).toBe(1110);
  });
  it('of what nobody took stay until the end of the run', () => {
    const trace = recorded((tracer) => {
      for (const at of [0, 1, 2]) tracer.end(tracer.begin(0, at, at, at, []), at + 1, 0, 7);
    }, 9);
    expect(liveBytes(trace, 0)).toBe(21);
  });
  it('are none in a run without tasks', () => {
    expect(
      liveBytes(
        recorded(() => undefined, 1),
        0,
      ),
    ).toBe(0);
  });
});

describe('workers', () => {
  const plan = {
    stages: [
      { mode: 'item' as const, nodes: [{ id: 'a' }] },
      { mode: 'item' as const, nodes: [{ id: 'b' }] },
    ],
  };

  it('are busy while they do anything, counted once; waiting is no work', () => {
    const trace = recorded((tracer) => {
      const a = tracer.begin(0, 0, 0, 0, []);
      tracer.span(a, 'a', 'run', 'main', 'call', 0, 1, 0);
      tracer.span(a, 'a', 'run', 'image', 'decode', 1, 5, 0);
      const b = tracer.begin(1, 0, 0, 1, []);
      tracer.span(b, 'b', 'queue', 'lane 0', 'lane', 1, 3, 0);
      tracer.span(b, 'b', 'run', 'image', 'decode', 3, 7, 0);
      tracer.span(b, 'b', 'copy', 'main', 'pack', 7, 8, 0);
      tracer.end(a, 5, 0, 0);
      tracer.end(b, 8, 0, 0);
    }, 10);
    const { busyMs, ofNodes } = workerTimes(trace, 0, plan, new Map());
    expect(Object.fromEntries(busyMs)).toEqual({ main: 2, image: 6 });
    expect(Object.fromEntries(ofNodes.get('b') ?? [])).toEqual({ image: 4, main: 1 });
  });

  it('that open models at once are told by the time in which any was opened', () => {
    const trace = recorded((tracer) => {
      const a = tracer.begin(0, 0, 0, 0, []);
      const b = tracer.begin(1, 0, 0, 0, []);
      tracer.span(a, 'a', 'load', 'lane 0', 'open', 0, 5, 0);
      tracer.span(b, 'b', 'load', 'lane 1', 'open', 3, 9, 0);
      tracer.span(b, 'b', 'load', 'lane 1', 'open', 20, 21, 0);
      tracer.end(a, 5, 0, 0);
      tracer.end(b, 21, 0, 0);
    }, 22);
    expect(loadMs(trace, 0)).toBe(10);
  });

  it('cover the union of stretches', () => {
    expect(covered([])).toBe(0);
    expect(
      covered([
        { from: 5, to: 6 },
        { from: 0, to: 2 },
        { from: 1, to: 3 },
        { from: 1.5, to: 2.5 },
      ]),
    ).toBe(4);
  });
});
