import { expect, it } from 'vitest';
import { log10InPlace } from '../../nodes/kernels/log10.ts';

it('is Math.log10 to the last digit of float32, from the smallest to the largest', () => {
  const x = new Float32Array(200_000);
  for (let i = 0; i < x.length; i++) x[i] = 10 ** (-37 + (75 * i) / x.length);
  const want = Float64Array.from(x, Math.log10);
  const largest = log10InPlace(x, 1.2e-38);
  let worst = 0;
  for (let i = 0; i < x.length; i++) worst = Math.max(worst, Math.abs(x[i] - want[i]));
  // Half a step of float32 at 38 is 1.9e-6.
  expect(worst).toBeLessThan(2e-6);
  expect(largest).toBeCloseTo(want[want.length - 1], 9);
});

it('lifts what is below the floor, zero and NaN too', () => {
  const x = Float32Array.of(0, -1, Number.NaN, 1e-12, 1, 100);
  expect(log10InPlace(x, 1e-10)).toBeCloseTo(2, 10);
  expect([...x].map((v) => Math.round(v * 1e6) / 1e6)).toEqual([-10, -10, -10, -10, 0, 2]);
});
