import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { counts, node, openFile, run, saved } from './actions.ts';
import { inStudio } from './hosts.ts';
import { pipelineFile } from './pipelines.ts';
import { sampleCopy } from './studio.ts';

const three = {
  nodes: [
    { id: 'a', type: 'input.text@1', params: { text: 'hello' }, position: { x: 0, y: 0 } },
    { id: 'b', type: 'text.normalise@1', position: { x: 320, y: 0 } },
    { id: 'c', type: 'output.text@1', position: { x: 640, y: 0 } },
  ],
  wires: [
    { from: 'a.text', to: 'b.text' },
    { from: 'b.text', to: 'c.value' },
  ],
};

inStudio('editing', {
  'fifty steps are undone to the same document and done again': async ({ open }) => {
    const file = pipelineFile('fifty', three);
    const { page, errors } = await open();
    await openFile(page, file.path);
    await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('ControlOrMeta+z');
    await saved(page, file.path);
    const before = readFileSync(file.path, 'utf8');
    await node(page, 'b').locator('header').click();
    // Duplicates, nudges, bypasses: fifty steps of several kinds.
    for (let i = 0; i < 10; i++) {
      await page.keyboard.press('ControlOrMeta+d');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ControlOrMeta+b');
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('ControlOrMeta+b');
    }
    expect(await counts(page, file.path)).toEqual({ nodes: 13, wires: 12 });
    const after = readFileSync(file.path, 'utf8');
    for (let i = 0; i < 60; i++) await page.keyboard.press('ControlOrMeta+z');
    await saved(page, file.path);
    expect(readFileSync(file.path, 'utf8')).toBe(before);
    for (let i = 0; i < 60; i++) await page.keyboard.press('ControlOrMeta+Shift+z');
    await saved(page, file.path);
    expect(readFileSync(file.path, 'utf8')).toBe(after);
    expect(errors).toEqual([]);
    file.remove();
  },
  'a group folds into one node with the ports that cross its border, and comes apart again': async ({ open }) => {
    const sample = sampleCopy('picture-classifier');
    const { page, errors } = await open();
    await openFile(page, sample.file);
    await node(page, 'shrink').locator('header').click();
    await node(page, 'cut')
      .locator('header')
      .click({ modifiers: ['ControlOrMeta'] });
    await node(page, 'normalise')
      .locator('header')
      .click({ modifiers: ['ControlOrMeta'] });
    await page.keyboard.press('ControlOrMeta+g');
    // The new group's name is being written at once.
    await page.keyboard.type('Preprocess');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Alt+c');
    const folded = page.locator('.react-flow__node').filter({ hasText: 'Preprocess' });
    await folded.waitFor();
    await expect.poll(() => node(page, 'shrink').count()).toBe(0);
    expect((await saved(page, sample.file)).groups).toMatchObject([
      { nodes: ['shrink', 'cut', 'normalise'], collapsed: true },
    ]);
    // It stands between the photo and the model, wired to both.
    await run(page);
    expect(await page.locator('.react-flow__edge').count()).toBe(4);
    await folded.click();
    await page.keyboard.press('Alt+c');
    await node(page, 'shrink').waitFor();
    await page.keyboard.press('ControlOrMeta+Shift+g');
    expect((await saved(page, sample.file)).groups).toBeUndefined();
    expect(errors).toEqual([]);
    sample.remove();
  },
  'nodes go through the clipboard as JSON into another window': async ({ open, host }) => {
    if (host === 'electron') return;
    const file = pipelineFile('first', three);
    const other = pipelineFile('second', { nodes: [{ id: 'x', type: 'input.text@1', position: { x: 0, y: 0 } }] });
    const one = await open();
    await openFile(one.page, file.path);
    await one.page.keyboard.press('ControlOrMeta+a');
    await one.page.keyboard.press('ControlOrMeta+c');
    const text = await one.page.evaluate(() => navigator.clipboard.readText());
    expect(JSON.parse(text)).toMatchObject({ tributary: 'clipping' });
    const two = await open();
    await openFile(two.page, other.path);
    await two.page.bringToFront();
    await two.page.evaluate((clipping) => navigator.clipboard.writeText(clipping), text);
    await two.page.keyboard.press('ControlOrMeta+v');
    await expect.poll(() => counts(two.page, other.path)).toEqual({ nodes: 4, wires: 2 });
    file.remove();
    other.remove();
  },
});
