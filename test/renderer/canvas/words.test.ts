import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyType, many } from '../../../core/kinds/type.ts';
import { bytesText, factOfText, factText, timeText, typeBytes } from '../../../renderer/canvas/facts.ts';
import { shownLines, shownText } from '../../../renderer/canvas/shownText.ts';

describe('shownText (fault 13)', () => {
  it('writes out what steers direction, takes no room or is no character', () => {
    expect(shownText('\u202egnp.exe')).toBe('⟨U+202E⟩gnp.exe');
    expect(shownText('a\u200bb\ufeffc\u0000')).toBe('a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+0000⟩');
    expect(shownText('x\ud800y\udc00')).toBe('x⟨U+D800⟩y⟨U+DC00⟩');
    expect(shownText('one\ntwo')).toBe('one⟨U+000A⟩two');
  });
  it('leaves words of every language, and signs, as they are', () => {
    for (const text of ['grüße', 'שלום', '日本語', 'naïve café', '🛶 on the sea', '<img onerror=x>'])
      expect(shownText(text)).toBe(text);
  });
  it('cuts what is long', () => {
    expect(shownText('x'.repeat(10_000))).toBe(`${'x'.repeat(120)}…`);
    expect(shownText('x'.repeat(50), 10)).toBe(`${'x'.repeat(10)}…`);
  });
  it('never lets one of them through, and does not do it twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = shownText(text);
        expect(shown).not.toMatch(/[\u0000-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u);
        expect(shownText(shown, 10_000)).toBe(shown);
      }),
    );
  });
  it('keeps the lines of a note', () => {
    expect(shownLines('a\r\nb\u202e\n\tc')).toBe('a\nb⟨U+202E⟩\n  c');
  });
});

describe('facts', () => {
  it('says a type without what its glyph says already', () => {
    expect(factText({ ...anyType.image, width: 224, height: 224, colour: 'rgb' })).toBe('224 × 224 rgb');
    expect(factText({ ...anyType.audio, sampleRateHz: 16000, channels: 1 })).toBe('16 kHz mono');
    expect(factText({ ...anyType.tensor, dtype: 'float32', shape: [1, 3, null, 'w'] })).toBe('float32[1,3,?,w]');
    expect(factText({ ...anyType.image, sequence: { count: 'many', rateHz: 12.5 } })).toBe('12.5/s');
    expect(factText({ ...anyType.scores, classes: 8, sequence: many })).toBe('8 classes · many');
    expect(factText(anyType.image)).toBe('');
  });
  it('says the same of a type that came as text', () => {
    const types = {
      'image 1920x1280 rgb': '1920 × 1280 rgb',
      'audio 44100 Hz stereo': '44.1 kHz stereo',
      'float32[1, 3, 224, 224]': 'float32[1,3,224,224]',
      'scores[8]': '8 classes',
      'embedding[512]': '512 values',
      text: '',
    };
    for (const [text, fact] of Object.entries(types)) expect(factOfText(text)).toBe(fact);
  });
  it('counts bytes where dtype and shape are known', () => {
    expect(typeBytes({ ...anyType.tensor, dtype: 'float32', shape: [1, 3, 224, 224] })).toBe(602_112);
    expect(typeBytes({ ...anyType.tensor, dtype: 'bool', shape: [8] })).toBe(8);
    expect(typeBytes({ ...anyType.tensor, dtype: 'int64', shape: ['n', 2] })).toBeNull();
    expect(typeBytes({ ...anyType.image, width: 10, height: 10, colour: 'rgba' })).toBe(400);
    expect([bytesText(602_112), bytesText(999), bytesText(3_100_000)]).toEqual(['602 KB', '999 B', '3.1 MB']);
  });
  it('gives times in the unit that is read at once', () => {
    expect([0.04, 0.6, 12.34, 412.4, 12_400].map(timeText)).toEqual([
      '< 0.1 ms',
      '0.6 ms',
      '12.3 ms',
      '412 ms',
      '12.4 s',
    ]);
  });
});
