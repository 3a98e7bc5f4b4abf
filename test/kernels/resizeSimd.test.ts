import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resizePlain } from '../../nodes/kernels/resize.ts';
import { hasResizeSimd, resizeBySimd } from '../../nodes/kernels/resizeSimd.ts';
import { type AntialiasFilter, makeTaps } from '../../nodes/kernels/resizeTaps.ts';

const filters: readonly AntialiasFilter[] = ['bilinear', 'bicubic', 'lanczos'];

/** Noise: every byte and every difference between neighbours comes up. */
function noise(bytes: number): Uint8Array {
  let seed = 7;
  return Uint8Array.from({ length: bytes }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed >>> 24;
  });
}

function expectSame(
  width: number,
  height: number,
  channels: number,
  to: [number, number],
  filter: AntialiasFilter,
): void {
  const pixels = { data: noise(width * height * channels), width, channels };
  const [columns, rows] = [makeTaps(width, to[0], filter), makeTaps(height, to[1], filter)];
  expect(hasResizeSimd(pixels, columns, rows)).toBe(true);
  const made = resizeBySimd(pixels, columns, rows);
  expect(Buffer.compare(made, resizePlain(pixels, height, columns, rows))).toBe(0);
}

it('SIMD gives the plain loops’ bytes for any small picture, larger and smaller', () => {
  const side = fc.integer({ min: 1, max: 70 });
  const asked = fc.tuple(side, side, fc.constantFrom(3, 4), fc.tuple(side, side), fc.constantFrom(...filters));
  fc.assert(
    fc.property(asked, (picture) => expectSame(...picture)),
    { numRuns: 300 },
  );
});

it('and for large ones, whose rows are worked off in bands', () => {
  expectSame(2600, 1400, 3, [1300, 700], 'bicubic');
  expectSame(1500, 1100, 4, [2000, 900], 'lanczos');
  expectSame(300, 4000, 3, [900, 40], 'bilinear');
  // One column, and one row, that look at everything.
  expectSame(8000, 3, 3, [1, 2], 'lanczos');
  expectSame(3, 8000, 4, [2, 1], 'lanczos');
});

it('leaves to the plain loops what its rooms cannot hold, and grey', () => {
  const fits = (width: number, height: number, channels: number, outWidth: number, outHeight: number) =>
    hasResizeSimd(
      { data: new Uint8Array(), width, channels },
      makeTaps(width, outWidth, 'lanczos'),
      makeTaps(height, outHeight, 'lanczos'),
    );
  expect(fits(640, 480, 1, 320, 240)).toBe(false);
  expect(fits(90_000, 8, 3, 100, 4)).toBe(false);
  expect(fits(4000, 8, 3, 9000, 16)).toBe(false);
  expect(fits(2000, 60_000, 3, 1000, 2)).toBe(false);
});
