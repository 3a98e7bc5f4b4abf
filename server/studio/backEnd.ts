import type { Limits } from '../../core/define/limits.ts';
import type { Registry } from '../../core/define/registry.ts';
import type { Bench } from '../../core/profile/bench.ts';
import type { StudioEvent } from '../../core/studio/api.ts';
import type { Engine } from '../../host/engine/messages.ts';
import type { BlobStore } from './blobStore.ts';
import type { Jobs } from './profiling/jobs.ts';
import type { Recent } from './recent.ts';
import type { Runs } from './runs.ts';
import type { Sessions } from './sessions.ts';
import type { ShrunkFiles } from './shrinking/shrunkFiles.ts';
import type { StatePaths } from './statePaths.ts';
import type { ThumbStore } from './thumbs.ts';
import type { Timings } from './timings.ts';

/** What the parts of the back end have in common. */
export interface BackEnd {
  readonly limits: Limits;
  /** Only what was set; the engine adds its own defaults. */
  readonly limitOverrides: Readonly<Record<string, number>>;
  readonly registry: Registry;
  /** Folders with the user's own nodes. */
  readonly nodeFolders: readonly string[];
  /** Node types that come from the user's folders. */
  readonly ownTypes: ReadonlySet<string>;
  readonly engine: Engine;
  /** The same process, to measure with. */
  readonly bench: Bench;
  readonly state: StatePaths;
  readonly samplesFolder: string;
  readonly sessions: Sessions;
  readonly blobs: BlobStore;
  /** Traces and exports: larger than previews, which they must not push out. */
  readonly largeBlobs: BlobStore;
  readonly thumbs: ThumbStore;
  readonly recent: Recent;
  readonly timings: Timings;
  readonly runs: Runs;
  readonly jobs: Jobs;
  readonly shrunkFiles: ShrunkFiles;
  /** To the client that has the session, or to all when the event names none. */
  emit(event: StudioEvent): void;
}
