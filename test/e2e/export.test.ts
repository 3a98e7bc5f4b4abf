import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { node } from './actions.ts';
import { seriousFaults } from './axe.ts';
import { inStudio } from './hosts.ts';
import { sampleCopy } from './studio.ts';

inStudio(
  'export',
  {
    'a pipeline becomes a folder that gives the same answers': async ({ open }) => {
      const sample = sampleCopy('picture-classifier');
      const { page, errors } = await open({ open: sample.file });
      page.setDefaultTimeout(60_000);
      await page.locator('.card').first().waitFor();
      await page.keyboard.press('F9');
      const tree = page.getByRole('tree', { name: 'Files that would be written' });
      await tree.waitFor();
      const text = page.getByRole('list', { name: 'Lines of Dockerfile' });
      await text.getByText('EXPOSE 8080').waitFor();
      expect(await page.getByRole('radio').count()).toBeGreaterThanOrEqual(8);

      // Options show at once in the files; what is wrong is told, and can be mended where it was written.
      const options = page.getByRole('form', { name: 'Options' });
      await options.getByLabel('Port', { exact: true }).fill('9000');
      await text.getByText('EXPOSE 9000').waitFor();
      await options.getByLabel('Port', { exact: true }).fill('90000');
      await page.locator('.export-problem').waitFor();
      await options.getByLabel('Port', { exact: true }).fill('9001');
      await text.getByText('EXPOSE 9001').waitFor();
      const write = page.locator('.export-go');
      await options.getByLabel('Image', { exact: true }).fill('No Such Name');
      await page.getByRole('region', { name: 'Checks' }).getByText('"No Such Name" is no name of an image.').waitFor();
      expect(await write.isDisabled()).toBe(true);
      await options.getByLabel('Image', { exact: true }).fill('');
      await page.getByText('is no name of an image').waitFor({ state: 'detached' });

      // The tree by keys: a closed folder opens, and back to it from below.
      const golden = tree.getByRole('treeitem', { name: /^golden/ });
      await golden.focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('list', { name: /^Lines of golden\// }).waitFor();
      await page.keyboard.press('ArrowLeft');
      expect(await golden.evaluate((row) => row === document.activeElement)).toBe(true);
      expect(await seriousFaults(page, 'planned')).toEqual([]);

      const folder = path.join(sample.folder, 'served');
      await page.getByLabel('Where to').fill('served');
      expect(await write.isDisabled()).toBe(true);
      await page.getByLabel('Where to').fill(folder);
      await write.click();
      await page.getByRole('region', { name: 'Parity gate' }).getByText('1 of 1').waitFor();
      expect(readFileSync(path.join(folder, 'Dockerfile'), 'utf8')).toContain('EXPOSE 9001');
      expect(existsSync(path.join(folder, 'server/server.mjs'))).toBe(true);
      expect(await seriousFaults(page, 'exported')).toEqual([]);

      // Another screen and back: nothing is forgotten, and nothing is prepared anew.
      await page.keyboard.press('F9');
      await node(page, 'model').waitFor();
      await page.keyboard.press('F9');
      await page.getByRole('region', { name: 'Parity gate' }).getByText('1 of 1').waitFor();
      expect(await options.getByLabel('Port', { exact: true }).inputValue()).toBe('9001');
      expect(errors).toEqual([]);
      sample.remove();
    },
  },
  ['browser'],
);
