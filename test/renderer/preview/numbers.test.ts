import { describe, expect, it } from 'vitest';
import {
  bytesText,
  countText,
  deltaText,
  hertzText,
  msText,
  numberText,
  scoreDeltaText,
  scoreText,
  shareText,
  timeText,
  wholeText,
} from '../../../renderer/preview/numbers.ts';

const thin = '\u202f';

describe('numbers as they are shown', () => {
  it.each([
    [0, '0'],
    [42, '42'],
    [1920, '1920'],
    [12_345, `12${thin}345`],
    [-2_000_000, `−2${thin}000${thin}000`],
  ])('whole %s is %s', (x, text) => expect(wholeText(x)).toBe(text));

  it.each([
    [0.5, '0.5'],
    [-2.117_904, '−2.12'],
    [1234.56, '1235'],
    [0.000_012_34, '1.23e−5'],
    [3.2e9, `3.2e9`],
    [1.5e7, `15${thin}000${thin}000`],
    [1.000_4, '1'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '−∞'],
  ])('%s is %s', (x, text) => expect(numberText(x)).toBe(text));

  it('a difference carries its sign', () => {
    expect([deltaText(0.04), deltaText(-1.25), deltaText(0)]).toEqual(['+0.04', '−1.25', '0']);
    expect(scoreDeltaText(0.0561, 'probabilities')).toBe('+0.056');
    expect(scoreDeltaText(-0.000_02, 'probabilities')).toBe('<0.001');
    expect(scoreDeltaText(-2.5, 'logits')).toBe('−2.5');
  });

  it('a probability never says that it is 0 or 1 unless it is', () => {
    const texts = [0, 1e-9, 0.0042, 0.04, 0.714, 0.9969, 0.99999, 1].map((p) => scoreText(p, 'probabilities'));
    expect(texts).toEqual(['0.00', '<0.001', '0.004', '0.04', '0.71', '0.997', '>0.999', '1.00']);
  });

  it('logits may be anything', () => {
    expect([6.104, -2.6, 1e-5, 12_345.6].map((x) => scoreText(x, 'logits'))).toEqual([
      '6.10',
      '−2.60',
      '1e−5',
      '12346',
    ]);
  });

  it('sizes, times, rates and shares carry their unit', () => {
    expect([0, 999, 1000, 602_112, 345_100_000, 999_999].map(bytesText)).toEqual([
      '0 B',
      '999 B',
      '1 kB',
      '602 kB',
      '345 MB',
      '1 MB',
    ]);
    expect([0, 0.04, 4.06, 99.96, 999.7, 1250, 125_000].map(msText)).toEqual([
      '0.0 ms',
      '<0.1 ms',
      '4.1 ms',
      '100 ms',
      '1.00 s',
      '1.25 s',
      '2 min 5 s',
    ]);
    expect([timeText(3.256), timeText(59.999), timeText(65.2, 1), timeText(600, 0)]).toEqual([
      '3.26 s',
      '1:00.00',
      '1:05.2',
      '10:00',
    ]);
    expect([hertzText(800), hertzText(44_100)]).toEqual(['800 Hz', '44.1 kHz']);
    expect([0, 0.0004, 0.036, 0.45, 0.9999, 1].map(shareText)).toEqual([
      '0 %',
      '<0.1 %',
      '3.6 %',
      '45 %',
      '>99.9 %',
      '100 %',
    ]);
    expect([countText(1, 'box', 'boxes'), countText(0, 'item')]).toEqual(['1 box', '0 items']);
  });
});
