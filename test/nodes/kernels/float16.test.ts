import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floatsToHalves, halfToNumber, halvesToFloats, numberToHalf } from '../../../nodes/kernels/float16.ts';
import { readTensorReference } from '../../reference/tensorCases.ts';

describe('float16', () => {
  const { doubles, bits, decoded } = readTensorReference().half;
  it('rounds doubles as numpy does, ties included', () => {
    expect(doubles.length).toBeGreaterThan(100);
    expect(Array.from(floatsToHalves(doubles))).toEqual(bits);
  });
  it('reads bits as numpy does', () => {
    for (const [half, value] of decoded) expect(halfToNumber(half)).toBe(value);
  });
  it('brings every one of the 65536 halves back to its bits', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const back = floatsToHalves(halvesToFloats(all));
    let wrong = 0;
    for (let i = 0; i < all.length; i++) {
      const nan = (i & 0x7c00) === 0x7c00 && (i & 0x3ff) !== 0;
      if (nan ? back[i] !== 0x7e00 : back[i] !== i) wrong++;
    }
    expect(wrong).toBe(0);
  });
  it('finds the nearest half of any double', () => {
    fc.assert(
      fc.property(fc.double({ min: -65504, max: 65504, noNaN: true }), (x) => {
        const half = numberToHalf(x);
        const error = Math.abs(halfToNumber(half) - x);
        for (const neighbour of [half - 1, half + 1]) {
          const other = halfToNumber(neighbour & 0xffff);
          if (Number.isFinite(other)) expect(Math.abs(other - x)).toBeGreaterThanOrEqual(error);
        }
      }),
    );
  });
});
