import type { WebPreferences } from 'electron';
import { clientArgument } from './channels.ts';

export const scheme = 'tributary';
/** Where our own pages come from, and nothing else does. */
export const ownOrigin = `${scheme}://studio`;
export const startPage = `${ownOrigin}/`;

/** What the scheme may do: be an origin like https's, be fetched from, and stream sound. */
export const schemePrivileges = {
  standard: true,
  secure: true,
  supportFetchAPI: true,
  stream: true,
  codeCache: true,
  corsEnabled: false,
  bypassCSP: false,
  allowServiceWorkers: false,
} as const;

/** A page is as closed in as Electron can close it. */
export function webPreferences(preload: string, client: string, packaged: boolean): WebPreferences {
  return {
    preload,
    additionalArguments: [`${clientArgument}${client}`],
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    // Its dictionaries would be fetched from the network.
    spellcheck: false,
    devTools: !packaged,
  };
}

/** The page of a window, with what it opens at once. */
export function pageFor(file?: string): string {
  return file === undefined ? startPage : `${startPage}#open=${encodeURIComponent(file)}`;
}

/** True for addresses of our own pages. Compared as parsed: `tributary://studio.evil` and `tributary://studio@evil` are others. */
export function isOwnUrl(address: string): boolean {
  const url = parsed(address);
  return (
    url !== null &&
    url.protocol === `${scheme}:` &&
    url.host === 'studio' &&
    url.username === '' &&
    url.password === '' &&
    url.port === ''
  );
}

/** Sites that docs and problems link to. */
const linkedHosts = new Set(['onnxruntime.ai', 'onnx.ai', 'netron.app', 'ffmpeg.org', 'nodejs.org', 'huggingface.co']);

/** Whether a link may be given to the person's browser: https of a site on the list, and nothing hidden in it. */
export function mayOpenOutside(address: string): boolean {
  const url = parsed(address);
  return (
    url !== null &&
    url.protocol === 'https:' &&
    linkedHosts.has(url.hostname) &&
    url.port === '' &&
    url.username === '' &&
    url.password === ''
  );
}

/** What becomes of a window's wish to go somewhere: it may load its page again, and a link may open in the person's browser. */
export function decideNavigation(address: string): 'stay' | 'openOutside' | 'deny' {
  if (address.split('#', 1)[0] === startPage) return 'stay';
  return mayOpenOutside(address) ? 'openOutside' : 'deny';
}

/** Whether a page may load this: what is ours, and what it made itself. Nothing goes to the network. */
export function mayLoad(address: string, packaged: boolean): boolean {
  const url = parsed(address);
  if (url === null) return false;
  if (url.protocol === 'blob:' || url.protocol === 'data:') return true;
  if (!packaged && url.protocol === 'devtools:') return true;
  return isOwnUrl(address);
}

/** Crashed pages are loaded again, but not for ever: `times` are those of earlier crashes, in milliseconds. */
export function mayReload(times: readonly number[], now: number): boolean {
  return times.filter((time) => now - time < 60_000).length < 3;
}

function parsed(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
