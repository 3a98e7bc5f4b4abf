import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright';
import { build } from 'vite';
import { writeDocument } from '../../core/graph/write.ts';
import { BackEnd, launchBrowser, openStudio, root } from '../../test/e2e/studio.ts';
import { median } from '../measure.ts';
import { largeGraph } from './graph.ts';

/**
 * The studio in a real browser with 1,000 nodes and 1,500 wires, against bare React Flow with as many: how long it takes
 * to open, how many frames a second panning and dragging keep, how long a key in the inspector takes to be seen; the
 * bundle's size, and how soon the studio is ready.
 *
 *     node scripts/run.mjs bench/studio/canvas.ts [count]
 */
const count = Number(process.argv[2] ?? '1000');

interface Frames {
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** Frame times while `move` goes on. */
async function framesWhile(page: Page, move: () => Promise<void>): Promise<Frames> {
  // The runner of this script names inner functions by a helper that the page does not have.
  await page.evaluate('globalThis.__name = (f) => f');
  await page.evaluate(() => {
    const times: number[] = [];
    const tick = (at: number): void => {
      times.push(at);
      if (!document.body.hasAttribute('data-stop')) requestAnimationFrame(tick);
    };
    document.body.removeAttribute('data-stop');
    Object.assign(window, { frameTimes: times });
    requestAnimationFrame(tick);
  });
  await move();
  const times = await page.evaluate(() => {
    document.body.setAttribute('data-stop', '');
    return (window as unknown as { readonly frameTimes: readonly number[] }).frameTimes;
  });
  const gaps = times
    .slice(1)
    .map((at, i) => at - times[i])
    .sort((a, b) => a - b);
  return { medianMs: median(gaps), p95Ms: gaps[Math.floor(gaps.length * 0.95)] };
}

async function pan(page: Page): Promise<void> {
  await page.mouse.move(700, 450);
  for (let i = 0; i < 90; i++) await page.mouse.wheel(i % 40 < 20 ? 40 : -40, i % 30 < 15 ? 24 : -24);
}

/** The header of a node that lies wholly inside the canvas. */
async function nodeInSight(page: Page): Promise<{ readonly x: number; readonly y: number }> {
  for (const node of await page.locator('.react-flow__node').all()) {
    const box = await node.boundingBox();
    if (box === null || box.x < 220 || box.y < 120 || box.x + box.width > 1000 || box.y + box.height > 760) continue;
    return { x: box.x + Math.min(60, box.width / 2), y: box.y + 12 };
  }
  throw new Error('no node lies in sight');
}

async function drag(page: Page): Promise<void> {
  const { x, y } = await nodeInSight(page);
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let i = 1; i <= 90; i++) await page.mouse.move(x + 80 * Math.sin(i / 9), y + 60 * (1 - Math.cos(i / 7)));
  await page.mouse.up();
}

