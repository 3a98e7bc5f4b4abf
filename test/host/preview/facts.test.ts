import { describe, expect, it } from 'vitest';
import type { BoxesValue, EmbeddingValue, ImageValue, Json, MaskValue, Value } from '../../../core/kinds/value.ts';
import { answerOf, decoded, furthest, kept, picture, previewAs } from './kept.ts';

const text = (value: string): Value => ({ kind: 'text', text: value });

describe('the item that is shown', () => {
  const port = kept([text('first'), text('second'), text('third')], { times: [1, 2, 4.5] });
  it.each([
    [undefined, 0, 'first'],
    [0.5, 0, 'first'],
    [1, 0, 'first'],
    [1.99, 0, 'first'],
    [2, 1, 'second'],
    [4.4, 1, 'second'],
    [4.5, 2, 'third'],
    [1000, 2, 'third'],
  ])('at %s s is item %i', async (t, index, wanted) => {
    const { preview } = await answerOf(port, { t });
    expect(preview).toMatchObject({ kind: 'text', index, t: port.times[index], text: wanted });
  });

  it('is none where nothing was kept', async () => {
    expect(await answerOf(kept([]))).toEqual({ preview: null, blobs: {} });
  });
});

describe('texts', () => {
  it('are cut after 20,000 characters', async () => {
    const { preview } = await previewAs('text', { kind: 'text', text: 'a'.repeat(20_001) });
    expect([preview.text.length, preview.length]).toEqual([20_000, 20_001]);
    const whole = await previewAs('text', { kind: 'text', text: 'a'.repeat(20_000) });
    expect(whole.preview.text).toHaveLength(20_000);
  });

  it('are never cut inside a character', async () => {
    const { preview } = await previewAs('text', { kind: 'text', text: `${'a'.repeat(19_999)}😀b` });
    expect(preview.text).toBe('a'.repeat(19_999));
    const { preview: even } = await previewAs('text', { kind: 'text', text: `${'a'.repeat(19_998)}😀b` });
    expect(even.text).toBe(`${'a'.repeat(19_998)}😀`);
  });
});

describe('scores', () => {
  const data = new Float32Array(1000).map((_, i) => (i * 37) % 1000);
  it('are the best eight on a node, two hundred large', async () => {
    const value = { kind: 'scores', data, labels: null, form: 'logits' } as const;
    const { preview } = await previewAs('scores', value);
    expect(preview).toMatchObject({ form: 'logits', total: 1000 });
    expect(preview.best.map(({ value }) => value)).toEqual([999, 998, 997, 996, 995, 994, 993, 992]);
    // 37 * 27 = 999
    expect(preview.best[0]).toEqual({ label: 'class 27', value: 999, class: 27 });
    const large = await previewAs('scores', value, { view: 'large' });
    expect(large.preview.best.map(({ value }) => value)).toEqual(Array.from({ length: 200 }, (_, i) => 999 - i));
  });

  it('have their labels; equals keep their order; NaN is last', async () => {
    const labels = ['a', 'b', 'c', 'd'];
    const row = Float32Array.of(NaN, 0.5, 0.75, 0.5);
    const { preview } = await previewAs('scores', { kind: 'scores', data: row, labels, form: 'probabilities' });
    expect(preview.best.map(({ label }) => label)).toEqual(['c', 'b', 'd', 'a']);
  });
});

