import { expect, it } from 'vitest';
import { seededRandom } from '../../../../core/profile/random.ts';
import { DriftMonitor, type DriftWindow, type WindowTest } from '../../../../core/serve/drift/monitor.ts';
import { ended as tested, testingNumbers, testingWords } from '../../../../core/serve/drift/permutation.ts';
import { captureReference, parseReference } from '../../../../core/serve/drift/reference.ts';

/** By Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function ended(test: WindowTest | null): DriftWindow {
  if (test === null) throw new Error('no window was closed');
  for (;;) {
    const step = test.next();
    if (step.done) return step.value;
  }
}

const testNumbers = (...given: Parameters<typeof testingNumbers>) => tested(testingNumbers(...given));
const testWords = (...given: Parameters<typeof testingWords>) => tested(testingWords(...given));

/** The two distribution functions, looked at everywhere: the definition of the distance. */
function plainDistance(a: readonly number[], b: readonly number[]): number {
  const below = (list: readonly number[], x: number) => list.filter((y) => y <= x).length / list.length;
  return Math.max(...[...a, ...b].map((x) => Math.abs(below(a, x) - below(b, x))));
}

it('measures the distance as it is defined, ties and all', () => {
  const random = seededRandom(7);
  for (let round = 0; round < 30; round++) {
    const draw = (count: number) =>
      Array.from({ length: count }, () => Math.floor(random() * (round % 2 === 0 ? 5 : 1e6)));
    const [a, b] = [draw(1 + Math.floor(random() * 12)), draw(1 + Math.floor(random() * 30))];
    expect(testNumbers(a, b, random).distance).toBeCloseTo(plainDistance(a, b), 12);
  }
  expect(testWords(['a', 'a', 'b', 'b'], ['a', 'c'], random).distance).toBeCloseTo(0.5, 12);
});

it('agrees with counting every way in which a small window could have been drawn', () => {
  const [reference, window] = [
    [1, 2, 3, 4, 5, 6],
    [5.5, 7, 8],
  ];
  const all = [...reference, ...window];
  const far = plainDistance(reference, window);
  let [asFar, ways] = [0, 0];
  for (let i = 0; i < 9; i++)
    for (let j = i + 1; j < 9; j++)
      for (let k = j + 1; k < 9; k++) {
        const own = [all[i], all[j], all[k]];
        ways++;
        if (
          plainDistance(
            all.filter((_, at) => at !== i && at !== j && at !== k),
            own,
          ) >=
          far - 1e-12
        )
          asFar++;
      }
  const ps = Array.from({ length: 40 }, (_, seed) => testNumbers(reference, window, seededRandom(seed)).p);
  expect(ps.reduce((a, b) => a + b) / ps.length).toBeGreaterThan((0.8 * asFar) / ways);
  expect(ps.reduce((a, b) => a + b) / ps.length).toBeLessThan((1.25 * asFar) / ways);
});

it.each([
  ['numbers without ties', (random: () => number) => normal(random), 60, 50],
  ['few different numbers', (random: () => number) => Math.floor(random() * 3), 60, 50],
  ['a reference of eight', (random: () => number) => random() ** 3, 8, 100],
])('p-values are calibrated: %s', (_, draw, before, now) => {
  const random = seededRandom(11);
  const rounds = 400;
  let [five, one] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const { p } = testNumbers(
      Array.from({ length: before }, () => draw(random)),
      Array.from({ length: now }, () => draw(random)),
      random,
    );
    if (p <= 0.05) five++;
    if (p <= 0.01) one++;
  }
  // Four standard deviations over what is promised; ties only make it rarer.
  expect(five / rounds).toBeLessThan(0.05 + 4 * Math.sqrt((0.05 * 0.95) / rounds));
  expect(one / rounds).toBeLessThan(0.01 + 4 * Math.sqrt((0.01 * 0.99) / rounds));
  if (_ === 'numbers without ties') expect(five / rounds).toBeGreaterThan(0.015);
});

const place = (end: string) => ({ node: end.split('.')[0], modality: end.split('.')[0] });
const seen = (random: () => number, shift = 0, dark = 0) => ({
  'sound.audio': { loudness: -20 + normal(random) + shift, seconds: 2 + random() },
  'photo.image': {
    brightness: Math.min(1, Math.max(0, 0.5 + 0.1 * normal(random) - dark)),
    width: random() < 0.5 ? 640 : 1280,
    sharpness: random(),
  },
  'words.text': { language: random() < 0.9 ? 'English' : 'Latin', characters: Math.floor(20 + 30 * random()) },
});

it('raises no alert while nothing drifts, and names node and modality when something does', () => {
  const random = seededRandom(3);
  const reference = captureReference(
    Array.from({ length: 150 }, () => seen(random)),
    place,
  );
  const settings = { window: 60, windowMs: 1e9, falseAlerts: 0.01 };
  const monitor = new DriftMonitor(reference, settings);
  let alerts = 0;
  for (let window = 0; window < 40; window++) {
    let closed: WindowTest | null = null;
    for (let i = 0; i < settings.window; i++) closed = monitor.observe(seen(random), window);
    const found = ended(closed);
    expect(found.number).toBe(window);
    expect(found.statistics).toHaveLength(7);
    if (found.alerts.length > 0) alerts++;
  }
  expect(alerts).toBeLessThanOrEqual(3);
  let closed: WindowTest | null = null;
  for (let i = 0; i < settings.window; i++) closed = monitor.observe(seen(random, 0, 0.25), 50);
  const drifted = ended(closed);
  expect(drifted.alerts.map(({ end, statistic, modality }) => [end, statistic, modality])).toEqual([
    ['photo.image', 'brightness', 'photo'],
  ]);
  expect(drifted.alerts[0].now).toBeLessThan(drifted.alerts[0].before as number);
});

it('sees words change, and closes an old window that is not full', () => {
  const random = seededRandom(5);
  const reference = captureReference(
    Array.from({ length: 100 }, () => seen(random)),
    place,
  );
  const monitor = new DriftMonitor(reference, { window: 1000, windowMs: 60_000, falseAlerts: 0.01 });
  for (let i = 0; i < 19; i++) monitor.observe({ 'words.text': { language: 'German', characters: 30 } }, 0);
  expect(monitor.tick(60_000)).toBeNull();
  monitor.observe({ 'words.text': { language: 'German', characters: 30 } }, 0);
  expect(monitor.tick(59_999)).toBeNull();
  const found = ended(monitor.tick(60_000));
  expect(found.observations).toBe(20);
  expect(found.alerts[0]).toMatchObject({ statistic: 'language', before: 'English', now: 'German', node: 'words' });
  expect(monitor.tick(200_000)).toBeNull();
});

it('ignores what the reference does not know, and says what is no reference', () => {
  const reference = captureReference([{ 'a.x': { n: 1 } }], place);
  expect(parseReference(JSON.parse(JSON.stringify(reference)), 'drift.json')).toEqual(reference);
  expect(() => parseReference({ format: 'other' }, 'drift.json')).toThrow(/drift.json/);
  const monitor = new DriftMonitor(reference, { window: 20, windowMs: 1, falseAlerts: 0.01 });
  let closed: WindowTest | null = null;
  for (let i = 0; i < 20; i++) closed = monitor.observe({ 'b.y': { n: 2 } }, 0);
  expect(ended(closed)).toMatchObject({ observations: 20, statistics: [], alerts: [] });
});
