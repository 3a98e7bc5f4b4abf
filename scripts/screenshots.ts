import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright';
import sharp from 'sharp';
import { carryWire, input, openFile } from '../test/e2e/actions.ts';
import { pipelineFile } from '../test/e2e/pipelines.ts';
import { BackEnd, launchBrowser, openStudio, root, sampleCopy } from '../test/e2e/studio.ts';

/**
 * Takes the pictures of the README and docs from the real studio: every screen in both themes.
 *
 *     node scripts/run.mjs scripts/screenshots.ts [folder] [screen …]
 *
 * Screens: design (welcome, profile, advice, viewer, wrong-wire with it), compiled, shrink, export; all unless some are named.
 */
const folder = path.resolve(process.argv[2] ?? path.join(root, 'docs/screens'));
const wanted = process.argv.slice(3);
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
    .waitFor({ timeout: 240_000 });
}

async function profiled(page: Page): Promise<void> {
  await page.keyboard.press('F6');
  await page.locator('.profile-strip').waitFor({ timeout: 180_000 });
  await page.locator('.timeline canvas').first().waitFor();
  await page.waitForTimeout(1500);
}

/** What would make it faster, each tried. */
async function advised(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Find what helps' }).click();
  await page.getByRole('progressbar').first().waitFor();
  await page.locator('.advice-row, .advice-list li').first().waitFor({ timeout: 240_000 });
  await page.getByRole('progressbar').first().waitFor({ state: 'detached', timeout: 240_000 });
}

async function shrunk(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+Alt+S');
  const dialog = page.getByRole('dialog', { name: 'Make models smaller or faster' });
  await dialog.getByRole('radio', { name: /int8, dynamic/ }).check();
  await dialog.getByRole('button', { name: 'Try it', exact: true }).click();
  await dialog.getByRole('button', { name: 'Apply', exact: true }).waitFor({ timeout: 240_000 });
}

async function exported(page: Page, to: string): Promise<void> {
  await page.keyboard.press('F9');
  await page.locator('.export-viewer ol').waitFor({ timeout: 120_000 });
  const cards = await page.getByRole('radio').count();
  await page.waitForFunction(
    (count) => document.querySelectorAll('.export-standing.ok, .export-standing.warning').length === count,
    cards,
    { timeout: 120_000 },
  );
  await page.getByLabel('Where to').fill(to);
  await page.locator('.export-go').click();
  await page.locator('.parity-count').waitFor({ timeout: 120_000 });
}

type Theme = 'dark' | 'light';

/** The first screens, one after the other as a person meets them. */
async function mainScreens(page: Page, theme: Theme): Promise<void> {
  const sample = sampleCopy('event-detector');
  const detector = sampleCopy('detector');
  const wrong = wrongPipeline();
  try {
    await page.locator('.welcome img').first().waitFor({ timeout: 60_000 });
    await shoot(page, `welcome-${theme}`);
    await openFile(page, sample.file);
    await ran(page);
    await shoot(page, `design-${theme}`);
    await profiled(page);
    await shoot(page, `profile-${theme}`);
    await advised(page);
    await shoot(page, `advice-${theme}`);
    await page.keyboard.press('F8');
    await openFile(page, detector.file);
    await page.waitForTimeout(1000);
    await ran(page);
    await page.locator('.react-flow__node[data-id="decode"] .preview-open').click();
    await shoot(page, `viewer-${theme}`);
    await page.keyboard.press('Escape');
    await openFile(page, wrong.path);
    await page.locator('.react-flow__node[data-id="model"]').waitFor();
    // The model's ports are known once it has been read.
    await input(page, 'model.pixel_values').waitFor();
    await settled(page);
    await carryWire(page, 'tensor.tensor', 'model.pixel_values');
    await page.locator('.wrong-wire').waitFor();
    await shoot(page, `wrong-wire-${theme}`);
    await page.mouse.up();
  } finally {
    sample.remove();
    detector.remove();
    wrong.remove();
  }
}

async function compiledScreen(page: Page, theme: Theme): Promise<void> {
  await onSample(page, 'event-detector', async () => {
    await ran(page);
    await page.keyboard.press('ControlOrMeta+Alt+4');
    await page.getByRole('table', { name: 'Compiled parts' }).waitFor();
    await shoot(page, `compiled-${theme}`);
  });
}

async function shrinkScreen(page: Page, theme: Theme): Promise<void> {
  await onSample(page, 'text-classifier', async () => {
    await shrunk(page);
    await shoot(page, `shrink-${theme}`);
  });
}

async function exportScreen(page: Page, theme: Theme): Promise<void> {
  // Its name is in the picture.
  const bundles = mkdtempSync(path.join(os.tmpdir(), 'b'));
  try {
    await onSample(page, 'event-detector', async () => {
      await exported(page, path.join(bundles, 'deployments/bundles/event-detector-container'));
      await page.locator('.export-viewer ol').focus();
      await shoot(page, `export-${theme}`);
    });
  } finally {
    rmSync(bundles, { recursive: true, force: true });
  }
}

async function onSample(page: Page, name: string, act: () => Promise<void>): Promise<void> {
  const sample = sampleCopy(name);
  try {
    await openFile(page, sample.file);
    await page.locator('.card').first().waitFor();
    await page.waitForTimeout(1000);
    await act();
  } finally {
    sample.remove();
  }
}

function wrongPipeline(): ReturnType<typeof pipelineFile> {
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
  copyFileSync(
    path.join(root, 'samples/picture-classifier/models/scenes.onnx'),
    path.join(wrong.folder, 'scenes.onnx'),
  );
  copyFileSync(path.join(root, 'samples/picture-classifier/media/sunset.jpg'), path.join(wrong.folder, 'sunset.jpg'));
  return wrong;
}

const screens = { design: mainScreens, compiled: compiledScreen, shrink: shrinkScreen, export: exportScreen } as const;

const browser = await launchBrowser();
try {
  for (const theme of ['dark', 'light'] as const)
    for (const [name, take] of Object.entries(screens)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      const backEnd = new BackEnd();
      const { page, close } = await openStudio('browser', { browser, backEnd, theme });
      page.setDefaultTimeout(60_000);
      try {
        await take(page, theme);
      } finally {
        await close();
        await backEnd.stop();
      }
    }
} finally {
  await browser.close();
}
