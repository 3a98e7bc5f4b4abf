import { expect, it } from 'vitest';
import type { ImageValue, Value } from '../../../../core/kinds/value.ts';
import { agreementOf } from '../../../../core/serve/drift/agreement.ts';
import { featuresOf } from '../../../../core/serve/drift/features.ts';
import { Feedback, wilson } from '../../../../core/serve/drift/feedback.ts';

function picture(width: number, height: number, at: (x: number, y: number) => number): ImageValue {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.fill(at(x, y), 3 * (y * width + x), 3 * (y * width + x) + 3);
  const geometry = { originalWidth: width, originalHeight: height } as unknown as ImageValue['geometry'];
  return { kind: 'image', width, height, colour: 'rgb', data, geometry };
}

const sound = (hz: number, level: number, rate = 16_000): Value => ({
  kind: 'audio',
  sampleRateHz: rate,
  channels: [Float32Array.from({ length: rate }, (_, i) => level * Math.sin((2 * Math.PI * hz * i) / rate))],
});

it('tells light, contrast and focus of pictures', () => {
  const flat = featuresOf(picture(64, 48, () => 51));
  expect(flat).toMatchObject({
    width: 64,
    height: 48,
    aspect: 64 / 48,
    contrast: expect.closeTo(0, 6),
    sharpness: expect.closeTo(0, 6),
  });
  expect(flat['brightness']).toBeCloseTo(0.2, 6);
  const sharp = featuresOf(picture(64, 64, (x) => (x % 8 < 4 ? 0 : 255)));
  const soft = featuresOf(picture(64, 64, (x) => Math.round(127.5 + 127.5 * Math.sin((2 * Math.PI * x) / 8))));
  expect(sharp['brightness']).toBeCloseTo(0.5, 2);
  expect(sharp['sharpness']).toBeGreaterThan(1.3 * Number(soft['sharpness']));
});

it('tells level and frequency of sound', () => {
  const tone = featuresOf(sound(1000, 0.5));
  expect(tone['loudness']).toBeCloseTo(20 * Math.log10(0.5 / Math.SQRT2), 2);
  expect(tone['peak']).toBeCloseTo(20 * Math.log10(0.5), 1);
  expect(tone['frequencyHz']).toBeCloseTo(1000, -1);
  expect(tone['bandwidth']).toBeCloseTo(1, 1);
  expect(featuresOf(sound(3000, 0.5))['frequencyHz']).toBeCloseTo(3000, -2);
  expect(featuresOf(sound(1000, 0))).toMatchObject({ loudness: -120, silence: 1 });
});

it.each([
  ['The cat sat on the mat and it was happy with you', 'English'],
  ['Das ist ein Hund und er ist nicht im Haus', 'German'],
  ['Il y a une maison dans la rue et nous sommes pour vous', 'French'],
  ['Кошка сидит на окне', 'Cyrillic'],
  ['猫が窓に座っています', 'Japanese'],
  ['猫坐在窗户上', 'Han'],
  ['zxcv qwrt', 'Latin'],
  ['12 34', 'none'],
])('tells the language of "%s"', (text, language) => {
  expect(featuresOf({ kind: 'text', text })['language']).toBe(language);
});

it('tells of scores, embeddings, boxes and tokens', () => {
  const labels = ['a', 'b', 'c', 'd'];
  const even = featuresOf({
    kind: 'scores',
    data: Float32Array.of(0.25, 0.25, 0.25, 0.25),
    labels,
    form: 'probabilities',
  });
  expect(even).toMatchObject({ best: 'a', top: 0.25, margin: 0 });
  expect(even['entropy']).toBeCloseTo(Math.log(4), 6);
  const sure = featuresOf({ kind: 'scores', data: Float32Array.of(0, 20, 0, 0), labels, form: 'logits' });
  expect(sure).toMatchObject({ best: 'b', top: expect.closeTo(1, 6), entropy: expect.closeTo(0, 4) });
  const [a, b] = [Float32Array.of(3, 4, 0, 0, 1), Float32Array.of(6, 8, 0, 0, 2)];
  const [one, two] = [a, b].map((data) => featuresOf({ kind: 'embedding', data, unit: false }));
  expect(two['norm']).toBeCloseTo(2 * Number(one['norm']), 6);
  expect(two['direction1']).toBeCloseTo(Number(one['direction1']), 6);
  expect(featuresOf({ kind: 'json', json: ['the', '[UNK]', 'cat', '<unk>'] })).toEqual({ tokens: 4, unknown: 0.5 });
  expect(featuresOf({ kind: 'json', json: { a: 1 } })).toEqual({});
});

it('tells how far two opinions agree', () => {
  const scores = (...data: number[]) =>
    ({ kind: 'scores', data: Float32Array.from(data), labels: null, form: 'probabilities' }) as const;
  expect(agreementOf(scores(0.5, 0.5), scores(0.5, 0.5))).toEqual({ divergence: 0, same: 'yes' });
  expect(agreementOf(scores(1, 0), scores(0, 1))).toEqual({ divergence: 1, same: 'no' });
  expect(agreementOf(scores(1, 0), scores(0, 0, 1))).toEqual({});
});

it('counts how right answers were once the truth is told, each once, while it remembers them', () => {
  const feedback = new Feedback({ most: 3, keptMs: 1000, windowMs: 100, windows: 2 });
  for (const id of ['r1', 'r2', 'r3', 'r4']) feedback.answered(id, { scene: 'beach' }, 0);
  expect(feedback.tell('r1', 'scene', 'beach', 1)).toBe('unknown-request');
  expect(feedback.tell('r2', 'scene', 'beach', 1)).toBe('right');
  expect(feedback.tell('r2', 'scene', 'beach', 1)).toBe('told-before');
  expect(feedback.tell('r3', 'scene', 'city', 1)).toBe('wrong');
  expect(feedback.tell('r4', 'other', 'city', 1)).toBe('unknown-output');
  expect(feedback.accuracy('scene')).toMatchObject([{ right: 1, of: 2, fromMs: 0, toMs: 100 }]);
  expect(feedback.tell('r4', 'scene', 'beach', 2000)).toBe('unknown-request');
  const none = new Feedback({ most: 0, keptMs: 1000, windowMs: 100, windows: 2 });
  none.answered('r1', { scene: 'beach' }, 0);
  expect(none.tell('r1', 'scene', 'beach', 1)).toBe('unknown-request');
  // Published: 8 of 10 gives 0.4901625 to 0.9433178 (R, binom.wilson).
  expect(wilson(8, 10).low).toBeCloseTo(0.4901625, 5);
  expect(wilson(8, 10).high).toBeCloseTo(0.9433178, 5);
});
