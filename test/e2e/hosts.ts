import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { BackEnd, type HostName, launchBrowser, openStudio, type Studio, type StudioWishes, whyNot } from './studio.ts';

export interface Bench {
  /** Opens a studio that is closed when the test ends. */
  open(wishes?: StudioWishes): Promise<Studio>;
  readonly host: HostName;
}

/**
 * The same tests in both hosts: a real browser over HTTP, and Electron wherever its binary is. What cannot run here is
 * left out with the reason.
 */
export function inStudio(
  title: string,
  cases: Readonly<Record<string, (bench: Bench) => Promise<void>>>,
  hosts: readonly HostName[] = ['browser', 'electron'],
): void {
  for (const host of hosts) {
    describe(`${title} (${host})`, () => {
      const reason = whyNot(host);
      let browser: Browser | undefined;
      // One back end for all tests of a file: each page is a client of its own. A test that kills it brings its own.
      let backEnd: BackEnd | undefined;
      beforeAll(async () => {
        if (host !== 'browser' || reason !== null) return;
        browser = await launchBrowser();
        backEnd = new BackEnd();
        await backEnd.start();
      });
      afterAll(async () => {
        await browser?.close();
        await backEnd?.stop();
      });
      for (const [name, run] of Object.entries(cases)) {
        it(name, { timeout: 180_000 }, async ({ skip }) => {
          if (reason !== null) skip(reason);
          const opened: Studio[] = [];
          try {
            await run({
              host,
              open: async (wishes = {}) => {
                const studio = await openStudio(host, { browser, backEnd, ...wishes });
                opened.push(studio);
                return studio;
              },
            });
          } finally {
            for (const studio of opened) await studio.close();
          }
        });
      }
    });
  }
}
