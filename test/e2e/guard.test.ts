import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { expect } from 'vitest';
import { largeGraph } from '../../bench/studio/graph.ts';
import { writeDocument } from '../../core/graph/write.ts';
import { node, openFile } from './actions.ts';
import { inStudio } from './hosts.ts';
import { pipelineFile } from './pipelines.ts';
import { root } from './studio.ts';

const hostile = '<img src=x onerror="window.hurt=1">\u202eevil\u200b';

inStudio('the page', {
  'shows hostile names as text': async ({ open }) => {
    const file = pipelineFile('hostile', {
      nodes: [
        { id: 'a', type: 'input.text@1', label: hostile, params: { text: hostile }, position: { x: 0, y: 0 } },
        { id: 'b', type: 'output.text@1', label: 'x'.repeat(10_000), position: { x: 300, y: 0 } },
      ],
      wires: [{ from: 'a.text', to: 'b.value' }],
      notes: [{ id: 'n', text: hostile, position: { x: 0, y: 300 } }],
    });
    const { page, errors } = await open();
    await openFile(page, file.path);
    await page.keyboard.press('F5');
    await page
      .locator('.status')
      .getByText(/Last run/)
      .waitFor();
    expect(await page.evaluate(() => 'hurt' in window)).toBe(false);
    expect(await page.locator('.react-flow__node img[src="x"]').count()).toBe(0);
    expect(await page.locator('.react-flow__node').first().innerText()).toContain('<img src=x');
    const widest = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(widest).toBeLessThanOrEqual(0);
    expect(errors).toEqual([]);
    file.remove();
  },
  'runs no code that is not its own, opens no window and goes nowhere': async ({ open }) => {
    const { page } = await open();
    const refused = await page.evaluate(async () => {
      const violations: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'window.inline = 1';
      document.body.append(script);
      // In a task of its own: what the driver calls directly is excused from the policy.
      const evaluated = await new Promise<boolean>((resolve) => {
        setTimeout(() => {
          try {
            // biome-ignore lint/security/noGlobalEval: the policy must refuse it.
            (0, eval)('1');
            resolve(true);
          } catch {
            resolve(false);
          }
        });
      });
      const far = await fetch('https://example.com/').then(
        () => true,
        () => false,
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { violations, evaluated, far, inline: 'inline' in window };
    });
    expect(refused.evaluated).toBe(false);
    expect(refused.inline).toBe(false);
    expect(refused.far).toBe(false);
    expect(refused.violations).toEqual(expect.arrayContaining(['script-src-elem', 'connect-src']));
  },
  'opens 5,000 nodes in under two seconds': async ({ open }) => {
    const file = pipelineFile('five-thousand', JSON.parse(writeDocument(largeGraph(5000))));
    const { page, errors } = await open();
    const from = performance.now();
    await openFile(page, file.path);
    const seconds = (performance.now() - from) / 1000;
    // The aim is 2 s on a quiet machine (bench/studio/canvas.ts 5000 measures it); here only that it is no other order.
    expect(seconds).toBeLessThan(10);
    await page.keyboard.press('Shift+1');
    expect(await page.locator('.react-flow__node').count()).toBeGreaterThan(50);
    expect(errors).toEqual([]);
    file.remove();
  },
});

const axe = readFileSync(path.join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

inStudio('accessible', {
  ...Object.fromEntries(
    (['dark', 'light'] as const).map((theme) => [
      `in ${theme}: axe finds no serious fault on welcome, design, commands and viewer`,
      async ({ open }: Parameters<Parameters<typeof inStudio>[1][string]>[0]) => {
        const { page } = await open({ theme });
        const faults = async (where: string): Promise<readonly string[]> => {
          // Injected by the driver, which the page's policy does not bind.
          await page.evaluate(axe);
          const result = await page.evaluate(() =>
            (window as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run(),
          );
          return result.violations
            .filter((v) => v.impact === 'serious' || v.impact === 'critical')
            .map(
              (v) =>
                `${where}: ${v.id}: ${v.nodes
                  .slice(0, 3)
                  .map((n) => n.html.slice(0, 160))
                  .join(' | ')}`,
            );
        };
        const found = [...(await faults('welcome'))];
        await page.getByRole('button', { name: /^Event detector/ }).click();
        await page
          .locator('.status')
          .getByText(/Last run/)
          .waitFor({ timeout: 90_000 });
        found.push(...(await faults('design')));
        await page.locator('.react-flow__node[data-id="photo"] header').click();
        found.push(...(await faults('inspector')));
        await page.keyboard.press('ControlOrMeta+k');
        found.push(...(await faults('commands')));
        await page.keyboard.press('Escape');
        await page.locator('.react-flow__node[data-id="photo"] .card-well button').first().click();
        found.push(...(await faults('viewer')));
        expect(found).toEqual([]);
      },
    ]),
  ),
});

/** Share of pixels of a picture that are nearly this colour. */
async function shareOf(picture: Buffer, colour: string): Promise<number> {
  const want = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  let near = 0;
  for (let at = 0; at < data.length; at += 3)
    if (want.every((value, channel) => Math.abs(data[at + channel] - value) <= 3)) near++;
  return near / (info.width * info.height);
}

inStudio('on the screen', {
  'both themes draw their own surfaces': async ({ open }) => {
    const tokens = readFileSync(path.join(root, 'renderer/style/tokens.css'), 'utf8');
    const canvasColours = [...tokens.matchAll(/--canvas: (#[0-9a-f]{6})/g)].map((match) => match[1]);
    for (const [i, theme] of (['dark', 'light'] as const).entries()) {
      const { page } = await open({ theme });
      await page.getByRole('button', { name: /^Picture classifier/ }).click();
      await page
        .locator('.status')
        .getByText(/Last run/)
        .waitFor({ timeout: 90_000 });
      const picture = await page.screenshot();
      expect(await shareOf(picture, canvasColours[i])).toBeGreaterThan(0.25);
      expect(await shareOf(picture, canvasColours[1 - i])).toBeLessThan(0.02);
    }
  },
  'nothing is cut off at 1280 x 720, nor at 125 % and 150 % of it': async ({ open }) => {
    for (const zoom of [1, 1.25, 1.5]) {
      // The browser's own zoom is a smaller page.
      const { page } = await open({ size: { width: Math.round(1280 / zoom), height: Math.round(720 / zoom) } });
      const overflow = (): Promise<number> =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(await overflow()).toBeLessThanOrEqual(0);
      await page.getByRole('button', { name: /^Picture classifier/ }).click();
      await page
        .locator('.status')
        .getByText(/Last run/)
        .waitFor({ timeout: 90_000 });
      expect(await overflow()).toBeLessThanOrEqual(0);
      const size = page.viewportSize() ?? { width: 0, height: 0 };
      for (const button of [
        page.getByRole('button', { name: /^Run/ }).first(),
        page.getByRole('button', { name: /^Problems/ }),
      ]) {
        const box = await button.boundingBox();
        expect(box).not.toBeNull();
        expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(size.width);
        expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(size.height);
      }
      await node(page, 'normalise').locator('header').click();
      const last = page.locator('.panel.right input, .panel.right select, .panel.right button').last();
      await last.scrollIntoViewIfNeeded();
      expect(await last.isVisible()).toBe(true);
    }
  },
});
