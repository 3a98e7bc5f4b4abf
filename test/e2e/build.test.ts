import path from 'node:path';
import { expect } from 'vitest';
import { cardWords, dragFromPalette, drawWire, dropFiles, input, node, output, run } from './actions.ts';
import { inStudio } from './hosts.ts';
import { root } from './studio.ts';

const sample = path.join(root, 'samples/picture-classifier');

inStudio('from an empty canvas', {
  'the classifier is built by hand and gives the recorded class': async ({ open }) => {
    const { page, errors } = await open();
    await page.getByRole('button', { name: /^New pipeline/ }).click();
    const canvas = page.locator('.canvas');
    await canvas.waitFor();
    // A picture and a model come from the system by drop; the fitting nodes appear, set up.
    await dropFiles(page, canvas, [path.join(sample, 'media/sunset.jpg')], { x: 90, y: 120 });
    await node(page, 'image').waitFor();
    await dropFiles(page, canvas, [path.join(sample, 'models/scenes.onnx')], { x: 90, y: 420 });
    await node(page, 'onnx').waitFor();
    await dragFromPalette(page, 'Resize shorter side', 300, 120);
    await node(page, 'resizeShorter').waitFor();
    await dragFromPalette(page, 'Centre crop', 510, 120);
    await dragFromPalette(page, 'Normalise', 720, 120);
    await dragFromPalette(page, 'Softmax', 330, 420);
    await dragFromPalette(page, 'Scores output', 560, 420);
    const inspector = page.locator('.panel.right');
    // Parameters as forms: the sizes that this model was trained with.
    await node(page, 'resizeShorter').locator('header').click();
    await inspector.getByLabel('size', { exact: false }).first().fill('112');
    await page.keyboard.press('Tab');
    await node(page, 'centreCrop').locator('header').click();
    await inspector.getByLabel('height', { exact: false }).first().fill('96');
    await inspector.getByLabel('width', { exact: false }).first().fill('96');
    await page.keyboard.press('Tab');
    await drawWire(page, 'image.image', 'resizeShorter.image');
    await drawWire(page, 'resizeShorter.image', 'centreCrop.image');
    await drawWire(page, 'centreCrop.image', 'normalise.image');
    await drawWire(page, 'normalise.tensor', 'onnx.pixel_values');
    await drawWire(page, 'onnx.logits', 'softmax.logits');
    await drawWire(page, 'softmax.scores', 'scores.value');
    await page.locator('.status').getByText('No problems').waitFor();
    await run(page);
    // Without the label file classes go by number; sunset sea is the recorded one.
    await expect.poll(() => cardWords(page, 'scores')).toMatch(/^Scores: class \d+ (>0\.99|1\.0|0\.9)/);
    expect(await input(page, 'scores.value').count()).toBe(1);
    expect(await output(page, 'softmax.scores').count()).toBe(1);
    expect(errors).toEqual([]);
  },
});
