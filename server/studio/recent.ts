import path from 'node:path';
import { z } from 'zod';
import type { RecentFile } from '../../core/studio/api.ts';
import { documentSuffix } from '../../host/files/documentFile.ts';
import { readState, writeState } from '../../host/files/stateFile.ts';
import { kindOfPath } from '../../host/files/userPath.ts';

const schema = z.array(z.object({ path: z.string(), name: z.string(), openedAt: z.number() }));
type Entry = z.infer<typeof schema>[number];
const most = 40;

/** Files opened before, newest first. */
export interface Recent {
  add(file: string, name: string): Promise<void>;
  forget(file: string): Promise<void>;
  list(): Promise<readonly RecentFile[]>;
}

/** Kept in one small file; read anew each time, since another window's process writes it too. */
export function makeRecent(file: string): Recent {
  let queue: Promise<unknown> = Promise.resolve();

  async function read(): Promise<readonly Entry[]> {
    const parsed = schema.safeParse(await readState(file));
    return parsed.success ? parsed.data : [];
  }
  function change(next: (entries: readonly Entry[]) => readonly Entry[]): Promise<void> {
    const done = queue.then(async () => writeState(file, next(await read()).slice(0, most)));
    // A list of recent files is not worth failing for.
    queue = done.catch(() => undefined);
    return done.catch(() => undefined);
  }
  return {
    add: (opened, name) =>
      change((entries) => [
        { path: opened, name, openedAt: Date.now() },
        ...entries.filter((entry) => entry.path !== opened),
      ]),
    forget: (opened) => change((entries) => entries.filter((entry) => entry.path !== opened)),
    list: async () => {
      await queue;
      return Promise.all(
        (await read()).map(async (entry) => ({
          path: entry.path,
          name: entry.name === '' ? path.basename(entry.path, documentSuffix) : entry.name,
          folder: path.dirname(entry.path),
          openedAt: entry.openedAt,
          present: (await kindOfPath(entry.path)) === 'file',
        })),
      );
    },
  };
}
