import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acting } from '../server/serving/acting.ts';
import { type InProcess, serveReady } from '../server/serving/inProcess.ts';
import { tempFolder } from '../temp-folder.ts';
import { seriousFaults } from './axe.ts';
import { launchBrowser, root } from './studio.ts';

const hostile = acting('</title><script>alert(1)</script> "quoted" & \u202eturned');
let detector: InProcess;
let odd: InProcess;
let browser: Browser;
beforeAll(async () => {
  detector = await serveReady({ target: path.join(root, 'samples/detector') });
  odd = await serveReady({ target: hostile.folder, nodeFolders: [hostile.nodes] });
  browser = await launchBrowser();
}, 300_000);
afterAll(() => browser?.close());

interface Opened {
  readonly page: Page;
  /** What the browser complained of, and hosts that it asked beside the server. */
  readonly faults: string[];
}

async function open(served: InProcess, colorScheme: 'light' | 'dark' = 'dark'): Promise<Opened> {
  const page = await browser.newPage({ colorScheme });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('dialog', (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const { host, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && host !== `127.0.0.1:${served.port}`) faults.push(`asked ${request.url()}`);
  });
  await page.goto(`http://127.0.0.1:${served.port}/`);
  await page.waitForFunction(() => document.getElementById('state')?.textContent === 'ready');
  return { page, faults };
}

it('a picture is dropped in, boxes are drawn over it, and the command does the same', async () => {
  const { page, faults } = await open(detector);
  await page.setInputFiles('input[type=file]', path.join(root, 'samples/detector/media/lake.jpg'));
  expect(await page.textContent('#command')).toContain(`-F 'image=@"lake.jpg"'`);
  await page.click('#send');
  await page.waitForSelector('.over svg rect');
  expect(await page.locator('.over svg rect').count()).toBe(5);
  const labels = await page.locator('.over svg text').allTextContents();
  expect(labels.map((label) => label.split(' ')[0])).toEqual(['sign', 'person', 'boat', 'tree', 'car']);
  const drawn = page.locator('img[alt="The picture that came out"]');
  expect(await drawn.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100);
  expect(await page.locator('svg.pipeline .card').count()).toBe(9);
  expect(faults).toEqual([]);
  for (const scheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    expect(await seriousFaults(page, scheme)).toEqual([]);
  }
  await page.close();
});

it('what is wrong is told beside the form', async () => {
  const { page } = await open(detector);
  const file = path.join(tempFolder(), "it's `odd` $(name).jpg");
  writeFileSync(file, 'no picture');
  await page.setInputFiles('input[type=file]', file);
  expect(await page.textContent('#command')).toContain(`'image=@"it'\\''s \`odd\` $(name).jpg"'`);
  await page.click('#send');
  await page.waitForSelector('.problem');
  expect(await page.textContent('.problem')).toContain('media-format');
  await page.close();
});

it('names are text wherever they stand; text goes in and comes out, and a request can be called off', async () => {
  const { page, faults } = await open(odd);
  expect(await page.title()).toBe('</title><script>alert(1)</script> "quoted" & turned');
  expect(await page.textContent('h1')).toContain('<script>alert(1)</script>');
  await page.fill('textarea', 'say <b>bold</b>');
  await page.click('#send');
  await page.waitForSelector('.answer pre');
  expect(await page.textContent('.answer pre')).toBe('say <b>bold</b>');
  expect(await page.locator('.answer b').count()).toBe(0);
  await page.fill('textarea', 'wait nobody');
  await page.click('#send');
  await page.click('#stop');
  await page.waitForFunction(() => document.getElementById('answers')?.textContent === 'Cancelled.');
  expect(faults).toEqual([]);
  await page.close();
});
