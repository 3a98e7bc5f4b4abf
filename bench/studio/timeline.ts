import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright';
import { build } from 'vite';
import { launchBrowser, root } from '../../test/e2e/studio.ts';
import { median } from '../measure.ts';

/**
 * The timeline with a million spans in a real browser: how long it takes from the file's bytes to the first picture, and
 * how many frames a second panning and zooming keep, against a canvas that goes through all spans on every frame.
 *
 *     node scripts/run.mjs bench/studio/timeline.ts [count]
 */
const count = Number(process.argv[2] ?? '1000000');

async function servePage(): Promise<{ readonly url: string; close(): void }> {
  const outDir = mkdtempSync(path.join(os.tmpdir(), 'tributary-spans-'));
  const source = path.join(root, 'bench/studio/spans');
  await build({ root: source, base: './', configFile: false, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  const server = http.createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://x').pathname;
    const file = path.join(outDir, name === '/' ? 'index.html' : path.normalize(name));
    const types: Readonly<Record<string, string>> = {
      '.js': 'text/javascript',
      '.css': 'text/css',
      '.html': 'text/html',
    };
    const type = types[path.extname(file)];
    if (existsSync(file) && type !== undefined)
      response.writeHead(200, { 'content-type': type }).end(readFileSync(file));
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

/** Opens the page with its trace made, but not opened. */
async function readyPage(browser: Browser, url: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 400 } })).newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(url);
  // The runner of this script names inner functions by a helper that the page does not have.
  await page.evaluate('globalThis.__name = (f) => f');
  await page.waitForFunction(() => typeof window.openTrace === 'function');
  return page;
}

/** Milliseconds from the bytes of the file to the frame that shows it. */
async function openingMs(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const from = performance.now();
        window.openTrace?.();
        const look = (): void => {
          const canvas = document.querySelector<HTMLCanvasElement>('.timeline-surface canvas, canvas.timeline-surface');
          // Large as it is shown only once it was drawn.
          const drawn = canvas !== null && canvas.width > 300;
          if (drawn) setTimeout(() => resolve(performance.now() - from));
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
  );
}

/** Times between frames while the wheel turns: sideways first, then closer and away. */
async function framesOf(page: Page, turns: number): Promise<readonly number[]> {
  return page.evaluate(
    (rounds) =>
      new Promise<readonly number[]>((resolve) => {
        const surface = document.querySelector('.timeline-surface');
        if (surface === null) throw new Error('there is no timeline');
        const box = surface.getBoundingClientRect();
        const at: number[] = [];
        let turn = 0;
        const tick = (now: number): void => {
          at.push(now);
          if (turn === rounds) {
            resolve(at.slice(1).map((one, i) => one - at[i]));
            return;
          }
          const zooms = turn % 40 >= 20;
          const way = turn % 20 < 10 ? 1 : -1;
          surface.dispatchEvent(
            new WheelEvent('wheel', {
              deltaX: zooms ? 0 : way * 60,
              deltaY: zooms ? -way * 60 : 0,
              clientX: box.left + box.width / 2,
              clientY: box.top + 20,
              bubbles: true,
              cancelable: true,
            }),
          );
          turn++;
          requestAnimationFrame(tick);
        };
        requestAnimationFrame(tick);
      }),
    turns,
  );
}

/** Processor time of the page's own thread per frame: says the same on a machine that does something else too. */
async function threadMsPerFrame(page: Page, turns: number): Promise<number> {
  const tools = await page.context().newCDPSession(page);
  await tools.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' });
  await tools.send('Performance.enable');
  const spent = async (): Promise<number> => {
    const { metrics } = await tools.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
  };
  const before = await spent();
  const frames = await framesOf(page, turns);
  return ((await spent()) - before) / frames.length;
}

function told(times: readonly number[]): {
  readonly perSecond: number;
  readonly p95: number;
  readonly medianMs: number;
} {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = median(sorted);
  return { perSecond: 1000 / middle, medianMs: middle, p95: sorted[Math.floor(sorted.length * 0.95)] };
}

async function main(): Promise<void> {
  const server = await servePage();
  const browser = await launchBrowser();
  try {
    const [ours, theirs]: [number[], number[]] = [[], []];
    const [frames, naiveFrames]: [number[], number[]] = [[], []];
    const [threadMs, naiveThreadMs]: [number[], number[]] = [[], []];
    let bytes = 0;
    for (let round = 0; round < 3; round++) {
      const page = await readyPage(browser, server.url);
      bytes = await page.evaluate(() => window.traceBytes ?? 0);
      ours.push(await openingMs(page));
      frames.push(...(await framesOf(page, 120)));
      threadMs.push(await threadMsPerFrame(page, 80));
      await page.context().close();
      const naive = await readyPage(browser, `${server.url}&how=naive`);
      theirs.push(await openingMs(naive));
      naiveFrames.push(...(await framesOf(naive, 12)));
      naiveThreadMs.push(await threadMsPerFrame(naive, 8));
      await naive.context().close();
    }
    const [mine, peer] = [told(frames), told(naiveFrames)];
    console.log(
      `${count.toLocaleString('en')} spans, a file of ${(bytes / 1e6).toFixed(0)} MB, 1440 px wide, ${os.cpus().length} cores, software rendering`,
    );
    console.log(
      `opens in ${(median(ours) / 1000).toFixed(2)} s from bytes to picture (aim: under 3), all spans on a canvas ${(median(theirs) / 1000).toFixed(2)} s: ${(median(ours) / median(theirs)).toFixed(2)}x`,
    );
    console.log(
      `pans and zooms at ${mine.perSecond.toFixed(0)} frames/s in the median, p95 ${mine.p95.toFixed(0)} ms (aim: 30/s or more), all spans on a canvas ${peer.perSecond.toFixed(1)}/s, p95 ${peer.p95.toFixed(0)} ms: ${(mine.medianMs / peer.medianMs).toFixed(3)}x its frame time`,
    );
    console.log(
      `processor time of the page per frame: ${median(threadMs).toFixed(1)} ms (aim: under 33), all spans on a canvas ${median(naiveThreadMs).toFixed(0)} ms: ${(median(threadMs) / median(naiveThreadMs)).toFixed(3)}x`,
    );
  } finally {
    await browser.close();
    server.close();
  }
}

await main();
