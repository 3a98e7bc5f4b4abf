import { Problem, type ProblemData, problemFrom } from '../core/problems/problem.ts';
import type { Imported } from '../core/studio/api.ts';
import type { PortLike } from '../host/process/protocol.ts';
import type { StudioBlob } from '../server/studio/types.ts';
import { giveBody } from './bodyPort.ts';
import type { StudioAsk, StudioTell } from './studioMessages.ts';

/** The studio's process, as Electron's UtilityProcess is. */
export interface StudioChild {
  postMessage(message: StudioAsk, ports: readonly PortLike[]): void;
  onMessage(listener: (message: StudioTell) => void): void;
  onExit(listener: (code: number | null) => void): void;
  kill(): void;
}

export interface StudioLinkOptions {
  readonly start: () => StudioChild;
  /** Two ends of a new channel. */
  readonly channel: () => readonly [PortLike, PortLike];
  readonly onMessage: (client: string, text: string) => void;
  readonly onConnection: (connected: boolean) => void;
  /** It died again and again: nothing more is tried. */
  readonly onGivenUp: (problem: ProblemData | null) => void;
}

/** Main's side of the studio. It goes on when the process dies: another is started, and the clients join it. */
export interface StudioLink {
  join(client: string): void;
  leave(client: string): void;
  call(client: string, text: string): void;
  blob(id: string): Promise<StudioBlob | null>;
  upload(client: string, session: string, name: string, body: AsyncIterable<Uint8Array>): Promise<Imported>;
  close(): Promise<void>;
}

type Waiting =
  | { readonly for: 'blob'; readonly resolve: (blob: StudioBlob | null) => void }
  | {
      readonly for: 'upload';
      readonly resolve: (imported: Imported) => void;
      readonly reject: (problem: Problem) => void;
    };

/** Deaths within a minute after which no other process is started. */
const mostDeaths = 4;

export function makeStudioLink(options: StudioLinkOptions): StudioLink {
  const clients = new Set<string>();
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let child: StudioChild | null = null;
  let closed: (() => void) | null = null;
  let closing = false;
  let deaths: readonly number[] = [];
  let failure: ProblemData | null = null;
  begin();

  function begin(): void {
    const started = options.start();
    child = started;
    started.onMessage((message) => {
      if (child === started) heard(message);
    });
    started.onExit(() => {
      if (child === started) ended();
    });
    for (const client of clients) say({ studio: 'join', client });
  }

  function say(message: StudioAsk, ports: readonly PortLike[] = []): void {
    child?.postMessage(message, ports);
  }

  function heard(message: StudioTell): void {
    if (message.studio === 'message') {
      if (clients.has(message.client)) options.onMessage(message.client, message.text);
    } else if (message.studio === 'ready') options.onConnection(true);
    else if (message.studio === 'failed') failure = message.problem;
    else if (message.studio === 'closed') child?.kill();
    else settle(message);
  }

  function settle(message: Extract<StudioTell, { readonly id: number }>): void {
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (asked?.for === 'blob' && message.studio === 'blob') asked.resolve(message.blob);
    else if (asked?.for === 'upload' && message.studio === 'uploaded') asked.resolve(message.imported);
    else if (asked?.for === 'upload' && message.studio === 'refused') asked.reject(problemFrom(message.problem));
  }

  function ended(): void {
    child = null;
    for (const asked of waiting.values()) {
      if (asked.for === 'blob') asked.resolve(null);
      else asked.reject(lost());
    }
    waiting.clear();
    if (closing) {
      closed?.();
      return;
    }
    options.onConnection(false);
    const now = performance.now();
    deaths = [...deaths.filter((time) => now - time < 60_000), now];
    if (deaths.length >= mostDeaths) options.onGivenUp(failure);
    else begin();
  }

  return {
    join: (client) => {
      clients.add(client);
      say({ studio: 'join', client });
    },
    leave: (client) => {
      if (clients.delete(client)) say({ studio: 'leave', client });
    },
    call: (client, text) => {
      if (clients.has(client)) say({ studio: 'call', client, text });
    },
    blob: (blob) =>
      new Promise((resolve) => {
        if (child === null) return resolve(null);
        const id = nextId++;
        waiting.set(id, { for: 'blob', resolve });
        say({ studio: 'blob', id, blob });
      }),
    upload: (client, session, name, body) =>
      new Promise((resolve, reject) => {
        if (child === null) return reject(lost());
        const id = nextId++;
        const [ours, theirs] = options.channel();
        giveBody(ours, body);
        waiting.set(id, { for: 'upload', resolve, reject });
        say({ studio: 'upload', id, client, session, name }, [theirs]);
      }),
    close: () =>
      new Promise((resolve) => {
        closing = true;
        if (child === null) return resolve();
        const hard = setTimeout(() => child?.kill(), 5000);
        closed = () => {
          clearTimeout(hard);
          resolve();
        };
        say({ studio: 'close' });
      }),
  };
}

function lost(): Problem {
  return new Problem('internal', {
    message: 'The connection to the back end was lost.',
    fix: 'The studio starts it again by itself; then do it again.',
  });
}
