import type { StudioEvent } from '../core/studio/api.ts';
import { closeCodes, graceMs } from '../core/studio/transport.ts';
import type { Studio } from './studio/types.ts';

/** A client's connection, as far as events need it. */
export interface Line {
  send(text: string): void;
  close(code: number): void;
}

interface Client {
  line: Line | null;
  awaySince: number;
  missed: string[];
  missedCharacters: number;
  timer: NodeJS.Timeout | null;
  readonly stopListening: () => void;
}

/** What a client that is away may miss and still be told; past it the window asks for everything anew anyway. */
const mostMissed = 4 << 20;

export interface Clients {
  /** A connection of this client. Returns what to do when it ends. */
  join(id: string, line: Line): () => void;
  has(id: string): boolean;
  close(): void;
}

/** Keeps clients over dropped connections: their sessions go on for a while, and events wait for them. */
export function makeClients(studio: Studio, options: { readonly graceMs?: number } = {}): Clients {
  const grace = options.graceMs ?? graceMs;
  const clients = new Map<string, Client>();

  function remove(id: string): void {
    const client = clients.get(id);
    if (client === undefined) return;
    if (client.timer !== null) clearTimeout(client.timer);
    clients.delete(id);
    client.stopListening();
    studio.leave(id);
  }

  function add(id: string): Client {
    // A browser that was killed and started again comes as a new client: those that went away make room, so that the
    // file it was at is not found to be open elsewhere.
    const now = performance.now();
    for (const [other, { line, awaySince }] of clients) if (line === null && now - awaySince > 1000) remove(other);
    const client: Client = {
      line: null,
      awaySince: now,
      missed: [],
      missedCharacters: 0,
      timer: null,
      stopListening: studio.listen(id, (event) => tell(client, event)),
    };
    clients.set(id, client);
    return client;
  }

  function tell(client: Client, event: StudioEvent): void {
    const text = JSON.stringify({ event });
    if (client.line !== null) {
      client.line.send(text);
      return;
    }
    client.missed.push(text);
    client.missedCharacters += text.length;
    while (client.missedCharacters > mostMissed) client.missedCharacters -= client.missed.shift()?.length ?? 0;
  }

  return {
    join: (id, line) => {
      const client = clients.get(id) ?? add(id);
      if (client.timer !== null) clearTimeout(client.timer);
      client.timer = null;
      const before = client.line;
      client.line = line;
      before?.close(closeCodes.replaced);
      const missed = client.missed;
      client.missed = [];
      client.missedCharacters = 0;
      for (const text of missed) line.send(text);
      return () => {
        if (client.line !== line) return;
        client.line = null;
        client.awaySince = performance.now();
        client.timer = setTimeout(() => remove(id), grace);
        client.timer.unref();
      };
    },
    has: (id) => clients.has(id),
    close: () => {
      for (const [id, client] of clients) {
        client.line?.close(closeCodes.closing);
        remove(id);
      }
    },
  };
}
