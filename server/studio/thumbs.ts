import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { type ProblemData, toProblemData } from '../../core/problems/problem.ts';
import type { Engine } from '../../host/engine/messages.ts';
import { namesIn, readState, removeOwn, writeState } from '../../host/files/stateFile.ts';
import type { FoundFile } from '../../host/files/walkFiles.ts';
import type { BlobStore } from './blobStore.ts';

/** A media file as it is shown small. */
export interface Thumb {
  readonly kind: 'image' | 'audio' | 'video' | 'text' | 'other';
  readonly blob?: string;
  readonly peaks?: readonly number[];
  readonly text?: string;
  readonly problem?: ProblemData;
}

const blobSchema = z.object({ mime: z.string(), base64: z.string() });
const storedSchema = z.object({
  kind: z.enum(['image', 'audio', 'video', 'text', 'other']),
  blob: z.string().optional(),
  peaks: z.array(z.number()).optional(),
  text: z.string().optional(),
  blobs: z.record(z.string(), blobSchema),
});

/** Shown in device pixels: twice a card of the library. */
const size = { width: 320, height: 240 };
const mostStored = 2000;
const inFlight = 3;

export interface ThumbStore {
  /** Looks at a file; an answer from before serves while its size and time are the same. Never rejects. */
  of(folder: string, file: FoundFile): Promise<Thumb>;
  /** Waits for what is being written. */
  settle(): Promise<void>;
}

/** Thumbnails made by the engine, kept in memory and in a folder over restarts. */
export function makeThumbStore(engine: Engine, blobs: BlobStore, folder: string): ThumbStore {
  const known = new Map<string, Thumb>();
  const making = new Map<string, Promise<Thumb>>();
  const waiting: (() => void)[] = [];
  let running = 0;
  let writing: Promise<unknown> = Promise.resolve();

  async function slot<T>(work: () => Promise<T>): Promise<T> {
    if (running >= inFlight) await new Promise<void>((resolve) => waiting.push(resolve));
    running++;
    try {
      return await work();
    } finally {
      running--;
      waiting.shift()?.();
    }
  }

  async function stored(key: string): Promise<Thumb | null> {
    const parsed = storedSchema.safeParse(await readState(path.join(folder, `${key}.json`)));
    if (!parsed.success) return null;
    const { blobs: written, ...thumb } = parsed.data;
    const bytes = Object.entries(written).map(([id, { mime, base64 }]) => [
      id,
      { mime, bytes: new Uint8Array(Buffer.from(base64, 'base64')) },
    ]);
    blobs.keep(Object.fromEntries(bytes));
    return thumb;
  }

  async function make(pipeline: string, file: FoundFile, key: string): Promise<Thumb> {
    const found = await stored(key);
    if (found !== null) return found;
    const {
      blobs: made,
      facts: _,
      ...thumb
    } = await slot(() => engine.media({ path: file.file, folder: pipeline, ...size }));
    blobs.keep(made);
    if (thumb.problem === undefined) {
      const written = Object.entries(made).map(([id, { mime, bytes }]) => [
        id,
        { mime, base64: Buffer.from(bytes).toString('base64') },
      ]);
      writing = writing
        .then(() => writeState(path.join(folder, `${key}.json`), { ...thumb, blobs: Object.fromEntries(written) }))
        .catch(() => undefined);
    }
    return thumb;
  }

  void prune(folder);
  return {
    of: async (pipeline, file) => {
      const key = keyOf(file);
      const before = known.get(key);
      if (before !== undefined && (before.blob === undefined || blobs.get(before.blob) !== null)) return before;
      let made = making.get(key);
      if (made === undefined) {
        made = make(pipeline, file, key)
          .catch((error: unknown): Thumb => ({ kind: 'other', problem: toProblemData(error, 'internal') }))
          .finally(() => making.delete(key));
        making.set(key, made);
      }
      const thumb = await made;
      // A thumbnail that failed with the engine is tried again when it is asked for again.
      if (thumb.problem?.code !== 'engine-died' && thumb.problem?.code !== 'cancelled') known.set(key, thumb);
      if (known.size > mostStored) known.delete([...known.keys()][0]);
      return thumb;
    },
    settle: async () => {
      await writing;
    },
  };
}

function keyOf({ file, bytes, modifiedAt }: FoundFile): string {
  return createHash('sha256').update(`${file}\0${bytes}\0${modifiedAt}\0${size.width}`).digest('hex').slice(0, 32);
}

/** Thumbnails beyond a number are all let go: they are made again as they are asked for. */
async function prune(folder: string): Promise<void> {
  if ((await namesIn(folder)).length > mostStored) await removeOwn(folder);
}
