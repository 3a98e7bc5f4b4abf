import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { cardWords, node, openFile, run, saved } from './actions.ts';
import { inStudio } from './hosts.ts';
import { endlessPipeline, pipelineFile } from './pipelines.ts';
import { BackEnd } from './studio.ts';

const one = { nodes: [{ id: 'a', type: 'input.text@1', params: { text: 'hello' }, position: { x: 0, y: 0 } }] };

/** Kills and comes back: only where the back end is a process of its own. Electron's parts have tests of their own. */
inStudio(
  'after a kill of',
  {
    'the back end in the middle of a run the page says so, finds it again and goes on': async ({ open }) => {
      const file = endlessPipeline();
      const backEnd = new BackEnd();
      const { page } = await open({ backEnd });
      await openFile(page, file.path);
      await node(page, 'out').locator('header').click();
      await page.keyboard.press('ControlOrMeta+d');
      await page.keyboard.press('F5');
      await page.getByRole('button', { name: /^Cancel/ }).waitFor();
      await page.waitForTimeout(600);
      await backEnd.kill();
      await page
        .getByText(/not reachable/i)
        .first()
        .waitFor();
      // What is done meanwhile is not lost either.
      await page.keyboard.press('ControlOrMeta+d');
      file.finish();
      await backEnd.start();
      await page
        .getByText(/not reachable/i)
        .first()
        .waitFor({ state: 'detached', timeout: 30_000 });
      await page.locator('.top').getByText('Recovered').waitFor();
      await run(page);
      await expect.poll(() => cardWords(page, 'out')).toMatch(/^Tensor: .*3/);
      expect((await saved(page, file.path)).nodes.length).toBe(6);
      for (let i = 0; i < 2; i++) await page.keyboard.press('ControlOrMeta+z');
      expect((await saved(page, file.path)).nodes.length).toBe(4);
      await backEnd.stop();
      file.remove();
    },
    'everything after 200 edits loses at most the last second, undo included': async ({ open }) => {
      const file = pipelineFile('kill', one);
      const backEnd = new BackEnd();
      const first = await open({ backEnd });
      await openFile(first.page, file.path);
      await node(first.page, 'a').locator('header').click();
      for (let i = 0; i < 200; i++) {
        await first.page.keyboard.press(['ArrowDown', 'ArrowRight', 'ArrowUp', 'ArrowLeft'][i % 4]);
        if (i % 20 === 10) await first.page.keyboard.press('ControlOrMeta+b');
      }
      for (let i = 0; i < 3; i++) await first.page.keyboard.press('ArrowRight');
      const position = await node(first.page, 'a').evaluate((element) => (element as HTMLElement).style.transform);
      await first.page.waitForTimeout(1000);
      await backEnd.kill();
      await first.context.close();
      expect(JSON.parse(readFileSync(file.path, 'utf8')).nodes[0].position).toEqual({ x: 0, y: 0 });
      await backEnd.start();
      const second = await open({ backEnd });
      await openFile(second.page, file.path);
      await second.page
        .getByText(/come back|recovered/i)
        .first()
        .waitFor();
      expect(await node(second.page, 'a').evaluate((element) => (element as HTMLElement).style.transform)).toBe(
        position,
      );
      for (let i = 0; i < 220; i++) await second.page.keyboard.press('ControlOrMeta+z');
      expect((await saved(second.page, file.path)).nodes[0]).toMatchObject({ position: { x: 0, y: 0 } });
      await backEnd.stop();
      file.remove();
    },
    'the browser the edits come back in the next one': async ({ open }) => {
      const file = pipelineFile('browser', one);
      const first = await open();
      await openFile(first.page, file.path);
      await node(first.page, 'a').locator('header').click();
      await first.page.keyboard.press('ControlOrMeta+d');
      await first.page.waitForTimeout(1000);
      await first.context.close();
      // Starting a browser again takes longer than this.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const second = await open();
      await openFile(second.page, file.path);
      await node(second.page, 'a2').waitFor();
      await second.page.keyboard.press('ControlOrMeta+z');
      await expect.poll(() => node(second.page, 'a2').count()).toBe(0);
      file.remove();
    },
    'the page itself the document is there again in the next one (fault 92)': async ({ open }) => {
      const file = pipelineFile('crash', one);
      const { page, context } = await open();
      await openFile(page, file.path);
      const address = page.url();
      await node(page, 'a').locator('header').click();
      await page.keyboard.press('ControlOrMeta+d');
      await page.waitForTimeout(1000);
      const driver = await context.newCDPSession(page);
      const crashed = new Promise((resolve) => page.once('crash', resolve));
      // It never answers: there is nobody left.
      driver.send('Page.crash').catch(() => undefined);
      await crashed;
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const next = await context.newPage();
      await next.goto(address);
      await node(next, 'a2').waitFor();
      file.remove();
    },
    'the engine in the middle of a run the studio lives and runs again': async ({ open }) => {
      const file = endlessPipeline();
      const backEnd = new BackEnd();
      const { page, errors } = await open({ backEnd });
      await openFile(page, file.path);
      await page.keyboard.press('F5');
      await page.getByRole('button', { name: /^Cancel/ }).waitFor();
      await page.locator('.react-flow__node[data-id="model"] .running').waitFor();
      killChildrenOf(backEnd.pid());
      await page
        .getByText(/engine process ended/i)
        .first()
        .waitFor();
      // The node that ran is marked, and says so.
      await page.locator('.react-flow__node[data-id="model"] .bad').waitFor();
      file.finish();
      await run(page);
      await expect.poll(() => cardWords(page, 'out')).toMatch(/^Tensor: .*3/);
      expect(errors).toEqual([]);
      await backEnd.stop();
      file.remove();
    },
  },
  ['browser'],
);

inStudio(
  'a file',
  {
    'changed by another program is noticed, and saving asks which is to stay': async ({ open }) => {
      const file = pipelineFile('outside', one);
      const { page } = await open();
      await openFile(page, file.path);
      await node(page, 'a').locator('header').click();
      await page.keyboard.press('ArrowDown');
      const theirs = readFileSync(file.path, 'utf8').replace('hello', 'from outside');
      writeFileSync(file.path, theirs);
      await page
        .getByText(/changed on disk/i)
        .first()
        .waitFor();
      await page.keyboard.press('ControlOrMeta+s');
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: /another name/i }).waitFor();
      expect(readFileSync(file.path, 'utf8')).toBe(theirs);
      await dialog.getByRole('button', { name: /Take the one on disk/i }).click();
      await expect
        .poll(() => page.locator('.react-flow__node').innerText())
        .toContain('from outside')
        .catch(() => undefined);
      expect((await saved(page, file.path)).nodes[0].params).toEqual({ text: 'from outside' });
      file.remove();
    },
    'opened in two windows says so in the second': async ({ open }) => {
      const file = pipelineFile('twice', one);
      const first = await open();
      await openFile(first.page, file.path);
      const second = await open();
      await openFile(second.page, file.path);
      await second.page
        .getByText(/also open/i)
        .first()
        .waitFor();
      file.remove();
    },
  },
  ['browser'],
);

/** SIGKILL to every child of a process: the engine is one. */
function killChildrenOf(pid: number): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  expect(children.length).toBeGreaterThan(0);
  for (const child of children) process.kill(Number(child), 'SIGKILL');
}
