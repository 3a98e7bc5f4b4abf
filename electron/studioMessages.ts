import { z } from 'zod';
import type { ProblemData } from '../core/problems/problem.ts';
import type { Imported } from '../core/studio/api.ts';
import type { StudioBlob } from '../server/studio/types.ts';

/** What the studio's process is started with, as JSON in its one argument. */
export const studioSettingsSchema = z.strictObject({
  nodeFolders: z.array(z.string()),
  limits: z.record(z.string(), z.number()),
  stateFolder: z.string(),
  samplesFolder: z.string(),
});
export type StudioSettings = z.infer<typeof studioSettingsSchema>;

/** From the main process to the studio's. What a window said stays text here: it is parsed where it is answered. */
export type StudioAsk =
  | { readonly studio: 'join' | 'leave'; readonly client: string }
  | { readonly studio: 'call'; readonly client: string; readonly text: string }
  | { readonly studio: 'blob'; readonly id: number; readonly blob: string }
  /** With a port, over which the body is drawn. */
  | {
      readonly studio: 'upload';
      readonly id: number;
      readonly client: string;
      readonly session: string;
      readonly name: string;
    }
  | { readonly studio: 'close' };

/** From the studio's process to main. */
export type StudioTell =
  | { readonly studio: 'ready' }
  | { readonly studio: 'closed' }
  | { readonly studio: 'failed'; readonly problem: ProblemData }
  | { readonly studio: 'message'; readonly client: string; readonly text: string }
  | { readonly studio: 'blob'; readonly id: number; readonly blob: StudioBlob | null }
  | { readonly studio: 'uploaded'; readonly id: number; readonly imported: Imported }
  | { readonly studio: 'refused'; readonly id: number; readonly problem: ProblemData };

/** Over an upload's port: the studio draws, main gives one piece for each draw. */
export type BodyDraw = { readonly draw: true } | { readonly stop: true };
export type BodyPiece = { readonly bytes: Uint8Array } | { readonly end: true } | { readonly broken: string };