describe('boxes', () => {
  const boxes: BoxesValue = {
    kind: 'boxes',
    imageWidth: 200,
    imageHeight: 100,
    coordinates: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    scores: Float32Array.of(0.5, 0.75),
    classes: Int32Array.of(1, 4),
    labels: ['cat', 'dog'],
  };
  it('come best first with the picture that they lie on', async () => {
    const asked: unknown[] = [];
    const beneath = picture(200, 100, 'rgb', () => [90, 20, 10]);
    const upstreamImage = async (width: number, height: number, t?: number): Promise<ImageValue> => {
      asked.push([width, height, t]);
      return beneath;
    };
    const more = { upstreamImage, times: [3] };
    const { preview, blobs } = await previewAs('boxes', boxes, { width: 50, height: 50 }, more);
    expect(asked).toEqual([[200, 100, 3]]);
    expect(preview).toMatchObject({ imageWidth: 200, imageHeight: 100, total: 2 });
    expect(preview.boxes).toEqual([
      { x1: 5, y1: 6, x2: 7, y2: 8, score: 0.75, class: 4, label: 'class 4' },
      { x1: 1, y1: 2, x2: 3, y2: 4, score: 0.5, class: 1, label: 'dog' },
    ]);
    const shown = await decoded(blobs, preview.blob);
    expect([shown.width, shown.height]).toEqual([50, 25]);
    expect(furthest(shown.pixel(25, 12), [90, 20, 10, 255])).toBeLessThanOrEqual(3);
  });

  it('are at most 500, and none is a value', async () => {
    const many = 700;
    const { preview, blobs } = await previewAs('boxes', {
      ...boxes,
      coordinates: new Float32Array(4 * many),
      scores: new Float32Array(many).map((_, i) => i / many),
      classes: new Int32Array(many),
    });
    expect([preview.total, preview.boxes.length, preview.blob, Object.keys(blobs)]).toEqual([700, 500, undefined, []]);
    expect(preview.boxes[499].score).toBeCloseTo(200 / 700, 6);
    const none = { ...boxes, coordinates: new Float32Array(), scores: new Float32Array(), classes: new Int32Array() };
    expect((await previewAs('boxes', none)).preview).toMatchObject({ total: 0, boxes: [] });
  });
});

describe('masks', () => {
  function mask(width: number, height: number, at: (x: number, y: number) => number): MaskValue {
    const data = Uint8Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width)));
    return { kind: 'mask', width, height, data, labels: ['ground', 'cat', 'dog'] };
  }
  it('have a colour for each class, class 0 clear, and tell the shares', async () => {
    const { preview, blobs } = await previewAs(
      'mask',
      mask(4, 2, (x, y) => (y === 0 ? 0 : x < 3 ? 2 : 7)),
    );
    expect(preview).toMatchObject({ width: 4, height: 2 });
    expect(preview.classes.map(({ class: index, label, share }) => [index, label, share])).toEqual([
      [0, 'ground', 0.5],
      [2, 'dog', 0.375],
      [7, 'class 7', 0.125],
    ]);
    const shown = await decoded(blobs, preview.blob);
    expect([shown.width, shown.height, shown.pixel(1, 0)[3]]).toEqual([4, 2, 0]);
    const hex = (pixel: readonly number[]) =>
      `#${pixel
        .slice(0, 3)
        .map((v) => v.toString(16).padStart(2, '0'))
        .join('')}`;
    expect([hex(shown.pixel(0, 1)), hex(shown.pixel(3, 1))]).toEqual(preview.classes.slice(1).map((c) => c.colour));
    expect(new Set(preview.classes.map((c) => c.colour)).size).toBe(3);
    expect(preview.under).toBeUndefined();
  });

  it('keep classes whole when they shrink, and lie on the picture', async () => {
    const beneath = picture(300, 300, 'grey', () => [77]);
    const value = mask(300, 300, (x, y) => (x < 150 ? 1 : 2) * (y < 150 ? 0 : 1));
    const more = { upstreamImage: async () => beneath };
    const { preview, blobs } = await previewAs('mask', value, { width: 60, height: 60 }, more);
    const shown = await decoded(blobs, preview.blob);
    expect([shown.width, shown.height]).toEqual([60, 60]);
    const seen = new Set<string>();
    for (let y = 0; y < 60; y++) for (let x = 0; x < 60; x++) seen.add(shown.pixel(x, y).join());
    expect(seen.size).toBe(3);
    expect(shown.pixel(29, 29)[3]).toBe(0);
    expect(shown.pixel(29, 30)).not.toEqual(shown.pixel(30, 30));
    const under = await decoded(blobs, preview.under);
    expect(furthest(under.pixel(30, 30), [77, 77, 77, 255])).toBeLessThanOrEqual(1);
  });
});

