import { describe, expect, it } from 'vitest';
import { agoText, bytesText, durationText, elapsedText, leftText } from '../../../renderer/shell/words.ts';

describe('times and sizes in words', () => {
  it('keeps as many digits as mean something', () => {
    expect([0.04, 0.4, 9.94, 10, 412.4, 1240, 59_000, 125_000, 7_260_000].map(durationText)).toEqual([
      '< 0.1 ms',
      '0.4 ms',
      '9.9 ms',
      '10 ms',
      '412 ms',
      '1.24 s',
      '59.0 s',
      '2 min 5 s',
      '2 h 1 min',
    ]);
    expect(elapsedText(440)).toBe('0.4 s');
    expect(elapsedText(12_900)).toBe('12 s');
    expect(leftText(400)).toBe('less than 1 s left');
    expect(leftText(34_200)).toBe('about 34 s left');
    expect(leftText(150_000)).toBe('about 3 min left');
    expect([812, 64_200, 345_100_000].map(bytesText)).toEqual(['812 B', '64 KB', '345.1 MB']);
  });

  it('says when, as seen from now', () => {
    const now = new Date(2026, 10, 21, 12, 0).getTime();
    const minute = 60_000;
    expect(agoText(now - 20_000, now)).toBe('just now');
    expect(agoText(now - 12 * minute, now)).toBe('12 min ago');
    expect(agoText(now - 3 * 60 * minute, now)).toBe('3 h ago');
    expect(agoText(new Date(2026, 10, 20, 23, 50).getTime(), now)).toBe('yesterday');
    expect(agoText(new Date(2026, 10, 17, 9, 0).getTime(), now)).toBe('17 Nov');
    expect(agoText(new Date(2025, 9, 28, 9, 0).getTime(), now)).toBe('28 Oct 2025');
  });
});
