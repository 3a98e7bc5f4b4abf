import type { z } from 'zod';
import { Problem } from '../../core/problems/problem.ts';
import { type StudioEvent, type StudioMethod, studioSchemas } from '../../core/studio/api.ts';
import type { Studio } from '../../server/studio/types.ts';

/** A back end that does little and does it for real: for tests of what lies before it. */
export interface TinyStudio extends Studio {
  readonly left: readonly string[];
  readonly uploads: ReadonlyMap<string, Uint8Array>;
  emit(client: string, event: StudioEvent): void;
  addBlob(id: string, mime: string, bytes: Uint8Array): void;
  /** Calls wait until this is called, when `held` was asked for. */
  hold(): () => void;
  readonly underWay: () => number;
}

export function makeTinyStudio(): TinyStudio {
  const listeners = new Map<string, Set<(event: StudioEvent) => void>>();
  const blobs = new Map<string, { mime: string; bytes: Uint8Array }>();
  const uploads = new Map<string, Uint8Array>();
  const left: string[] = [];
  let held: Promise<void> = Promise.resolve();
  let underWay = 0;
  return {
    left,
    uploads,
    underWay: () => underWay,
    hold: () => {
      let release = (): void => undefined;
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    emit: (client, event) => {
      for (const listener of listeners.get(client) ?? []) listener(event);
    },
    addBlob: (id, mime, bytes) => blobs.set(id, { mime, bytes }),
    call: async (client, method, args) => {
      const parsed = (studioSchemas as Readonly<Record<StudioMethod, z.ZodType>>)[method as StudioMethod].safeParse(
        args,
      );
      if (!parsed.success)
        throw new Problem('usage', { message: `${method} was called with other arguments.`, fix: 'See the contract.' });
      underWay++;
      await held;
      underWay--;
      if (method === 'about') return { version: client };
      if (method === 'devices') throw new Error('an accident');
      if (method === 'catalog') return { big: 1n };
      return {};
    },
    listen: (client, listener) => {
      const set = listeners.get(client) ?? new Set();
      listeners.set(client, set.add(listener));
      return () => set.delete(listener);
    },
    blob: (id) => blobs.get(id) ?? null,
    upload: async (client, session, name, body) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      uploads.set(`${client}/${session}/${name}`, Buffer.concat(chunks));
      return { path: `media/${name}`, name, sha256: '', role: 'other', node: null };
    },
    leave: (client) => void left.push(client),
    close: async () => undefined,
  };
}
