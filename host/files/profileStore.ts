import { randomBytes } from 'node:crypto';
import { open, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Problem, type ProblemData, toProblemData } from '../../core/problems/problem.ts';
import type { Profile, ProfileSummary } from '../../core/profile/profile.ts';
import {
  mostProfileChars,
  type ProfileHead,
  parseHead,
  parseProfile,
  profileEnd,
  profileText,
} from '../../core/profile/profileFile.ts';
import { copyNew } from './copyNew.ts';
import { documentSuffix, replaceFile } from './documentFile.ts';
import { decodeUtf8, readWhole } from './host.ts';
import { readFailure } from './readFailure.ts';
import { namesIn } from './stateFile.ts';
import { moveToTrash } from './trash.ts';
import { makeFolder } from './userPath.ts';

/** Where a pipeline's folder keeps what Tributary measured of it. */
export const ownFolder = '.tributary';

export interface ProfileList {
  /** Newest first. */
  readonly profiles: readonly ProfileSummary[];
  /** Of files that cannot be shown. */
  readonly problems: readonly ProblemData[];
}

/** The profiles of one pipeline. Everything rejects with a Problem. */
export interface ProfileStore {
  /** Where they lie. */
  readonly folder: string;
  /** Throws `output-unwritable` now rather than after a long measurement. */
  requireWritable(): Promise<void>;
  /** Writes a profile with its trace. The oldest ones without a label go when there are too many. */
  save(profile: Profile, trace: Uint8Array): Promise<void>;
  list(): Promise<ProfileList>;
  read(id: string): Promise<Profile>;
  readTrace(id: string): Promise<Uint8Array>;
  /** Reads, changes and writes a profile; changes of one profile by this process happen one after the other. */
  change(id: string, change: (profile: Profile) => Profile): Promise<Profile>;
  /** Into the trash of the pipeline's folder. */
  remove(id: string): Promise<void>;
  /** Copies them to where another document's lie; those that are there already stay as they are. */
  copyTo(other: ProfileStore): Promise<void>;
}

export interface StoreLimits {
  /** Profiles without a label. */
  readonly unlabelled: number;
  /** Of all of them, with their traces. */
  readonly bytes: number;
}
export const storeLimits: StoreLimits = { unlabelled: 200, bytes: 4 * 1024 ** 3 };

const mostTraceBytes = 1.5 * 1024 ** 3;
/** A label has at most 200 characters, a processor's name not many more. */
const headBytes = 16 * 1024;
const profileName = /^([a-z0-9-]{1,64})\.json$/;
/** What a kill left half written is cleared away when nobody can be writing it any more. */
const staleMs = 24 * 3600 * 1000;

/** What a document's profiles are filed under: the name of its file without the ending. */
export function profilesName(file: string): string {
  const base = path.basename(file);
  const name = base.endsWith(documentSuffix) ? base.slice(0, -documentSuffix.length) : base.replace(/\.json$/, '');
  return /^\.*$/.test(name) ? 'untitled' : name;
}

/** Sorts by time: `20260721-142233-123-5f2c9a1e`. */
export function newProfileId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:Z]/g, '').replace(/[T.]/g, '-');
  return `${stamp}-${randomBytes(4).toString('hex')}`;
}

