import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright';
import { BackEnd, launchBrowser, openStudio, root, sampleCopy } from '../test/e2e/studio.ts';

/**
 * Takes the pictures of the README and docs from the real studio: every screen in both themes.
 *
 *     node scripts/run.mjs scripts/screenshots.ts [folder]
 */
const folder = path.resolve(process.argv[2] ?? path.join(root, 'docs/screens'));
mkdirSync(folder, { recursive: true });

async function settled(page: Page): Promise<void> {
  await page.waitForTimeout(600);
  await page.evaluate(() => document.fonts.ready);
}

async function shoot(page: Page, name: string): Promise<void> {
  await settled(page);
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

async function ran(page: Page): Promise<void> {
  await page.keyboard.press('F5');
  await page
    .locator('.status')
    .getByText(/Last run/)
    .waitFor({ timeout: 60_000 });
}

const browser = await launchBrowser();
const sample = sampleCopy('event-detector');
const video = sampleCopy('video-events');
try {
  for (const theme of ['dark', 'light'] as const) {
    const backEnd = new BackEnd();
    const studio = await openStudio('browser', { browser, backEnd, theme });
    const { page } = studio;
    await page.locator('.welcome img').first().waitFor({ timeout: 60_000 });
    await shoot(page, `welcome-${theme}`);
    await page.evaluate((file) => {
      location.hash = `open=${encodeURIComponent(file)}`;
    }, sample.file);
    await page.locator('.react-flow__node').first().waitFor();
    await ran(page);
    await page.keyboard.press('Shift+1');
    await shoot(page, `design-${theme}`);
    await page.keyboard.press('ControlOrMeta+k');
    await shoot(page, `commands-${theme}`);
    await page.keyboard.press('Escape');
    await page.evaluate((file) => {
      location.hash = `open=${encodeURIComponent(file)}`;
    }, video.file);
    await page.waitForTimeout(1000);
    await ran(page);
    await page.keyboard.press('Shift+1');
    await shoot(page, `video-${theme}`);
    await studio.close();
    await backEnd.stop();
  }
} finally {
  sample.remove();
  video.remove();
  await browser.close();
}
