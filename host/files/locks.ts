import { mkdir, open, readFile, unlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { replaceFile } from './documentFile.ts';

/** Who holds a file. */
const holderSchema = z.object({
  pid: z.number().int(),
  host: z.string(),
  user: z.string(),
  /** Milliseconds since 1970. */
  since: z.number(),
  /** When that machine started: a process id means something only until it starts again. */
  bootedAt: z.number(),
});
export type LockHolder = z.infer<typeof holderSchema>;

export interface Lock {
  /** Another that is alive and has it; null when it is ours. */
  readonly heldBy: LockHolder | null;
  /** Lets go of it, when it is ours. */
  release(): Promise<void>;
}

/** Takes a lock file, or says who has it. One whose process is gone is taken over. Without a place to write, nobody has it. */
export async function takeLock(file: string): Promise<Lock> {
  const mine: LockHolder = {
    pid: process.pid,
    host: os.hostname(),
    user: userName(),
    since: Date.now(),
    bootedAt: bootTime(),
  };
  const text = JSON.stringify(mine);
  const ours: Lock = {
    heldBy: null,
    release: async () => {
      if ((await readFile(file, 'utf8').catch(() => '')) === text) await unlink(file).catch(() => undefined);
    },
  };
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(file, 'wx');
    await handle.writeFile(text).finally(() => handle.close());
    return ours;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return ours;
  }
  const holder = readHolder(await readFile(file, 'utf8').catch(() => ''));
  if (holder !== null && isAlive(holder)) return { heldBy: holder, release: async () => undefined };
  await replaceFile(file, new TextEncoder().encode(text)).catch(() => undefined);
  return ours;
}

function readHolder(text: string): LockHolder | null {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function isAlive(holder: LockHolder): boolean {
  // On another machine that shares the folder nothing can be asked; a day is long enough to believe it.
  if (holder.host !== os.hostname()) return Date.now() - holder.since < 24 * 3600_000;
  if (Math.abs(holder.bootedAt - bootTime()) > 60_000) return false;
  // A lock of this very process that nobody released belongs to a session that is gone.
  if (holder.pid === process.pid) return false;
  return processRuns(holder.pid);
}

/** Whether a process of this machine is there. */
export function processRuns(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function bootTime(): number {
  return Math.round(Date.now() - os.uptime() * 1000);
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return '';
  }
}
