import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { heatColours } from '../../../host/preview/heatColours.ts';
import { hzToMel } from '../../../nodes/kernels/mel.ts';
import { decimalsOf, hertzMarks, melOf, ticksOf } from '../../../renderer/preview/axis.ts';
import { pictureDifference } from '../../../renderer/preview/compare/pictures.ts';
import { cellIndex, isVector, sliceName } from '../../../renderer/preview/large/slices.ts';
import { centred, fitView, mostScale, panned, pixelUnder, zoomAt } from '../../../renderer/preview/large/zoom.ts';
import { tokenRuns, tokenText } from '../../../renderer/preview/tokens.ts';
import { cosine, similarityText, softmax, strongest } from '../../../renderer/preview/vectors.ts';
import { barPaths, curvePath, gainOf, wavePath } from '../../../renderer/preview/waves.ts';

describe('axes', () => {
  it('have round ticks', () => {
    expect(ticksOf(0, 3, 6)).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3]);
    expect(ticksOf(-0.05, 0.12, 4)).toEqual([-0.05, 0, 0.05, 0.1]);
    expect(ticksOf(2, 2, 4)).toEqual([]);
    expect([decimalsOf([0, 0.5]), decimalsOf([0, 0.05]), decimalsOf([0, 20])]).toEqual([1, 2, 0]);
  });

  it('put frequencies where the spectrogram has them', () => {
    for (const hertz of [0, 440, 999, 1000, 3150, 8000]) expect(melOf(hertz)).toBeCloseTo(hzToMel(hertz, 'slaney'), 9);
    const marks = hertzMarks(8000);
    expect(marks.map((mark) => mark.hertz)).toEqual([0, 500, 1000, 2000, 4000]);
    expect(marks[2].at).toBeCloseTo(hzToMel(1000, 'slaney') / hzToMel(8000, 'slaney'), 9);
    for (const [i, mark] of marks.entries())
      expect(mark.at).toBeGreaterThanOrEqual(i === 0 ? 0 : marks[i - 1].at + 0.09);
  });
});

describe('waves and bars', () => {
  it('a line per column from low to high', () => {
    expect(wavePath([-1, 1, -0.5, 0.5], 2, 10, 20, 1)).toBe('M2.5 0V20M7.5 5V15');
    // Columns that share pixels go together; silence is a thin line.
    expect(wavePath([-1, 0, 0, 1], 1, 10, 20, 1)).toBe('M5 0V20');
    expect(wavePath([0, 0], 5, 10, 20, 1)).toBe('M5 9.5V10.5');
    expect([gainOf(0.5), gainOf(0)]).toEqual([2, 50]);
  });

  it('bars stand on zero, and noughts on the floor', () => {
    const { above, below, zero } = barPaths([2, -2], 20, 100);
    expect([above, below, zero]).toEqual(['M0 50v-50h9V50Z', 'M10 50v50h9V50Z', 50]);
    expect(barPaths([0, 0], 20, 100).zero).toBe(100);
    expect(barPaths([Number.NaN, 1], 20, 100).above).toBe('M10 100v-100h9V100Z');
  });

  it('a curve is closed when it is an area', () => {
    expect(curvePath([0, 4], 20, 8, 4, false)).toBe('M5 8L15 0');
    expect(curvePath([0, 4], 20, 8, 4, true)).toBe('M0 8L5 8L15 0L20 8Z');
    expect(curvePath([], 20, 8, 4, true)).toBe('');
  });

  it('the legend of heat maps has the colours that they are drawn in', () => {
    const css = readFileSync(new URL('../../../renderer/style/large.css', import.meta.url), 'utf8');
    const ramp = /\.heat-ramp \{[^}]*linear-gradient\(([^)]*)\)/.exec(css)?.[1].match(/#[0-9a-f]{6}/g) ?? [];
    const stops = [0, 32, 64, 96, 128, 160, 192, 224, 255].map((i) =>
      [...heatColours.subarray(3 * i, 3 * i + 3)].map((v) => v.toString(16).padStart(2, '0')).join(''),
    );
    expect(ramp).toEqual(stops.map((stop) => `#${stop}`));
  });
});

