import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
      const write = page.locator('.export-go');
      const checks = page.getByRole('region', { name: 'Checks' });
      const port = options.locator('label', { hasText: 'HTTP port' });
      await port.locator('input').fill('9000');
      await text.getByText('EXPOSE 9000').waitFor();
      await port.locator('input').fill('90000');
      await port.getByRole('alert').getByText('at most 65535').waitFor();
      await checks.getByText('cannot be 90000: at most 65535').waitFor();
      expect(await write.isDisabled()).toBe(true);
      // The files as they were before the mistake stay in sight.
      await text.getByText('EXPOSE 9000').waitFor();
      expect(await seriousFaults(page, 'a mistake')).toEqual([]);
      await port.locator('input').fill('9001');
      await text.getByText('EXPOSE 9001').waitFor();
      const image = options.locator('label', { hasText: 'Image name' });
      await image.locator('input').fill('No Such Name');
      await checks.getByText('"No Such Name" is no name of an image.').waitFor();
      await image.getByRole('alert').waitFor();
      expect(await write.isDisabled()).toBe(true);
      await image.locator('input').fill('');
      await page.getByText('is no name of an image').first().waitFor({ state: 'detached' });

      // The list says of each target whether it can be made, before anybody chooses it.
      const cards = page.getByRole('radio');
      await expect
        .poll(() => page.locator('.export-standing.ok, .export-standing.warning').count())
        .toBe(await cards.count());
      // Options are those that change something in the target.
      expect(await options.getByText('Least copies').count()).toBe(0);
      await page.getByRole('radio', { name: /Kubernetes/ }).click();
      await options.getByText('Least copies').waitFor();
      await tree
        .getByRole('treeitem', { name: /^kustomization|^helm/ })
        .first()
        .waitFor();
      await page.getByRole('radio', { name: /Container/ }).click();
      await text.getByText('EXPOSE 9001').waitFor();

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

      const folder = path.join(sample.folder, 'not/there/yet/served');
      const before = readdirSync(path.join(sample.folder, 'media'));
      await page.getByLabel('Where to').fill('served');
      expect(await write.isDisabled()).toBe(true);
      // A folder with somebody's own files is refused, and left as it is.
      const own = path.join(sample.folder, 'media');
      await page.getByLabel('Where to').fill(own);
      await write.click();
      await page.getByRole('alert').getByText('is no export of Tributary').waitFor();
      expect(readdirSync(own)).toEqual(before);
      await page.getByLabel('Where to').fill(folder);
      await write.click();
      await page.getByRole('region', { name: 'Parity gate' }).getByText('1 of 1').waitFor();
      expect(await write.evaluate((button) => button === document.activeElement)).toBe(true);
      expect(readFileSync(path.join(folder, 'Dockerfile'), 'utf8')).toContain('EXPOSE 9001');
      expect(existsSync(path.join(folder, 'server/server.mjs'))).toBe(true);
      expect(await seriousFaults(page, 'exported')).toEqual([]);

      // Another screen and back: nothing is forgotten, and nothing is prepared anew.
      await page.keyboard.press('F9');
      await node(page, 'model').waitFor();
      await page.keyboard.press('F9');
      await page.getByRole('region', { name: 'Parity gate' }).getByText('1 of 1').waitFor();
      expect(await port.locator('input').inputValue()).toBe('9001');

      // What is planned now is not what was exported: that verdict is of something else.
      await port.locator('input').fill('9002');
      await page.getByRole('region', { name: 'Parity gate' }).getByText('1 golden sample recorded').waitFor();
      expect(errors).toEqual([]);
      sample.remove();
    },
  },
  ['browser'],
);
