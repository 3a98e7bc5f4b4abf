import { expect } from 'vitest';
import { carryWire, counts, drawWire, node, openFile } from './actions.ts';
import { inStudio } from './hosts.ts';
import { pipelineFile } from './pipelines.ts';

const wrongWire = {
  nodes: [
    { id: 'photo', type: 'input.image@1', position: { x: 0, y: 0 } },
    { id: 'clip', type: 'input.audio@1', position: { x: 0, y: 320 } },
    { id: 'shrink', type: 'image.resize@1', position: { x: 320, y: 0 } },
    { id: 'softmax', type: 'result.softmax@1', position: { x: 320, y: 320 } },
    { id: 'normalise', type: 'image.normalise@1', position: { x: 640, y: 0 } },
    { id: 'drawn', type: 'output.image@1', position: { x: 920, y: 0 } },
  ],
  wires: [
    { from: 'photo.image', to: 'shrink.image' },
    { from: 'shrink.image', to: 'normalise.image' },
  ],
};

inStudio('a wire', {
  'in hand rings what fits, and a wrong one says why and mends itself by one key': async ({ open }) => {
    const file = pipelineFile('wrong-wire', wrongWire);
    const { page, errors } = await open();
    await openFile(page, file.path);
    await carryWire(page, 'normalise.tensor', 'drawn.value');
    const card = page.locator('.wrong-wire');
    await card.waitFor();
    expect(await card.innerText()).toMatch(/image/);
    expect(await page.locator('[data-port="softmax.logits"].fits').count()).toBe(1);
    await page.mouse.up();
    const mend = card.getByRole('button', { name: /^Insert / });
    const named = (await mend.innerText()).replace(/^Insert /, '').split('\n')[0];
    await page.keyboard.press('Enter');
    await card.waitFor({ state: 'detached' });
    expect(await counts(page, file.path)).toEqual({ nodes: 7, wires: 4 });
    expect(await page.locator('.react-flow__node').getByText(named, { exact: true }).count()).toBeGreaterThan(0);
    await page.keyboard.press('ControlOrMeta+z');
    expect(await counts(page, file.path)).toEqual({ nodes: 6, wires: 2 });
    expect(errors).toEqual([]);
    file.remove();
  },
  'let go over nothing lists the nodes that take it': async ({ open }) => {
    const file = pipelineFile('wrong-wire', wrongWire);
    const { page } = await open();
    await openFile(page, file.path);
    const box = await page.locator('[data-port="clip.audio"][data-side="out"]').boundingBox();
    if (box === null) throw new Error('no port');
    await page.mouse.move(box.x + 6, box.y + 6);
    await page.mouse.down();
    await page.mouse.move(box.x + 90, box.y + 150, { steps: 8 });
    await page.mouse.up();
    const search = page.getByRole('combobox', { name: /node/i });
    await search.waitFor();
    await search.fill('resample');
    await page.getByRole('option', { name: /^Resample/ }).waitFor();
    await page.keyboard.press('Enter');
    await node(page, 'resample').waitFor();
    expect((await counts(page, file.path)).wires).toBe(3);
    file.remove();
  },
  'from an output to an input that has one takes its place': async ({ open }) => {
    const file = pipelineFile('wrong-wire', wrongWire);
    const { page } = await open();
    await openFile(page, file.path);
    await drawWire(page, 'photo.image', 'normalise.image');
    await expect.poll(() => page.locator('[data-id="normalise.image"][aria-label*="photo.image"]').count()).toBe(1);
    expect((await counts(page, file.path)).wires).toBe(2);
    file.remove();
  },
});