describe('vectors', () => {
  it('are compared by their angle', () => {
    expect(cosine([1, 0], [0, 2])).toBe(0);
    expect(cosine([1, 2], [2, 4])).toBeCloseTo(1, 12);
    expect(cosine([1, 2], [-1, -2])).toBeCloseTo(-1, 12);
    expect([cosine([1], [1, 2]), cosine([0, 0], [1, 2]), cosine([], [])]).toEqual([null, null, null]);
  });

  it('say 1 only of what is the same', () => {
    expect([1, 0.99999, 0.998_4, -0.25].map(similarityText)).toEqual(['1', '0.99999', '0.998', '−0.250']);
  });

  it('are shown by what stands out', () => {
    expect(strongest([0.1, -0.9, 0.2, 0.3], 2)).toEqual([-0.9, 0.3]);
    expect(strongest([1, 2], 8)).toEqual([1, 2]);
  });

  it('softmax adds up to one and does not overflow', () => {
    const shares = softmax([1000, 1001]);
    expect(shares[1]).toBeCloseTo(Math.E / (1 + Math.E), 12);
    expect(shares[0] + shares[1]).toBeCloseTo(1, 12);
  });
});

describe('a picture on the stage', () => {
  const picture = { width: 100, height: 50 };
  const stage = { width: 450, height: 300 };

  it('fits, small ones by a whole factor', () => {
    expect(fitView(picture, stage)).toEqual({ scale: 4, x: 25, y: 50 });
    expect(fitView({ width: 900, height: 100 }, stage)).toEqual({ scale: 0.5, x: 0, y: 125 });
  });

  it('keeps the point under the pointer while it zooms, within bounds', () => {
    const view = zoomAt(centred(picture, stage, 1), 3, 200, 140, 0.1);
    expect(view.scale).toBe(3);
    expect(pixelUnder(view, 200, 140, picture)).toEqual(pixelUnder(centred(picture, stage, 1), 200, 140, picture));
    expect(zoomAt(view, 1000, 0, 0, 0.1).scale).toBe(mostScale);
    expect(zoomAt(view, 0.000_1, 0, 0, 0.1).scale).toBe(0.1);
  });

  it('never leaves the stage, and has no pixel outside', () => {
    const view = panned(centred(picture, stage, 1), -9999, 9999, picture, stage);
    expect([view.x, view.y]).toEqual([-60, 260]);
    expect(pixelUnder(centred(picture, stage, 1), 10, 10, picture)).toBeNull();
  });
});

it('pictures are subtracted pixel by pixel', () => {
  const pixels = (...data: readonly number[]) => ({
    width: data.length / 4,
    height: 1,
    data: Uint8ClampedArray.from(data),
  });
  const difference = pictureDifference(pixels(10, 20, 30, 255, 0, 0, 0, 255), pixels(10, 25, 27, 255, 0, 0, 0, 255));
  expect(difference).toMatchObject({ max: 5, mean: 8 / 6, changed: 0.5, gain: 51 });
  expect([...(difference?.picture ?? [])]).toEqual([0, 255, 153, 255, 0, 0, 0, 255]);
  expect(pictureDifference(pixels(0, 0, 0, 255), pixels(0, 0, 0, 255, 0, 0, 0, 255))).toBeNull();
  expect(pictureDifference(pixels(1, 2, 3, 255), pixels(1, 2, 3, 255))?.max).toBe(0);
});

it('slices and cells have names and places', () => {
  expect(sliceName([2, 3, 4, 5], 4)).toBe('[1, 1, :, :]');
  expect(sliceName([4, 5], 0)).toBe('[:, :]');
  expect(cellIndex([2, 3, 4, 5], 4, 2, 1)).toBe(4 * 20 + 2 * 5 + 1);
  expect([isVector([1, 8]), isVector([]), isVector([2, 2]), isVector([0, 1])]).toEqual([true, true, false, false]);
});

it('padding is told once, and signs of tokenisers are signs that everybody reads', () => {
  const runs = tokenRuns(['[CLS]', 'a', 'a', '[PAD]', '[PAD]', '[PAD]']);
  expect(runs.map(({ text, count }) => `${text}${count}`)).toEqual(['[CLS]1', 'a1', 'a1', '[PAD]3']);
  expect(['Ġthe', '▁sea', '', 'Ċ'].map(tokenText)).toEqual(['·the', '·sea', '∅', '↵']);
});
