import { expect, it } from 'vitest';
import { seededRandom } from '../../../../core/profile/random.ts';
import { Feedback } from '../../../../core/serve/drift/feedback.ts';
import { DriftMonitor, type DriftWindow } from '../../../../core/serve/drift/monitor.ts';
import { ended, shuffles, testingNumbers } from '../../../../core/serve/drift/permutation.ts';
import { captureReference, type Observation } from '../../../../core/serve/drift/reference.ts';

/** By Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

const place = (end: string) => ({ node: end.split('.')[0], modality: 'image' });

/** Statistics that hang together, as those of one picture do; with ties, with words, with bounds. */
function seen(random: () => number): Observation {
  const light = normal(random);
  return {
    'photo.image': {
      brightness: light,
      contrast: 0.5 * light + normal(random),
      sharpness: random(),
      width: random() < 0.5 ? 640 : 1280,
    },
    'scores.scores': { top: random() ** 0.3, entropy: random(), best: 'abcd'[Math.floor(4 * random() ** 2)] },
  };
}

function windowOf(monitor: DriftMonitor, observations: readonly Observation[]): DriftWindow {
  for (const observation of observations) {
    const test = monitor.observe(observation, 0);
    if (test === null) continue;
    for (;;) {
      const step = test.next();
      if (step.done) return step.value;
    }
  }
  throw new Error('no window was closed');
}

it.each([8, 40])('one window in a hundred raises a false alert, over references of %i samples', (samples) => {
  const random = seededRandom(samples);
  const size = 50;
  let [windows, alarms] = [0, 0];
  for (let capture = 0; capture < 80; capture++) {
    const reference = captureReference(
      Array.from({ length: samples }, () => seen(random)),
      place,
    );
    const monitor = new DriftMonitor(reference, { window: size, windowMs: 1e12, falseAlerts: 0.01 });
    for (let i = 0; i < 3; i++) {
      windows++;
      const { alerts } = windowOf(
        monitor,
        Array.from({ length: size }, () => seen(random)),
      );
      if (alerts.length > 0) alarms++;
    }
  }
  // Windows of one reference go together, three at most: four deviations of so many that are apart.
  expect(alarms / windows).toBeLessThan(0.01 + 4 * Math.sqrt((0.01 * 0.99) / (windows / 3)));
});

it('a pipeline with hundreds of statistics can raise an alert: there are as many shuffles as its correction needs', () => {
  const random = seededRandom(4);
  const many = (shift: number): Observation =>
    Object.fromEntries(
      Array.from({ length: 60 }, (_, node) => [
        `n${node}.scores`,
        { a: normal(random) + (node === 7 ? shift : 0), b: normal(random), c: random() },
      ]),
    );
  const settings = { window: 40, windowMs: 1e12, falseAlerts: 0.01 };
  const reference = captureReference(
    Array.from({ length: 60 }, () => many(0)),
    place,
  );
  // What the usual number of shuffles can give at the least, corrected, is more than an alert may be.
  expect((180 * 1) / (shuffles + 1)).toBeGreaterThan(settings.falseAlerts);
  const monitor = new DriftMonitor(reference, settings);
  expect(
    windowOf(
      monitor,
      Array.from({ length: 40 }, () => many(0)),
    ).alerts,
  ).toEqual([]);
  const { statistics, alerts } = windowOf(
    monitor,
    Array.from({ length: 40 }, () => many(3)),
  );
  expect(statistics).toHaveLength(180);
  expect(alerts).toMatchObject([{ node: 'n7', statistic: 'a' }]);
  expect(alerts[0].corrected).toBeLessThanOrEqual(0.01);
});

it('a test pauses while it shuffles, and gives the same when it is run in one go', () => {
  const random = seededRandom(1);
  const [before, now] = [0, 3].map((shift) => Array.from({ length: 50 }, () => normal(random) + shift));
  const testing = testingNumbers(before, now, seededRandom(5));
  let pauses = 0;
  let step = testing.next();
  for (; !step.done; step = testing.next()) pauses++;
  expect(pauses).toBeGreaterThan(10);
  expect(step.value).toEqual(ended(testingNumbers(before, now, seededRandom(5))));
  expect(step.value.p).toBe(1 / (shuffles + 1));
});

it('forgets what was told of an answer with the answer itself', () => {
  const feedback = new Feedback({ most: 1, keptMs: 1000, windowMs: 100, windows: 2 });
  feedback.answered('r', { scene: 'beach' }, 0);
  expect(feedback.tell('r', 'scene', 'beach', 1)).toBe('right');
  // Another output comes in its place; then the same id again.
  feedback.answered('other', { mood: 'calm' }, 2);
  expect(feedback.tell('r', 'scene', 'beach', 3)).toBe('unknown-request');
  feedback.answered('r', { scene: 'beach' }, 4);
  expect(feedback.tell('r', 'scene', 'beach', 5)).toBe('right');
});