async function servePeer(): Promise<{ readonly url: string; close(): void }> {
  const outDir = mkdtempSync(path.join(os.tmpdir(), 'tributary-bare-'));
  const source = path.join(root, 'bench/studio/bare');
  await build({ root: source, base: './', configFile: false, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  const server = http.createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://x').pathname;
    const file = path.join(outDir, name === '/' ? 'index.html' : path.normalize(name));
    const type = file.endsWith('.js') ? 'text/javascript' : file.endsWith('.css') ? 'text/css' : 'text/html';
    if (existsSync(file)) response.writeHead(200, { 'content-type': type }).end(readFileSync(file));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/?count=${count}`,
    close: () => {
      server.close();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}

/** Gzipped bytes of what a first visit loads: the entry and what it imports, not the lazily loaded parts. */
function firstLoadBytes(): { readonly script: number; readonly all: number } {
  const assets = path.join(root, 'dist/renderer/assets');
  const html = readFileSync(path.join(root, 'dist/renderer/index.html'), 'utf8');
  const first = new Set([...html.matchAll(/assets\/([^"']+)/g)].map((match) => match[1]));
  const size = (name: string): number => gzipSync(readFileSync(path.join(assets, name))).length;
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
  return {
    script: [...first].reduce((sum, name) => sum + size(name), 0),
    all: scripts.reduce((sum, name) => sum + size(name), 0),
  };
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tributary-large-'));
  const file = path.join(folder, 'large.tributary.json');
  const graph = largeGraph(count);
  writeFileSync(file, writeDocument(graph));
  const browser = await launchBrowser();
  const peer = await servePeer();
  try {
    const readyFrom = performance.now();
    const backEnd = new BackEnd();
    await backEnd.start();
    const readyMs = performance.now() - readyFrom;
    const studio = await openStudio('browser', { browser, backEnd });
    const { page } = studio;
    const opening: number[] = [];
    for (let i = 0; i < 3; i++) {
      const from = performance.now();
      await page.evaluate((target) => {
        location.hash = `open=${encodeURIComponent(target)}`;
      }, file);
      await page.locator('.react-flow__node').first().waitFor();
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      opening.push(performance.now() - from);
      if (i === 2) break;
      await page.evaluate(() => {
        location.hash = '';
      });
      await page.keyboard.press('ControlOrMeta+Alt+w');
      await page.locator('.welcome').waitFor();
    }
    await page.keyboard.press('Control+0');
    await page.waitForTimeout(500);
    const barePage = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    await barePage.goto(peer.url);
    await barePage.locator('.react-flow__node').first().waitFor();

    const rows: string[] = [];
    for (const [name, move] of [
      ['panning', pan],
      ['dragging a node', drag],
    ] as const) {
      const ours: Frames[] = [];
      const theirs: Frames[] = [];
      for (let i = 0; i < 3; i++) {
        await page.bringToFront();
        ours.push(await framesWhile(page, () => move(page)));
        await barePage.bringToFront();
        theirs.push(await framesWhile(barePage, () => move(barePage)));
      }
      const mine = median(ours.map((f) => f.medianMs));
      const bare = median(theirs.map((f) => f.medianMs));
      rows.push(
        `${name}: ${(1000 / mine).toFixed(0)} frames/s in the median (p95 ${median(ours.map((f) => f.p95Ms)).toFixed(0)} ms), bare React Flow ${(1000 / bare).toFixed(0)} (p95 ${median(theirs.map((f) => f.p95Ms)).toFixed(0)} ms): ${(mine / bare).toFixed(2)}x its frame time (aim: 50/s, or under 1.2x)`,
      );
    }
    await page.bringToFront();
    const typing = await typeInInspector(page);
    const { script, all } = firstLoadBytes();
    console.log(
      `${graph.nodes.length} nodes, ${graph.wires.length} wires, ${os.cpus().length} cores, software rendering`,
    );
    console.log(`ready after start: ${(readyMs / 1000).toFixed(2)} s (aim: under 2)`);
    console.log(`opens in ${(median(opening) / 1000).toFixed(2)} s (aim: under 2)`);
    for (const row of rows) console.log(row);
    console.log(`a key in the inspector is seen after ${typing.toFixed(0)} ms in the median (aim: under 50)`);
    console.log(
      `bundle: ${(script / 1024).toFixed(0)} KiB gzipped at first, ${(all / 1024).toFixed(0)} KiB with the lazily loaded parts (aim: under 1,024 at first)`,
    );
    await studio.close();
    await backEnd.stop();
  } finally {
    peer.close();
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From the key to the frame in which its letter stands there. */
async function typeInInspector(page: Page): Promise<number> {
  const { x, y } = await nodeInSight(page);
  await page.mouse.click(x, y);
  const field = page.locator('.panel.right input[type="text"], .panel.right input:not([type])').first();
  await field.click();
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(window, { keyTimes: seen });
    document.addEventListener(
      'keydown',
      (event) => {
        const from = event.timeStamp;
        requestAnimationFrame(() => setTimeout(() => seen.push(performance.now() - from)));
      },
      true,
    );
  });
  for (const letter of 'a name for this node that is long enough') {
    await page.keyboard.press(letter === ' ' ? 'Space' : letter);
    // A fast typist: fifteen letters a second. Without a pause a letter would wait for those before it.
    await page.waitForTimeout(66);
  }
  return median(
    await page.evaluate(() => [...(window as unknown as { readonly keyTimes: readonly number[] }).keyTimes]),
  );
}

await main();
