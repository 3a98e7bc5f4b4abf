import path from 'node:path';
import { z } from 'zod';
import type { RecentFile } from '../../core/studio/api.ts';
import { processRuns } from '../../host/files/locks.ts';
import { namesIn, readState, removeOwn, writeState } from '../../host/files/stateFile.ts';
import { kindOfPath } from '../../host/files/userPath.ts';
import type { BackEnd } from './backEnd.ts';
import { untitledWork } from './journals.ts';
import type { StatePaths } from './statePaths.ts';

/** What must be known of work without a file to go on with it after a crash; lies beside its journal. */
const noteSchema = z.object({
  folder: z.string(),
  borrowed: z.boolean(),
  ownFolder: z.string().nullable(),
  sample: z.string().nullable(),
  openedAt: z.number(),
  pid: z.number(),
});
export type UntitledNote = z.infer<typeof noteSchema>;

const journalName = /^untitled-([a-z0-9]{1,32})\.jsonl$/;
/** Older work than the newest so many is forgotten, its folder too. */
const mostKept = 50;

/** The id of untitled work when a path is that of its journal; null for any other path. */
export function untitledId(state: StatePaths, named: string): string | null {
  const file = path.resolve(named);
  return path.dirname(file) === state.journals ? (journalName.exec(path.basename(file))?.[1] ?? null) : null;
}

export async function writeNote(state: StatePaths, id: string, note: UntitledNote): Promise<void> {
  await writeState(noteOf(state, id), note);
}

export async function readNote(state: StatePaths, id: string): Promise<UntitledNote | null> {
  const parsed = noteSchema.safeParse(await readState(noteOf(state, id)));
  return parsed.success ? parsed.data : null;
}

/** Forgets untitled work: its journal, its note and the folder that was its own, where its profiles may be, too. */
export async function forgetUntitled(state: StatePaths, id: string): Promise<void> {
  const note = await readNote(state, id);
  if (note?.ownFolder && path.dirname(note.ownFolder) === state.untitled) await removeOwn(note.ownFolder);
  await removeOwn(path.join(state.untitled, id));
  await removeOwn(state.untitledJournal(id));
  await removeOwn(noteOf(state, id));
}

/** Untitled work with edits that no window has open (or that this client has), newest first. */
export async function listUntitled(back: BackEnd, client: string): Promise<readonly RecentFile[]> {
  const found: RecentFile[] = [];
  for (const name of await namesIn(back.state.journals)) {
    const id = journalName.exec(name)?.[1];
    if (id === undefined) continue;
    const session = back.sessions.find(id);
    const note = await readNote(back.state, id);
    const elsewhere = note !== null && note.pid !== process.pid && processRuns(note.pid);
    if (elsewhere || (session !== undefined && session.client !== client)) continue;
    const work = await untitledWork(back.state.untitledJournal(id));
    if (note === null || work === null || (await kindOfPath(note.folder)) !== 'folder') {
      if (session === undefined) await forgetUntitled(back.state, id);
      continue;
    }
    if (work.edits === 0) continue;
    found.push({
      path: back.state.untitledJournal(id),
      name: `${work.name} (not saved)`,
      folder: note.folder,
      openedAt: note.openedAt,
      present: true,
    });
  }
  found.sort((a, b) => b.openedAt - a.openedAt);
  for (const old of found.slice(mostKept)) {
    const id = untitledId(back.state, old.path);
    if (id !== null && back.sessions.find(id) === undefined) await forgetUntitled(back.state, id);
  }
  return found.slice(0, mostKept);
}

function noteOf(state: StatePaths, id: string): string {
  return path.join(state.journals, `untitled-${id}.json`);
}
