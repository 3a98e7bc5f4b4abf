import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright';
import sharp from 'sharp';
import { carryWire, openFile } from '../test/e2e/actions.ts';
import { pipelineFile } from '../test/e2e/pipelines.ts';
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
  const picture = await page.screenshot();
  // A palette of 256: a third of the bytes, and nobody sees it.
  await sharp(picture)
    .png({ palette: true, effort: 10 })
    .toFile(path.join(folder, `${name}.png`));
}

async function ran(page: Page): Promise<void> {
  await page.keyboard.press('F5');
  await page
    .locator('.status')
    .getByText(/Last run/)
    .waitFor({ timeout: 60_000 });
}

async function profiled(page: Page): Promise<void> {
  await page.keyboard.press('F6');
  await page.locator('.profile-strip').waitFor({ timeout: 180_000 });
  await page.locator('.timeline canvas').first().waitFor();
  await page.waitForTimeout(1500);
}

const browser = await launchBrowser();
const sample = sampleCopy('event-detector');
const detector = sampleCopy('detector');
const wrong = pipelineFile('quay', {
  nodes: [
    { id: 'photo', type: 'input.image@1', params: { file: 'sunset.jpg' }, position: { x: 0, y: 0 } },
    { id: 'fit', type: 'image.letterbox@1', params: { width: 96, height: 96 }, position: { x: 220, y: 0 } },
    { id: 'tensor', type: 'image.toTensor@1', params: { layout: 'NHWC' }, position: { x: 440, y: 0 } },
    { id: 'model', type: 'model.onnx@1', params: { model: 'scenes.onnx' }, position: { x: 760, y: 0 } },
    { id: 'classes', type: 'result.softmax@1', position: { x: 760, y: 300 } },
    { id: 'drawn', type: 'output.image@1', position: { x: 760, y: 560 } },
  ],
  wires: [
    { from: 'photo.image', to: 'fit.image' },
    { from: 'fit.image', to: 'tensor.image' },
  ],
});
copyFileSync(path.join(root, 'samples/picture-classifier/models/scenes.onnx'), path.join(wrong.folder, 'scenes.onnx'));
copyFileSync(path.join(root, 'samples/picture-classifier/media/sunset.jpg'), path.join(wrong.folder, 'sunset.jpg'));
try {
  for (const theme of ['dark', 'light'] as const) {
    const backEnd = new BackEnd();
    const studio = await openStudio('browser', { browser, backEnd, theme });
    const { page } = studio;
    await page.locator('.welcome img').first().waitFor({ timeout: 60_000 });
    await shoot(page, `welcome-${theme}`);
    await openFile(page, sample.file);
    await ran(page);
    await shoot(page, `design-${theme}`);
    await profiled(page);
    await shoot(page, `profile-${theme}`);
    await page.keyboard.press('F8');
    await openFile(page, detector.file);
    await page.waitForTimeout(1000);
    await ran(page);
    await page.locator('.react-flow__node[data-id="decode"] .preview-open').click();
    await shoot(page, `viewer-${theme}`);
    await page.keyboard.press('Escape');
    await openFile(page, wrong.path);
    await page.locator('.react-flow__node[data-id="model"]').waitFor();
    await carryWire(page, 'tensor.tensor', 'model.pixel_values');
    await page.locator('.wrong-wire').waitFor();
    await shoot(page, `wrong-wire-${theme}`);
    await page.mouse.up();
    await page.keyboard.press('Escape');
    await studio.close();
    await backEnd.stop();
  }
} finally {
  sample.remove();
  detector.remove();
  wrong.remove();
  await browser.close();
}