/** Profiles beside a pipeline: `root` is its folder, `name` what they are filed under. */
export function openProfileStore(root: string, name: string, limits: StoreLimits = storeLimits): ProfileStore {
  const folder = path.join(root, ownFolder, 'profiles', name);
  const fileOf = (id: string): string => path.join(folder, `${id}.json`);
  const traceOf = (id: string): string => path.join(folder, `${id}.trace`);

  async function prepare(): Promise<void> {
    await makeFolder(folder);
    // Who keeps a pipeline under version control may want its profiles there, but hardly the traces.
    const note = '# Profiles (.json) can be kept and compared with; traces are large.\n*.trace\n';
    await writeFile(path.join(root, ownFolder, '.gitignore'), note, { flag: 'wx' }).catch(() => undefined);
  }

  async function read(id: string): Promise<Profile> {
    const shown = `${id}.json`;
    const bytes = await readWhole(fileOf(id), { name: shown, maxBytes: mostProfileChars }).catch(missing(id));
    // The name of the file is what it is known by, should someone have copied it.
    return { ...parseProfile(textOf(bytes, shown), shown), id };
  }

  async function write(profile: Profile): Promise<void> {
    await replaceFile(fileOf(profile.id), new TextEncoder().encode(profileText(profile)));
  }

  async function removeForGood(id: string): Promise<void> {
    for (const file of [fileOf(id), traceOf(id)]) await unlink(file).catch(() => undefined);
  }

  async function tidy(kept: string): Promise<void> {
    await clearStale(folder, await namesIn(folder));
    const { profiles } = await list();
    let bytes = profiles.reduce((sum, profile) => sum + profile.bytes, 0);
    let unlabelled = profiles.filter((profile) => profile.label === '').length;
    for (const { id, label, bytes: own } of [...profiles].reverse()) {
      if (unlabelled <= limits.unlabelled && bytes <= limits.bytes) return;
      if (label !== '' || id === kept) continue;
      await removeForGood(id);
      bytes -= own;
      unlabelled--;
    }
  }

  async function list(): Promise<ProfileList> {
    const ids = idsOf(await namesIn(folder));
    const found = await Promise.all(
      ids.map(async (id) => {
        try {
          const { head, bytes } = await readHead(fileOf(id), `${id}.json`);
          const trace = await stat(traceOf(id)).then(
            ({ size }) => size,
            () => 0,
          );
          return { summary: { ...head, id, bytes: bytes + trace } };
        } catch (error) {
          return { problem: toProblemData(error, 'profile-invalid', { file: fileOf(id) }) };
        }
      }),
    );
    return {
      profiles: found.flatMap(({ summary }) => (summary === undefined ? [] : [summary])),
      problems: found.flatMap(({ problem }) => (problem === undefined ? [] : [problem])),
    };
  }

  return {
    folder,
    requireWritable: async () => {
      await prepare();
      const probe = path.join(folder, `.writable.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
      await replaceFile(probe, new Uint8Array(0));
      await unlink(probe).catch(() => undefined);
    },
    save: async (profile, trace) => {
      await prepare();
      // The profile last: where it is, its trace is.
      await replaceFile(traceOf(profile.id), trace);
      await write(profile);
      await tidy(profile.id);
    },
    list,
    read,
    readTrace: async (id) => {
      await stat(fileOf(id)).catch(missing(id));
      return readWhole(traceOf(id), { name: `${id}.trace`, maxBytes: mostTraceBytes });
    },
    change: (id, change) =>
      oneByOne(fileOf(id), async () => {
        const changed = { ...change(await read(id)), id };
        await write(changed);
        return changed;
      }),
    remove: (id) =>
      oneByOne(fileOf(id), async () => {
        await stat(fileOf(id)).catch(missing(id));
        await moveToTrash(root, fileOf(id));
        if ((await stat(traceOf(id)).catch(() => null)) !== null) await moveToTrash(root, traceOf(id));
      }),
    copyTo: async (other) => {
      if (other.folder === folder) return;
      const [names, there] = await Promise.all([namesIn(folder), namesIn(other.folder)]);
      for (const id of idsOf(names)) {
        if (there.includes(`${id}.json`)) continue;
        for (const file of [`${id}.trace`, `${id}.json`])
          if (names.includes(file)) await copyNew(path.join(folder, file), path.join(other.folder, file));
      }
    },
  };
}

/** Newest first. */
function idsOf(names: readonly string[]): readonly string[] {
  return names
    .flatMap((name) => profileName.exec(name)?.[1] ?? [])
    .sort()
    .reverse();
}

/** The head of a profile's file, and whether the rest of it is there. */
async function readHead(file: string, shown: string): Promise<{ readonly head: ProfileHead; readonly bytes: number }> {
  const facts = await stat(file).catch((error: unknown) => {
    throw readFailure(error, shown, 'a profile');
  });
  // Before it is opened: a pipe that lies there would wait for ever.
  if (!facts.isFile()) throw unreadable(shown, 'it is not a plain file');
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw readFailure(error, shown, 'a profile');
  });
  try {
    const start = await part(handle, 0, Math.min(headBytes, facts.size));
    const end = await part(handle, Math.max(0, facts.size - profileEnd.length), profileEnd.length);
    // A line that is cut off in the middle of a letter is cut off all the same.
    const head = parseHead(new TextDecoder().decode(start), shown);
    if (new TextDecoder().decode(end) !== profileEnd)
      throw unreadable(shown, 'it was cut off while it was written or copied');
    return { head, bytes: facts.size };
  } finally {
    await handle.close();
  }
}

async function part(handle: Awaited<ReturnType<typeof open>>, at: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

function textOf(bytes: Uint8Array, shown: string): string {
  try {
    return decodeUtf8(bytes, shown);
  } catch {
    throw unreadable(shown, 'it is not UTF-8 text');
  }
}

async function clearStale(folder: string, names: readonly string[]): Promise<void> {
  const known = new Set(idsOf(names));
  for (const name of names) {
    const orphan = name.endsWith('.trace') && !known.has(name.slice(0, -'.trace'.length));
    if (!orphan && !/^\..*\.tmp$/.test(name)) continue;
    const file = path.join(folder, name);
    const facts = await stat(file).catch(() => null);
    if (facts?.isFile() && Date.now() - facts.mtimeMs > staleMs) await unlink(file).catch(() => undefined);
  }
}

const turns = new Map<string, Promise<unknown>>();

function oneByOne<T>(file: string, work: () => Promise<T>): Promise<T> {
  const done = (turns.get(file) ?? Promise.resolve()).then(work, work);
  turns.set(file, done);
  const forget = (): void => {
    if (turns.get(file) === done) turns.delete(file);
  };
  done.then(forget, forget);
  return done;
}

function missing(id: string): (error: unknown) => never {
  return (error) => {
    const failure = readFailure(error, `${id}.json`, 'a profile');
    if (failure.data.code !== 'file-missing') throw failure;
    throw new Problem('file-missing', {
      message: `There is no profile "${id}" any more.`,
      fix: 'Choose another, or measure again.',
      where: { file: `${id}.json` },
    });
  };
}

function unreadable(shown: string, why: string): Problem {
  return new Problem('profile-invalid', {
    message: `${shown} cannot be read: ${why}.`,
    fix: 'Measure again; the file can be removed.',
    where: { file: shown },
  });
}
