import type { Page } from 'playwright';
import { expect } from 'vitest';
import { node } from './actions.ts';
import { seriousFaults } from './axe.ts';
import { inStudio } from './hosts.ts';
import { sampleCopy } from './studio.ts';

/** Measures for no longer than a test has patience: the settings are the studio's own card. */
async function shortProfile(page: Page): Promise<void> {
  await page.keyboard.press('F8');
  await page.getByText('Not measured yet').waitFor();
  await page.getByRole('button', { name: 'How to measure' }).click();
  await page.getByLabel('Budget in seconds').fill('1');
  await page.keyboard.press('Escape');
  await page.keyboard.press('F8');
  await page.locator('.card').first().waitFor();
}

inStudio(
  'profile',
  {
    'one key from the canvas measures, names the slowest node, and every part shows the node that is chosen': async ({
      open,
    }) => {
      const sample = sampleCopy('picture-classifier');
      const { page, errors } = await open({ open: sample.file });
      await page.locator('.card').first().waitFor();
      await shortProfile(page);
      await page.keyboard.press('F6');
      await page.locator('.profile-strip').waitFor({ timeout: 120_000 });

      const words = page.getByRole('region', { name: 'What to look at first' });
      await words.getByText(/^Slowest:/).waitFor();
      const slowest = (await words.getByRole('button').first().textContent())?.trim() ?? '';
      const table = page.getByRole('table', { name: /^Stages/ });
      // What the sentence names is on the canvas, with its time, and hotter than nothing.
      const card = page.locator('.heat-card', { has: page.getByText(slowest, { exact: true }) }).first();
      expect(await card.getAttribute('class')).toMatch(/\bh[1-5]\b.*\bon-path\b/);
      expect(await card.textContent()).toMatch(/\d\s*ms/);

      // Stages and remainder are the whole.
      const shares = await table.locator('tfoot tr > :nth-child(6)').allTextContents();
      expect(shares.at(-1)).toBe('100 %');

      // Chosen on the canvas, chosen in the table; and back on the Design screen.
      const model = page.locator('.react-flow__node', { hasText: 'ONNX model' });
      await model.click();
      expect(await table.locator('tr.chosen').textContent()).toContain('ONNX model');
      await model.hover();
      await page.locator('.node-parts').getByText('Queue').waitFor();
      await page.getByRole('tab', { name: /^Operators/ }).click();
      await page.getByRole('table', { name: /by kernel/ }).waitFor();

      // Nothing here changes the pipeline, whatever key is pressed.
      await page
        .locator('.heat-canvas')
        .focus()
        .catch(() => undefined);
      await page.keyboard.press('Delete');
      await page.keyboard.press('F8');
      const id = (await page.locator('.react-flow__node:has(.card.selected)').getAttribute('data-id')) ?? '';
      await node(page, id).waitFor();
      expect(await page.locator('.top').getByText('Saved', { exact: true }).count()).toBe(1);
      expect(errors).toEqual([]);
      sample.remove();
    },

    'an edit makes the profile stale, undo makes it good again; a job can be cancelled': async ({ open }) => {
      const sample = sampleCopy('picture-classifier');
      const { page } = await open({ open: sample.file });
      await page.locator('.card').first().waitFor();
      await shortProfile(page);
      await page.keyboard.press('F6');
      await page.locator('.profile-strip').waitFor({ timeout: 120_000 });
      await page.keyboard.press('F8');
      await page.locator('.react-flow__node', { hasText: 'Resize shorter side' }).first().click();
      const size = page.locator('.panel.right').getByLabel('Size', { exact: true });
      await size.fill('120');
      await page.keyboard.press('Enter');
      await page.keyboard.press('F8');
      const stale = page.getByText(/^Edited since it was measured/);
      await stale.waitFor();
      expect(await stale.textContent()).toContain('120');
      await page.getByRole('button', { name: /^Undo/ }).click();
      await stale.waitFor({ state: 'detached' });

      await page.getByRole('button', { name: 'Find what helps' }).click();
      await page.getByRole('progressbar').first().waitFor();
      await page.keyboard.press('Shift+F6');
      await page.getByText(/It was cancelled/).waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Find what helps' }).waitFor();
      sample.remove();
    },

    ...Object.fromEntries(
      (['dark', 'light'] as const).map((theme) => [
        `in ${theme}: axe finds no serious fault on any part of the Profile screen`,
        async ({ open }: Parameters<Parameters<typeof inStudio>[1][string]>[0]) => {
          const sample = sampleCopy('picture-classifier');
          const { page } = await open({ open: sample.file, theme, size: { width: 1280, height: 720 } });
          await page.locator('.card').first().waitFor();
          await shortProfile(page);
          await page.keyboard.press('F6');
          await page.locator('.profile-strip').waitFor({ timeout: 120_000 });
          await page.locator('.timeline').waitFor();
          const found = [...(await seriousFaults(page, 'stages'))];
          for (const tab of ['Samples', 'Operators', 'Memory', 'Profiles', 'Latency', 'Search', 'What-if']) {
            await page.getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
            await page.waitForTimeout(300);
            found.push(...(await seriousFaults(page, tab)));
          }
          await page.getByRole('button', { name: 'How to measure' }).click();
          found.push(...(await seriousFaults(page, 'settings')));
          expect(found).toEqual([]);
          // Nothing is wider than the window.
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280);
          sample.remove();
        },
      ]),
    ),
  },
  ['browser'],
);
