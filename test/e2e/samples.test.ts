import type { Page } from 'playwright';
import { expect } from 'vitest';
import { cardWords, goTo } from './actions.ts';
import { inStudio } from './hosts.ts';
import { referenceOf } from './studio.ts';

interface Top {
  readonly label: string;
  readonly probability: number;
}
interface Found {
  readonly label: string;
  readonly score: number;
}

/** Clicks a sample's card: that alone opens it and runs it. */
async function openSample(page: Page, title: string): Promise<void> {
  await page
    .getByRole('button', { name: new RegExp(`^${title}`, 'i') })
    .first()
    .click();
  await page.locator('.react-flow__node').first().waitFor();
  await page
    .locator('.status')
    .getByText(/Last run/i)
    .waitFor({ timeout: 90_000 });
}

/** `Scores: storm at sea >0.999, forest fire 0.02` as numbers; `>` and `<` count as the bound. */
function scoresIn(words: string): readonly Top[] {
  const list = words.slice(words.indexOf(': ') + 2).split(', ');
  return list.map((part) => {
    const match = /^(.*) [<>]?([\d.]+)$/.exec(part);
    return { label: match?.[1] ?? part, probability: Number(match?.[2]) };
  });
}

function expectTop(words: string, recorded: readonly Top[]): void {
  const shown = scoresIn(words);
  expect(shown[0].label).toBe(recorded[0].label);
  for (const { label, probability } of shown) {
    const same = recorded.find((top) => top.label === label);
    if (same !== undefined) expect(Math.abs(probability - same.probability), label).toBeLessThan(0.01);
  }
}

inStudio('one click on a sample shows the recorded answer of the', {
  'picture classifier': async ({ open }) => {
    const { page, errors } = await open();
    await openSample(page, 'Picture classifier');
    const { results } = referenceOf('picture-classifier') as { results: Record<string, { top: Top[] }> };
    expectTop(await cardWords(page, 'scene'), results['sunset.jpg'].top);
    expect(errors).toEqual([]);
  },
  'sound classifier': async ({ open }) => {
    const { page, errors } = await open();
    await openSample(page, 'Sound classifier');
    const { results } = referenceOf('sound-classifier') as { results: Record<string, { whole: { top: Top[] } }> };
    expectTop(await cardWords(page, 'sound'), results['siren-16k.wav'].whole.top);
    expect(errors).toEqual([]);
  },
  'text classifier': async ({ open }) => {
    const { page, errors } = await open();
    await openSample(page, 'Text classifier');
    const { results } = referenceOf('text-classifier') as { results: { text: string; top: Top[] }[] };
    const recorded = results.find(({ text }) => text.startsWith('Could you dim the lamps'));
    expectTop(await cardWords(page, 'intent'), recorded?.top ?? []);
    expect(errors).toEqual([]);
  },
  detector: async ({ open }) => {
    const { page, errors } = await open();
    await openSample(page, 'Detector');
    const { results } = referenceOf('detector') as { results: Record<string, { found: Found[] }> };
    const { found } = results['lake.jpg'];
    const words = await cardWords(page, 'boxes');
    expect(words).toContain(`Boxes: ${found.length}: `);
    const shown = scoresIn(words.replace(/^Boxes: \d+/, 'Boxes'));
    for (const [i, { label, probability }] of shown.entries()) {
      expect(label).toBe(found[i].label);
      expect(Math.abs(probability - found[i].score)).toBeLessThan(0.02);
    }
    expect(errors).toEqual([]);
  },
  'event detector': async ({ open }) => {
    const { page, errors } = await open();
    await openSample(page, 'Event detector');
    const { showcase } = referenceOf('event-detector') as { showcase: { storm: { 'product of experts': Top[] } } };
    expectTop(await cardWords(page, 'event'), showcase.storm['product of experts']);
    expect(errors).toEqual([]);
  },
  'video events': async ({ open }) => {
    const { page, errors } = await open();
    await openSample(page, 'Video events');
    await goTo(page, 'moments');
    const { results } = referenceOf('video-events') as { results: { time: number; 'product of experts': Top[] }[] };
    expectTop(await cardWords(page, 'moments'), results[0]['product of experts']);
    expect(errors).toEqual([]);
  },
});
