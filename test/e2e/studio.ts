import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type ElectronApplication,
  _electron as electron,
  type Page,
} from 'playwright';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The two hosts of the same studio. */
export type HostName = 'browser' | 'electron';

const electronBinary = path.join(
  root,
  'node_modules/electron/dist',
  process.platform === 'win32' ? 'electron.exe' : 'electron',
);

/** Why a host cannot be tried here; null when it can. */
export function whyNot(host: HostName): string | null {
  if (host === 'electron') return existsSync(electronBinary) ? null : "Electron's binary is not installed here";
  return findChromium() === null ? 'no Chromium was found' : null;
}

function findChromium(): string | null {
  const named = process.env['TRIBUTARY_CHROMIUM'];
  const places = [
    named,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    chromium.executablePath(),
  ];
  return places.find((place) => place !== undefined && place !== '' && existsSync(place)) ?? null;
}

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium() ?? undefined,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
    ],
  });
}

/** A back end of its own, with its own state, that can be killed and started again. */
export class BackEnd {
  readonly state = mkdtempSync(path.join(os.tmpdir(), 'tributary-e2e-state-'));
  readonly #arguments: readonly string[];
  #child: ChildProcess | null = null;
  #lines: AsyncIterator<string> | null = null;
  #port = 0;
  #fresh: string | null = null;

  constructor(args: readonly string[] = []) {
    this.#arguments = args;
  }

  /** Starts it; a second start takes the port of the first, so that the page finds it again. */
  async start(): Promise<void> {
    const port = this.#port === 0 ? [] : ['--port', String(this.#port)];
    const child = spawn(
      process.execPath,
      [path.join(root, 'cli/tributary.mjs'), 'studio', '--no-open', '--json', ...port, ...this.#arguments],
      { cwd: root, env: { ...process.env, TRIBUTARY_STATE: this.state }, stdio: ['pipe', 'pipe', 'pipe'] },
    );
    this.#child = child;
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    this.#lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    this.#fresh = await this.#nextAddress(() => errors);
    this.#port = Number(new URL(this.#fresh).port);
  }

  /** An address with a token of its own: each lets in one browser. */
  async address(): Promise<string> {
    if (this.#child === null) await this.start();
    const fresh = this.#fresh;
    this.#fresh = null;
    if (fresh !== null) return fresh;
    this.#child?.stdin?.write('\n');
    return this.#nextAddress(() => '');
  }

  async #nextAddress(errors: () => string): Promise<string> {
    const line = await this.#lines?.next();
    if (line === undefined || line.done) throw new Error(`the studio ended: ${errors()}`);
    return (JSON.parse(line.value) as { readonly address: string }).address;
  }

  pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** SIGKILL: nothing is written any more. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    this.#fresh = null;
    if (child === null || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child !== null && child.exitCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }
    rmSync(this.state, { recursive: true, force: true });
  }
}

export interface Studio {
  readonly page: Page;
  /** null under Electron, which holds its own. */
  readonly backEnd: BackEnd | null;
  readonly context: BrowserContext;
  /** Errors that the page threw or logged. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

export interface StudioWishes {
  readonly browser?: Browser;
  readonly backEnd?: BackEnd;
  readonly size?: { readonly width: number; readonly height: number };
  readonly theme?: 'dark' | 'light';
  /** Opens this pipeline at once. */
  readonly open?: string;
}

/** Opens the studio in the host named, ready to be used. */
export async function openStudio(host: HostName, wishes: StudioWishes = {}): Promise<Studio> {
  return host === 'electron' ? openDesktop(wishes) : openInBrowser(wishes);
}

async function openInBrowser({ browser, backEnd, size, theme, open }: StudioWishes): Promise<Studio> {
  const ownBrowser = browser === undefined ? await launchBrowser() : null;
  const end = backEnd ?? new BackEnd();
  const address = await end.address();
  const context = await (browser ?? (ownBrowser as Browser)).newContext({
    viewport: size ?? { width: 1440, height: 900 },
    colorScheme: theme ?? 'dark',
    permissions: ['clipboard-read', 'clipboard-write', 'camera', 'microphone'],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const errors = listenForErrors(page);
  await page.goto(open === undefined ? address : `${address}#open=${encodeURIComponent(open)}`);
  await page.waitForSelector('.app, .welcome');
  return {
    page,
    backEnd: end,
    context,
    errors,
    close: async () => {
      await context.close();
      if (backEnd === undefined) await end.stop();
      await ownBrowser?.close();
    },
  };
}

async function openDesktop({ size, theme, open }: StudioWishes): Promise<Studio> {
  const state = mkdtempSync(path.join(os.tmpdir(), 'tributary-e2e-state-'));
  const app: ElectronApplication = await electron.launch({
    executablePath: electronBinary,
    args: [path.join(root, 'dist/electron/main.js'), ...(open === undefined ? [] : [open])],
    env: { ...process.env, TRIBUTARY_STATE: state },
    colorScheme: theme ?? 'dark',
  });
  const page = await app.firstWindow();
  const errors = listenForErrors(page);
  if (size !== undefined) await page.setViewportSize(size);
  await page.waitForSelector('.app, .welcome');
  return {
    page,
    backEnd: null,
    context: app.context(),
    errors,
    close: async () => {
      await app.close();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

function listenForErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    // A lost connection is part of some tests; the browser logs it by itself.
    if (message.type() === 'error' && !/WebSocket|ERR_CONNECTION/.test(message.text())) errors.push(message.text());
  });
  return errors;
}

/** A copy of a sample in a folder of its own, so that a test may save into it. */
export function sampleCopy(name: string): { readonly folder: string; readonly file: string; remove(): void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), `tributary-e2e-${name}-`));
  cpSync(path.join(root, 'samples', name), folder, { recursive: true });
  const file = path.join(folder, `${name}.tributary.json`);
  return { folder, file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The recorded results of a sample. */
export function referenceOf(sample: string): unknown {
  return JSON.parse(readFileSync(path.join(root, 'samples', sample, 'reference.json'), 'utf8'));
}
