import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { run } from './actions.ts';
import { seriousFaults } from './axe.ts';
import { inStudio } from './hosts.ts';
import { sampleCopy } from './studio.ts';

inStudio(
  'compile',
  {
    'the canvas shows which nodes go into one file, and why the others do not': async ({ open }) => {
      const sample = sampleCopy('picture-classifier');
      const { page, errors } = await open({ open: sample.file });
      await page.locator('.card').first().waitFor();
      await page.keyboard.press('ControlOrMeta+Alt+4');
      const parts = page.getByRole('table', { name: 'Compiled parts' });
      await parts.waitFor();
      expect(await page.locator('.hull').count()).toBe(1);
      expect(await page.locator('.hull .hull-fill rect').count()).toBe(5);
      expect(await parts.locator('tbody tr .part-nodes button').allTextContents()).toEqual([
        'Resize shorter side',
        'Centre crop',
        'Normalise',
        'ONNX model',
        'Softmax',
      ]);
      expect(await parts.locator('tbody').textContent()).toContain('several at once');
      const outside = page.getByRole('region', { name: 'Outside' });
      expect(await outside.textContent()).toContain('decodes');
      expect(await page.locator('.outside-note').textContent()).toContain('decodes');
      // From the list to the node.
      await outside.getByRole('button', { name: 'Image input' }).click();
      expect(await page.locator('.react-flow__node:has(.card.selected)').getAttribute('data-id')).toBe('photo');

      // An edit that takes a node out of the chain is followed.
      await page.locator('.react-flow__node[data-id="cut"]').click();
      await page.keyboard.press('ControlOrMeta+b');
      await page.waitForFunction(() => document.querySelectorAll('.hull-fill rect').length === 4);
      await page.getByRole('button', { name: /^Undo/ }).click();
      await page.waitForFunction(() => document.querySelectorAll('.hull-fill rect').length === 5);
      expect(await seriousFaults(page, 'parts')).toEqual([]);

      // The same form can be run, and says so on its cards.
      await page.getByLabel('Run fused').check();
      await run(page);
      expect(await page.locator('.react-flow__node[data-id="model"]').textContent()).toContain('Inside compiled part');
      await page.locator('.react-flow__node[data-id="scene"]').getByText('sunset sea').waitFor();
      await page.keyboard.press('ControlOrMeta+Alt+4');
      expect(await page.locator('.hull').count()).toBe(0);
      expect(errors).toEqual([]);
      sample.remove();
    },

    'the dialog writes the files, held against the nodes': async ({ open }) => {
      const sample = sampleCopy('text-classifier');
      const { page, errors } = await open({ open: sample.file, theme: 'light', size: { width: 1280, height: 720 } });
      await page.locator('.card').first().waitFor();
      await page.keyboard.press('ControlOrMeta+Alt+B');
      const dialog = page.getByRole('dialog', { name: 'Compile to ONNX' });
      await dialog.getByLabel('File to write').fill(path.join(sample.folder, 'intents-all.onnx'));
      await dialog.getByRole('button', { name: 'Compile', exact: true }).click();
      const report = dialog.getByRole('region', { name: 'What was written' });
      await report.waitFor({ timeout: 60_000 });
      const rows = report.getByRole('table', { name: /Against the nodes, on 1 sample/ }).locator('tbody tr');
      expect(await rows.count()).toBeGreaterThan(0);
      for (const row of await rows.all()) expect(await row.textContent()).toMatch(/to the bit|\de[−-]\d/);
      expect(existsSync(path.join(sample.folder, 'intents-all.onnx'))).toBe(true);
      expect(existsSync(path.join(sample.folder, 'intents-all.py'))).toBe(true);
      expect(await seriousFaults(page, 'report')).toEqual([]);

      // What was not compiled is never written over without a word.
      await dialog.getByLabel('File to write').fill(path.join(sample.folder, 'models/intents.onnx'));
      await dialog.getByRole('button', { name: 'Compile again' }).click();
      await dialog.getByText('is there already').waitFor();
      await dialog.getByRole('button', { name: 'Replace it' }).waitFor();
      expect(errors).toEqual([]);
      sample.remove();
    },
  },
  ['browser'],
);
