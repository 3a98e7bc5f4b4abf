import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kindLooks } from '../../../renderer/kinds/kind.ts';

const css = readFileSync(new URL('../../../renderer/style/tokens.css', import.meta.url), 'utf8');

/** Colours of one theme, as the page would have them: the file's blocks for it, later ones on top. */
function themeOf(name: 'dark' | 'light'): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, selector, body] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    if (!selector.includes(`data-theme="${name}"`)) continue;
    for (const [, token, value] of body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\s*;/gi)) found.set(token, value);
  }
  return found;
}

/** Relative luminance and contrast ratio, WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
/** Perceived place of a colour: Ottosson, 2020. Just noticeable is about 0.02. */
function oklab(hex: string): readonly number[] {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const surfaces = ['canvas', 'chrome', 'card', 'sunken', 'raised', 'hover'] as const;
const words = ['ink', 'ink-2', 'ink-3', 'ok', 'warn', 'error'] as const;
/** On what is pressed or chosen only the stronger inks stand. */
const pressed = ['ink', 'ink-2'] as const;
const softBackgrounds = { ok: 'ok-bg', warn: 'warn-bg', error: 'error-bg' } as const;

it('measures as the standard does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

describe.each(['dark', 'light'] as const)('contrast of the %s theme', (name) => {
  const theme = themeOf(name);
  const colour = (token: string): string => {
    const value = theme.get(token);
    if (value === undefined) throw new Error(`tokens.css has no colour --${token} in the ${name} theme`);
    return value;
  };

  it('has a readable text on every surface (4.5:1)', () => {
    for (const word of words)
      for (const surface of surfaces)
        expect(contrast(colour(word), colour(surface)), `--${word} on --${surface}`).toBeGreaterThanOrEqual(4.5);
    for (const word of pressed)
      expect(contrast(colour(word), colour('press')), `--${word} on --press`).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour('on-ink'), colour('ink'))).toBeGreaterThanOrEqual(4.5);
    // Names of moments stand on the hue of scores.
    expect(contrast(colour('on-ink'), colour('scores'))).toBeGreaterThanOrEqual(4.5);
    // Numbers of compiled parts stand on the part's hue.
    for (const part of [1, 2, 3, 4, 5, 6])
      expect(contrast(colour('on-ink'), colour(`part-${part}`)), `part ${part}`).toBeGreaterThanOrEqual(4.5);
    // A primary button under the pointer.
    expect(contrast(colour('on-ink'), colour('ink-2'))).toBeGreaterThanOrEqual(4.5);
  });

  it('has readable states on their soft backgrounds', () => {
    for (const [word, background] of Object.entries(softBackgrounds)) {
      expect(contrast(colour(word), colour(background)), `--${word} on --${background}`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour('ink'), colour(background)), `--ink on --${background}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('has kinds and edges that can be seen (3:1)', () => {
    const kinds = Object.values(kindLooks).map((look) => look.token.slice(2));
    expect(kinds.length).toBeGreaterThan(8);
    for (const token of [...kinds, 'edge'])
      for (const surface of ['canvas', 'chrome', 'card', 'sunken', 'raised'])
        expect(contrast(colour(token), colour(surface)), `--${token} on --${surface}`).toBeGreaterThanOrEqual(3);
  });

  it('has steps of heat that can be told from their neighbours', () => {
    const steps = [0, 1, 2, 3, 4, 5].map((step) => oklab(colour(`heat-${step}`)));
    for (const [i, step] of steps.slice(1).entries())
      expect(Math.hypot(...step.map((v, axis) => v - steps[i][axis])), `heat ${i} and ${i + 1}`).toBeGreaterThan(0.08);
  });

  it('has kinds with hues of their own', () => {
    const hues = Object.values(kindLooks).map((look) => colour(look.token.slice(2)));
    expect(new Set(hues).size).toBe(hues.length);
  });
});
