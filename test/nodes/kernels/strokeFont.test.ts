import { describe, expect, it } from 'vitest';
import { type Canvas, drawText } from '../../../nodes/kernels/draw.ts';
import { classColour, inkOn } from '../../../nodes/kernels/palette.ts';
import { fitText, textStrokes, textWidth } from '../../../nodes/kernels/strokeFont.ts';

const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));

function write(text: string, height: number, width = 40): Canvas {
  const canvas: Canvas = {
    width,
    height: height * 2 + 8,
    channels: 3,
    data: new Uint8Array(width * (height * 2 + 8) * 3),
  };
  drawText(canvas, text, 6, 6, height, [255, 255, 255]);
  return canvas;
}

describe('the stroke font', () => {
  it('has a glyph of its own for every printable ASCII character, told apart at label size', () => {
    const seen = new Map<string, string>();
    const box = write('\u65e5', 9).data.join();
    for (const character of printable) {
      const ink = write(character, 9).data;
      const key = ink.join();
      expect(key, `${character} is the box of an unknown character`).not.toBe(box);
      expect(seen.get(key), `${character} looks like another`).toBeUndefined();
      seen.set(key, character);
      expect(ink.some((v) => v > 128)).toBe(character !== ' ');
    }
    // Not only different: those that are often confused differ in many pixels.
    for (const [a, b] of ['Il', 'l1', 'O0', 'B8', 'S5', 'Z2', 'rn', 'vy', 'uv', '.,', ':;', '-_', 'ce', 'gq'].map(
      (x) => [...x],
    )) {
      const [x, y] = [write(a, 9).data, write(b, 9).data];
      let apart = 0;
      for (let i = 0; i < x.length; i += 3) if (Math.abs(x[i] - y[i]) > 96) apart++;
      expect(apart, `${a} and ${b}`).toBeGreaterThanOrEqual(4);
    }
  });
  it('keeps capitals between the top line and the base line', () => {
    for (const character of 'ABCDEFGHIKLMNOPRSTUVWXYZ0123456789') {
      const canvas = write(character, 20, 60);
      const rows = Array.from({ length: canvas.height }, (_, y) =>
        canvas.data.subarray(y * 180, y * 180 + 180).some((v) => v > 128),
      );
      expect(rows.indexOf(true), character).toBeGreaterThanOrEqual(4);
      expect(rows.lastIndexOf(true), character).toBeLessThanOrEqual(28);
      expect(rows.lastIndexOf(true), character).toBeGreaterThanOrEqual(25);
    }
  });
  it('drops accents and cuts what does not fit', () => {
    expect(textStrokes('Café')).toEqual(textStrokes('Cafe'));
    expect(textStrokes('e\u0301')).toEqual(textStrokes('e'));
    expect(fitText('person', 1000)).toBe('person');
    const cut = fitText('a rather long label', 60);
    expect(cut.endsWith('…')).toBe(true);
    expect(textWidth(cut)).toBeLessThanOrEqual(60);
    expect(textWidth('')).toBe(0);
  });
  it('has the width that is said', () => {
    for (const text of ['person 97%', 'WWW', 'iii']) {
      const { segments, width } = textStrokes(text);
      expect(width).toBe(textWidth(text));
      const right = Math.max(...segments.filter((_, i) => i % 2 === 0));
      expect(right).toBeLessThanOrEqual(width + 0.3);
      expect(right).toBeGreaterThan(width - 1);
    }
  });
});

describe('the palette', () => {
  // WCAG 2: relative luminance with the exact sRGB curve.
  const luminance = (rgb: readonly number[]) => {
    const [r, g, b] = rgb.map((c) => (c <= 10.31475 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  it('can be read: labels contrast with every colour by 3:1 or more (WCAG, large text)', () => {
    for (let i = 0; i < 20; i++) {
      const [a, b] = [luminance(classColour(i)), luminance(inkOn(classColour(i)))].sort((x, y) => y - x);
      expect((a + 0.05) / (b + 0.05), `colour ${i}`).toBeGreaterThanOrEqual(3);
    }
  });
  it('has twenty different colours, and some colour for any number', () => {
    expect(new Set(Array.from({ length: 20 }, (_, i) => classColour(i).join())).size).toBe(20);
    expect(classColour(20)).toEqual(classColour(0));
    expect(classColour(-1)).toEqual(classColour(19));
  });
});