describe('embeddings', () => {
  const vector = (...data: number[]): EmbeddingValue => ({
    kind: 'embedding',
    data: Float32Array.from(data),
    unit: false,
  });
  it('tell norm and strip', async () => {
    const { preview } = await previewAs('embedding', vector(3, 4, 0, 0, 1, 3, 5, 5), { width: 4 });
    expect(preview).toMatchObject({ length: 8, unit: false, strip: [3.5, 0, 2, 5] });
    expect(preview.norm).toBeCloseTo(Math.sqrt(85), 12);
    expect(preview.similarity).toBeUndefined();
    expect((await previewAs('embedding', vector(1, 2), { width: 100 })).preview.strip).toEqual([1, 2]);
  });

  it('are compared with one another when large', async () => {
    const port = kept([vector(1, 0), vector(0, 2), vector(-3, 0), vector(1, 1), vector(0, 0), vector(1)], {
      times: [0, 0.5, 1, 1.25, 2, 3],
    });
    const { preview } = await answerOf(port, { view: 'large' });
    const { names, rows } = (preview?.kind === 'embedding' ? preview.similarity : null) ?? { names: [], rows: [] };
    expect(names).toEqual(['0 s', '0.5 s', '1 s', '1.25 s', '2 s', '3 s']);
    const half = Math.SQRT1_2;
    const wanted = [
      [1, 0, -1, half, 0, 0],
      [0, 1, 0, half, 0, 0],
      [-1, 0, 1, -half, 0, 0],
      [half, half, -half, 1, 0, 0],
      [0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 1],
    ];
    for (const [i, row] of wanted.entries()) expect(furthest(rows[i], row)).toBeLessThan(1e-7);
  });

  it('of a long sequence are 64, evenly chosen', async () => {
    const port = kept(Array.from({ length: 1000 }, (_, i) => vector(Math.cos(i / 1000), Math.sin(i / 1000))));
    const { preview } = await answerOf(port, { view: 'large' });
    const { names, rows } = (preview?.kind === 'embedding' ? preview.similarity : null) ?? { names: [], rows: [] };
    expect([names.length, names[0], names[63], rows.length, rows[0].length]).toEqual([64, '0 s', '999 s', 64, 64]);
    expect(rows[0][63]).toBeCloseTo(Math.cos(0.999), 6);
  });
});

describe('json', () => {
  const shownOf = async (json: Json) => (await previewAs('json', { kind: 'json', json })).preview.json;
  it('goes as it is while it is small', async () => {
    const json = { a: [1, 'two', null, true], b: { c: [] }, '': 'x'.repeat(1000) };
    expect(await shownOf(json)).toEqual(json);
  });

  it('is cut everywhere alike, and says how much is left out', async () => {
    const json = {
      many: Array.from({ length: 100_000 }, (_, i) => i),
      small: { kept: 'yes' },
      long: 'é'.repeat(500_000),
    };
    const cut = await shownOf(json);
    expect(Buffer.byteLength(JSON.stringify(cut))).toBeLessThanOrEqual(200_000);
    expect(Buffer.byteLength(JSON.stringify(cut))).toBeGreaterThan(50_000);
    const { many, small, long } = cut as { many: (number | string)[]; small: Json; long: string };
    const last = many.at(-1);
    expect(many.slice(0, 3)).toEqual([0, 1, 2]);
    expect(last).toBe(`… ${100_000 - (many.length - 1)} more items`);
    expect(small).toEqual({ kept: 'yes' });
    const left = /^é+… (\d+) more characters$/.exec(long)?.[1];
    expect(Number(left) + long.lastIndexOf('é') + 1).toBe(500_000);
  });

  it('cuts objects of many entries, deep trees, and long names', async () => {
    const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`key ${i}`, i]));
    const cut = (await shownOf(wide)) as Record<string, Json>;
    const keys = Object.keys(cut);
    expect(cut['…']).toBe(`${50_000 - (keys.length - 1)} more entries`);
    expect(keys.slice(0, 2)).toEqual(['key 0', 'key 1']);
    let deep: Json = 'x'.repeat(100);
    for (let i = 0; i < 20; i++) deep = [deep, deep, 'side'.repeat(100)];
    expect(JSON.stringify(await shownOf(deep)).length).toBeLessThanOrEqual(200_000);
    const named = await shownOf({ ['n'.repeat(3_000_000)]: 1 });
    expect(JSON.stringify(named).length).toBeLessThanOrEqual(200_000);
  });
});
