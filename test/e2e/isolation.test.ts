import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright';
import { expect, it, onTestFinished } from 'vitest';
import { inStudio } from './hosts.ts';
import { BackEnd, launchBrowser, whyNot } from './studio.ts';

/** What the page's policy stopped, by directive. */
async function violations(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const seen: string[] = [];
    Reflect.set(window, 'violations', seen);
    document.addEventListener('securitypolicyviolation', (event) => seen.push(event.violatedDirective));
  });
  return () => page.evaluate(() => Reflect.get(window, 'violations') as string[]);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

inStudio('the page', {
  'loads under its policy without a breach of it': async ({ open }) => {
    const { errors } = await open();
    await pause(500);
    expect(errors).toEqual([]);
  },

  'runs no script but its own: no eval, no inline script, no handler in markup (faults 14, 89)': async ({ open }) => {
    const { page } = await open();
    const stopped = await violations(page);
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = "inline"';
      document.head.append(script);
      const markup = document.createElement('div');
      markup.innerHTML = '<img src="nothing" onerror="window.ran = \'handler\'">';
      document.body.append(markup);
      const link = document.createElement('a');
      link.href = 'javascript:window.ran = "link"';
      document.body.append(link);
      link.click();
      // Text as a timer's work is eval by another name.
      Reflect.apply(setTimeout, window, ['window.ran = "timer"', 0]);
    });
    await pause(500);
    expect(await page.evaluate(() => Reflect.get(window, 'ran'))).toBeUndefined();
    const named = await stopped();
    expect(named).toContain('script-src-elem');
    expect(named).toContain('script-src-attr');
    expect(named.length).toBeGreaterThanOrEqual(4);
  },

  'sends nothing anywhere else': async ({ open }) => {
    const { page } = await open();
    const heard: string[] = [];
    const other = createServer((request, response) => {
      heard.push(String(request.url));
      response.end();
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const away = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await page.evaluate(async (to) => {
      await fetch(`${to}/fetch`, { mode: 'no-cors' }).catch(() => undefined);
      navigator.sendBeacon(`${to}/beacon`, 'x');
      new Image().src = `${to}/image`;
      const form = document.createElement('form');
      form.action = `${to}/form`;
      form.method = 'post';
      document.body.append(form);
      form.submit();
      const frame = document.createElement('iframe');
      frame.src = `${to}/frame`;
      document.body.append(frame);
      await new Promise((resolve) => {
        const socket = new WebSocket(`${to.replace('http', 'ws')}/socket`);
        socket.onerror = resolve;
      }).catch(() => undefined);
    }, away);
    await pause(500);
    expect(heard).toEqual([]);
  },
});

const reason = whyNot('browser');
it.runIf(reason === null)(
  'a page of another port, whose requests carry the cookie, reaches nothing',
  { timeout: 120_000 },
  async () => {
    const backEnd = new BackEnd();
    await backEnd.start();
    onTestFinished(() => backEnd.stop());
    const browser = await launchBrowser();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    await page.goto(await backEnd.address());
    const studio = new URL(page.url()).origin;
    const evil = createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(`<!doctype html><title>evil</title><iframe src="${studio}/"></iframe>`);
    });
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void evil.close());
    await page.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`);
    const reached = await page.evaluate(async (to) => {
      const socket = await new Promise<string>((resolve) => {
        const opening = new WebSocket(`${to.replace('http', 'ws')}/ws?client=evilevil1`);
        opening.onopen = () => resolve('open');
        opening.onerror = () => resolve('refused');
      });
      const asked = await fetch(`${to}/`, { credentials: 'include' }).then(
        () => 'read',
        () => 'refused',
      );
      const sent = await fetch(`${to}/upload/s1?name=a&client=evilevil1`, {
        method: 'POST',
        body: 'x',
        mode: 'no-cors',
        credentials: 'include',
      }).then(
        ({ type }) => type,
        () => 'refused',
      );
      const script = await new Promise<string>((resolve) => {
        const element = document.createElement('script');
        element.src = `${to}/`;
        element.onload = () => resolve('loaded');
        element.onerror = () => resolve('refused');
        document.head.append(element);
      });
      const opened = window.open(`${to}/`);
      await new Promise((resolve) => setTimeout(resolve, 500));
      let scripted = 'apart';
      try {
        if (opened?.document.title !== undefined) scripted = 'together';
      } catch {}
      return { socket, asked, sent, script, scripted };
    }, studio);
    expect(reached).toEqual({
      socket: 'refused',
      asked: 'refused',
      sent: 'refused',
      script: 'refused',
      scripted: 'apart',
    });
    const frame = page.frames().find((one) => one !== page.mainFrame());
    expect((await frame?.content()) ?? '').not.toContain('id="root"');
  },
);
