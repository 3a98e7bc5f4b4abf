import { expect, it } from 'vitest';
import { besselI0, centredWindow, kaiserAt, makeWindow, windowNames } from '../../nodes/kernels/window.ts';
import { recordedAudio } from '../reference/audioCases.ts';

it('windows are those of scipy.signal.get_window', () => {
  const recorded = recordedAudio().windows;
  expect(Object.keys(recorded).sort()).toEqual([...windowNames].sort());
  for (const name of windowNames) {
    for (const length of [7, 8]) {
      for (const periodic of [true, false]) {
        const want = recorded[name][`${periodic ? 'periodic' : 'symmetric'}${length}`];
        const got = makeWindow(name, length, periodic);
        const worst = want.reduce((most, v, i) => Math.max(most, Math.abs(v - got[i])), 0);
        expect(worst, `${name} ${length} ${periodic}`).toBeLessThan(1e-15);
      }
    }
  }
});

it('a short window stands in the middle of its frame', () => {
  expect([...centredWindow(Float64Array.of(1, 2, 3), 6)]).toEqual([0, 1, 2, 3, 0, 0]);
});

it('the Bessel function has the values of Abramowitz and Stegun, table 9.8', () => {
  expect(besselI0(0)).toBe(1);
  expect(besselI0(1)).toBeCloseTo(1.2660658777520082, 14);
  expect(besselI0(5) / 27.239871823604442).toBeCloseTo(1, 14);
  expect(kaiserAt(0, 5)).toBe(1);
  expect(kaiserAt(1.01, 5)).toBe(0);
});
