import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { cardWords, dropFiles, node, placeOf, run } from './actions.ts';
import { inStudio } from './hosts.ts';
import { root } from './studio.ts';

inStudio('an ONNX file', {
  'dropped on the welcome screen becomes a pipeline that runs on a picture of one’s own': async ({ open }) => {
    const { page, errors } = await open();
    await dropFiles(
      page,
      page.locator('.welcome'),
      [path.join(root, 'samples/picture-classifier/models/scenes.onnx')],
      { x: 700, y: 640 },
    );
    await page.locator('.react-flow__node').first().waitFor();
    const picture = page
      .locator('.react-flow__node')
      .filter({ has: page.locator('[data-port$=".image"][data-side="out"]') })
      .first();
    const box = await placeOf(picture);
    const canvas = await placeOf(page.locator('.canvas'));
    // Dropped on the input node, it is what the node reads.
    await dropFiles(page, page.locator('.canvas'), [path.join(root, 'samples/picture-classifier/media/city.jpg')], {
      x: box.x - canvas.x + box.width / 2,
      y: box.y - canvas.y + box.height / 2,
    });
    await expect
      .poll(() => page.locator('.panel.right').getByLabel('File').first().inputValue())
      .toBe('media/city.jpg');
    await run(page);
    const scores = page.locator('.react-flow__node .card-well [role="img"][aria-label^="Scores:"]');
    await scores.first().waitFor();
    // City at night is the third class of the label file.
    await expect.poll(() => scores.first().getAttribute('aria-label')).toMatch(/^Scores: class 2 /);
    expect(errors).toEqual([]);
  },
  'that is none is told as what it is, with what to do, and adds nothing': async ({ open }) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'tributary-e2e-broken-'));
    const broken = path.join(folder, 'broken.onnx');
    writeFileSync(broken, 'this is no model');
    const { page } = await open();
    await page.getByRole('button', { name: /^New pipeline/ }).click();
    await dropFiles(page, page.locator('.canvas'), [broken], { x: 300, y: 300 });
    const told = page.getByRole('alert').filter({ hasText: '"broken.onnx" is not an ONNX model' });
    await told.waitFor();
    expect(await told.innerText()).toMatch(/Export or download the model again/);
    expect(await page.locator('.react-flow__node').count()).toBe(0);
    // A file of labels is no model either: no model node stands for it.
    const labels = path.join(root, 'samples/picture-classifier/models/labels.txt');
    await dropFiles(page, page.locator('.canvas'), [labels], { x: 300, y: 300 });
    await page.locator('.react-flow__node').first().waitFor();
    expect(await page.locator('.react-flow__node').filter({ hasText: 'ONNX' }).count()).toBe(0);
    rmSync(folder, { recursive: true, force: true });
  },
});

inStudio('live', {
  'every change runs what hangs below it, and says what came from the cache': async ({ open }) => {
    const { page, errors } = await open();
    await page.getByRole('button', { name: /^Picture classifier/ }).click();
    await page
      .locator('.status')
      .getByText(/Last run/)
      .waitFor({ timeout: 60_000 });
    const words = (): Promise<string | null> =>
      node(page, 'scene').locator('.card-well [role="img"]').first().getAttribute('aria-label');
    await expect.poll(words).toMatch(/sunset sea/);
    await page.getByRole('button', { name: /live/i }).click();
    await node(page, 'normalise').locator('header').click();
    await page.locator('.panel.right').getByLabel('preset').selectOption('none');
    const status = (): Promise<string> => page.locator('.status').innerText();
    await expect.poll(status).toMatch(/7 ran, 0 from cache/);
    await expect.poll(() => cardWords(page, 'normalise')).toMatch(/from 0/);
    await page.keyboard.press('ControlOrMeta+z');
    // The way back costs nothing: only the output is collected again.
    await expect.poll(status).toMatch(/1 ran, 6 from cache/);
    await expect.poll(() => cardWords(page, 'normalise')).toMatch(/from −1\.3|from -1\.3/);
    await expect.poll(words).toMatch(/sunset sea >0.999/);
    expect(errors).toEqual([]);
  },
});
