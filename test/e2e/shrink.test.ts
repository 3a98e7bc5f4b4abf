import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { run, saved } from './actions.ts';
import { seriousFaults } from './axe.ts';
import { inStudio } from './hosts.ts';
import { sampleCopy } from './studio.ts';

const modelOf = (nodes: Awaited<ReturnType<typeof saved>>['nodes'], id: string) =>
  nodes.find((node) => node.id === id)?.params?.['model'];

inStudio(
  'shrink',
  {
    'a model is made int8 from its node: report, applied, undone': async ({ open }) => {
      const sample = sampleCopy('text-classifier');
      const { page, errors } = await open({ open: sample.file });
      await page.locator('.react-flow__node[data-id="model"]').click();
      const section = page.getByRole('region', { name: 'Make it smaller or faster' });
      await section.getByRole('button', { name: /Shrink this model/ }).click();
      const dialog = page.getByRole('dialog', { name: 'Make models smaller or faster' });
      await dialog.getByRole('radio', { name: /int8, dynamic/ }).check();
      await dialog.getByLabel('Seconds of measuring').fill('1');
      await dialog.getByRole('button', { name: 'Try it', exact: true }).click();
      const outcome = dialog.getByRole('region', { name: 'What came of it' });
      await outcome.getByRole('button', { name: 'Apply', exact: true }).waitFor({ timeout: 120_000 });

      // Smaller, and what answers became is told; the model's file lies beside the old one.
      expect(await outcome.locator('.shrink-figure', { hasText: 'Size' }).textContent()).toMatch(/−\d+ %.*smaller/);
      expect(await outcome.locator('.shrink-figure', { hasText: 'Answers' }).textContent()).toMatch(/same|identical/);
      expect(await outcome.locator('.shrink-figure', { hasText: 'Latency' }).textContent()).toContain('95 %');
      expect(await outcome.getByRole('list', { name: 'What to know before using it' }).textContent()).toContain('VNNI');
      const made = path.join(sample.folder, 'models/intents.int8.onnx');
      expect(existsSync(made)).toBe(true);
      expect(await seriousFaults(page, 'report')).toEqual([]);

      await outcome.getByRole('button', { name: 'Apply', exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      const applied = await saved(page, sample.file);
      expect(modelOf(applied.nodes, 'model')).toBe('models/intents.int8.onnx');
      const { files } = JSON.parse(readFileSync(sample.file, 'utf8')) as {
        readonly files: readonly { readonly path: string; readonly source?: string }[];
      };
      expect(files.find((file) => file.path === 'models/intents.int8.onnx')?.source).toContain('int8 by Tributary');
      await run(page);

      await page.getByRole('button', { name: /^Undo make intents.onnx int8/ }).click();
      expect(modelOf((await saved(page, sample.file)).nodes, 'model')).toBe('models/intents.onnx');
      expect(errors).toEqual([]);
      sample.remove();
    },

    'what was tried can be discarded, and leaves nothing': async ({ open }) => {
      const sample = sampleCopy('picture-classifier');
      const { page, errors } = await open({ open: sample.file, theme: 'light', size: { width: 1280, height: 720 } });
      await page.locator('.card').first().waitFor();
      await page.keyboard.press('ControlOrMeta+Alt+S');
      const dialog = page.getByRole('dialog', { name: 'Make models smaller or faster' });
      expect(await seriousFaults(page, 'form')).toEqual([]);
      // By keys alone.
      await dialog.getByRole('radio', { name: /int8, calibrated/ }).focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      expect(await dialog.getByRole('radio', { name: /float16/ }).isChecked()).toBe(true);
      await page.keyboard.press('ArrowUp');
      await dialog.getByLabel('Tell what each layer alone costs').check();
      await dialog.getByRole('radio', { name: /int8, calibrated/ }).check();
      await dialog.getByLabel(/^Measure both in turns/).uncheck();
      await dialog.getByRole('button', { name: 'Try it', exact: true }).press('Enter');
      await dialog.getByRole('button', { name: 'Discard' }).waitFor({ timeout: 120_000 });
      const made = path.join(sample.folder, 'models/scenes.int8-static.onnx');
      expect(existsSync(made)).toBe(true);
      const layers = dialog.getByRole('table', { name: /Error of each layer/ });
      const worst = await layers.locator('tbody th').first().getAttribute('title');
      await layers.getByRole('button', { name: /Error alone/ }).click();
      expect(await layers.locator('tbody th').last().getAttribute('title')).toBe(worst);
      await dialog.getByRole('button', { name: 'Discard' }).click();
      await dialog.getByText('Nothing was tried yet').waitFor();
      expect(existsSync(made)).toBe(false);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await page.locator('.top').getByText('Saved', { exact: true }).count()).toBe(1);
      expect(errors).toEqual([]);
      sample.remove();
    },
  },
  ['browser'],
);
