import type { Page } from 'playwright';
import { expect } from 'vitest';
import { inStudio } from './hosts.ts';
import { referenceOf } from './studio.ts';

/** What each sample must show on its result's card, from the values that the Python pipeline recorded. */
interface Top {
  readonly label: string;
  readonly probability: number;
}

async function openSample(page: Page, title: string): Promise<void> {
  await page
    .getByRole('button', { name: new RegExp(title, 'i') })
    .first()
    .click();
  await page.locator('.react-flow__node').first().waitFor();
  // One click on a sample runs it.
  await page
    .locator('.status')
    .getByText(/Last run/i)
    .waitFor({ timeout: 90_000 });
}

async function cardSays(page: Page, id: string): Promise<string> {
  const preview = page.locator(`.react-flow__node[data-id="${id}"] .card-well [aria-label]`).first();
  await preview.waitFor();
  return (await preview.getAttribute('aria-label')) ?? '';
}

inStudio('a sample', {
  'of pictures shows the recorded class after one click': async ({ open }) => {
    const { page, errors } = await open();
    await openSample(page, 'Picture classifier');
    const reference = referenceOf('picture-classifier') as {
      readonly results: Readonly<Record<string, { readonly top: readonly Top[] }>>;
    };
    expect(await cardSays(page, 'scene')).toContain(reference.results['sunset.jpg'].top[0].label);
    expect(errors).toEqual([]);
  },
});
