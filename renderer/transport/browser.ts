import { Problem, type ProblemData, problemFrom } from '../../core/problems/problem.ts';
import type { Imported, StudioApi, StudioEvent } from '../../core/studio/api.ts';
import { Calls } from './calls.ts';

/** How long to wait before each new try to reach a back end that went away; the last goes on for ever. */
const retryMs = [100, 250, 500, 1000, 2000];

/** The contract over HTTP and one WebSocket, for the studio in a browser. */
export function browserApi(): StudioApi {
  const client = clientId();
  const listeners = new Set<(event: StudioEvent) => void>();
  const watchers = new Set<(connected: boolean, tries: number) => void>();
  const calls = new Calls((text) => socket?.send(text));
  let socket: WebSocket | null = null;
  let tries = 0;
  let connected = false;

  function setConnected(next: boolean): void {
    if (next && connected) return;
    connected = next;
    for (const watcher of watchers) watcher(next, tries);
  }

  function open(): void {
    const url = new URL(`ws?client=${client}`, document.baseURI);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const opening = new WebSocket(url);
    opening.onopen = () => {
      socket = opening;
      tries = 0;
      calls.reopen();
      setConnected(true);
    };
    opening.onmessage = ({ data }) => {
      const message = JSON.parse(String(data)) as { readonly id?: number; readonly event?: StudioEvent };
      if (message.id === undefined) for (const listener of listeners) listener(message.event as StudioEvent);
      else calls.answered(message as Parameters<Calls['answered']>[0]);
    };
    opening.onclose = () => {
      socket = null;
      calls.lost();
      setConnected(false);
      window.setTimeout(open, retryMs[Math.min(tries++, retryMs.length - 1)]);
    };
  }
  open();

  return {
    call: (method, args) => calls.call(method, args),
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchConnection: (listener) => {
      watchers.add(listener);
      listener(connected, tries);
      return () => watchers.delete(listener);
    },
    blobUrl: (blob) => new URL(`blob/${blob}`, document.baseURI).href,
    upload: (session, name, body) => uploadTo(new URL(`upload/${session}`, document.baseURI), client, name, body),
  };
}

/** Sends a file as a body; the answer is what it became. Used by both transports. */
export async function uploadTo(url: URL, client: string, name: string, body: Blob): Promise<Imported> {
  url.searchParams.set('name', name);
  url.searchParams.set('client', client);
  const response = await fetch(url, { method: 'POST', body }).catch((cause: unknown) => {
    throw new Problem('connection-lost', {
      message: `"${name}" could not be sent: the connection to the back end was lost.`,
      fix: 'Try again when the studio says that it is connected.',
      cause,
    });
  });
  const answer = (await response.json()) as Imported | { readonly problem: ProblemData };
  if ('problem' in answer) throw problemFrom(answer.problem);
  return answer;
}

/** Kept over a reload, so that the page is still the same client. While the page lives it is not to be found: a duplicated tab is another. */
function clientId(): string {
  const id = sessionStorage.getItem('client') ?? crypto.randomUUID().replaceAll('-', '');
  sessionStorage.removeItem('client');
  window.addEventListener('pagehide', () => sessionStorage.setItem('client', id));
  return id;
}
