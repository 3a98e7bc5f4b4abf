import { z } from 'zod';
import type { Mismatch } from '../check/fit.ts';
import type { WireMend } from '../check/mend.ts';
import type { Device } from '../define/host.ts';
import type { PipelineDocument } from '../graph/document.ts';
import type { History } from '../graph/history.ts';
import type { Json, Kind } from '../kinds/value.ts';
import type { ProblemData } from '../problems/problem.ts';
import type { NodeReport, NodeState, PublishedOutput } from '../run/result.ts';
import {
  device,
  document,
  end,
  journalLine,
  json,
  node,
  path,
  pixels,
  run,
  type runInput,
  runInputs,
  session,
} from './callFields.ts';
import type { CheckReport, NodeSpec } from './catalog.ts';
import { type CompilingResults, compilingSchemas } from './compilingCalls.ts';
import { type ExportingResults, exportingSchemas } from './exportingCalls.ts';
import type { FolderListing, FoundFile, Imported, MediaItem, ModelInfo } from './files.ts';
import type { PortItems, Preview } from './preview.ts';
import { type JobEvent, type ProfilingResults, profilingSchemas } from './profilingCalls.ts';
import { type ShrinkingResults, shrinkingSchemas } from './shrinkingCalls.ts';

export type { FolderListing, FoundFile, Imported, MediaItem, ModelInfo, ModelPort } from './files.ts';
export { type ExportFormat, exportFormats, type JobEvent, type JobKind } from './profilingCalls.ts';

/**
 * The one contract between the studio's face and its back end. Calls carry JSON; bulk data does not pass here: what a
 * person sees comes as blobs (`GET blob/<id>`), what a person drops goes up as a body (`POST upload/<session>`).
 * Arguments are parsed by these schemas before anything else happens, whichever way they came.
 */
export const studioSchemas = {
  /** Versions, machine, settings. */
  about: z.strictObject({}),
  /** Every node type that is known here. */
  catalog: z.strictObject({}),
  /** Samples and recent files for the welcome screen. */
  welcome: z.strictObject({}),
  /** Devices, each tried. */
  devices: z.strictObject({}),
  setSettings: z.strictObject({ settings: z.record(z.string().max(64), json) }),
  forgetRecent: z.strictObject({ path }),

  /** `copy`: without the name, so that saving asks for one (samples). */
  openDocument: z.strictObject({ path, copy: z.boolean().optional(), readOnly: z.boolean().optional() }),
  /** An empty pipeline, or one around a model, in a folder of its own until it is saved. */
  newDocument: z.strictObject({ model: path.optional() }),
  /** What was done since the last call; the answer means that it is on disk. */
  appendJournal: z.strictObject({
    session,
    lines: z.array(journalLine).max(10_000),
    /** How many lines were written before these since the document was opened: lines that come twice are then left out. */
    at: z.number().int().min(0).optional(),
  }),
  /** Without `path` the file that it came from. `replace`: although the file on disk is another or belongs to someone else. */
  saveDocument: z.strictObject({ session, document, path: path.optional(), replace: z.boolean().optional() }),
  /** The file as it is on disk now; the journal begins anew. */
  reloadDocument: z.strictObject({ session }),
  /** `discard`: forget the journal too. */
  closeDocument: z.strictObject({ session, discard: z.boolean().optional() }),

  check: z.strictObject({ session, document }),
  /** How two ports fit, and which nodes would mend it, each tried by inference. */
  fit: z.strictObject({ session, document, from: end, to: end }),
  /** Ports and node types that take what `from` carries (or give what `to` takes). */
  partners: z.strictObject({ session, document, from: end.optional(), to: end.optional() }),

  /** `targets`: nodes to run to; without them every node that can run. */
  startRun: z.strictObject({
    session,
    document,
    inputs: runInputs.optional(),
    targets: z.array(node).max(5000).optional(),
    device: device.optional(),
    /** Runs its compiled form, told in its own nodes: values inside a part are not there to be looked at. All of it, without `targets`. */
    fused: z.boolean().optional(),
  }),
  /** One run after the other over media of the library; `input` is the public input that they feed. */
  startBatch: z.strictObject({
    session,
    document,
    items: z
      .array(z.strictObject({ name: z.string().max(1000), inputs: runInputs }))
      .min(1)
      .max(10_000),
    device: device.optional(),
    fused: z.boolean().optional(),
  }),
  cancelRun: z.strictObject({ run }),
  /** Runs whose values are still there to look at, newest first. */
  runs: z.strictObject({ session }),
  preview: z.strictObject({
    run,
    end,
    /** Seconds; the item that is on at that time. 0 unless given. */
    t: z.number().finite().optional(),
    width: pixels,
    height: pixels,
    view: z.enum(['node', 'large']).optional(),
    slice: z.number().int().min(0).optional(),
    /** First value shown of a tensor. */
    offset: z.number().int().min(0).optional(),
  }),

  ...profilingSchemas,
  ...shrinkingSchemas,
  ...compilingSchemas,
  ...exportingSchemas,

  /** Sample media of the pipeline's folder. */
  library: z.strictObject({ session }),
  /** Copies a file of this machine into the pipeline's folder, as a drop does. */
  importFile: z.strictObject({ session, path }),
  /** Takes a file out of the library: into the folder's trash, from which undo of the browser's kind is possible by hand. */
  removeMedia: z.strictObject({ session, path }),
  inspectModel: z.strictObject({ session, path }),
  /** Looks for files that are missing, by their hash, in the folders named and those known. */
  findMissing: z.strictObject({ session, document, folders: z.array(path).max(20).optional() }),
  /** Folders and files for a file dialog; null begins in the home folder. */
  listFolder: z.strictObject({ path: path.nullable() }),
} as const;

export type StudioMethod = keyof typeof studioSchemas;
export type StudioArgs<M extends StudioMethod> = z.input<(typeof studioSchemas)[M]>;

export interface About {
  readonly version: string;
  readonly runtime: string;
  readonly platform: string;
  readonly cores: number;
  readonly home: string;
  readonly settings: Readonly<Record<string, Json>>;
}

export interface SampleCard {
  readonly path: string;
  readonly title: string;
  readonly description: string;
  readonly kindsIn: readonly Kind[];
  readonly kindsOut: readonly Kind[];
  readonly nodes: number;
  readonly models: number;
  /** Median of runs on this machine; null when it has not run here. */
  readonly p50Ms: number | null;
  /** What goes in and what came out, to be shown together. */
  readonly inputs: readonly SampleInput[];
  readonly answer: SampleAnswer | null;
}
export interface SampleInput {
  readonly name: string;
  readonly kind: Kind;
  /** Picture of it (thumbnail, frame). */
  readonly blob?: string;
  /** Low and high by turns, for sound. */
  readonly peaks?: readonly number[];
  readonly text?: string;
}
/** From the sample's recorded results. */
export type SampleAnswer =
  | { readonly kind: 'scores'; readonly best: readonly { readonly label: string; readonly value: number }[] }
  | {
      readonly kind: 'boxes';
      readonly imageWidth: number;
      readonly imageHeight: number;
      readonly boxes: readonly {
        readonly box: readonly [number, number, number, number];
        readonly label: string;
        readonly score: number;
      }[];
    }
  | {
      readonly kind: 'moments';
      readonly moments: readonly { readonly t: number; readonly label: string; readonly value: number }[];
    };

export interface RecentFile {
  readonly path: string;
  readonly name: string;
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly openedAt: number;
  readonly present: boolean;
}

export interface DeviceReport {
  readonly device: Device;
  readonly works: boolean;
  readonly name: string;
  /** Why it does not, in plain words. */
  readonly problem: string | null;
}

export interface OpenedSession {
  readonly session: string;
  /** null: it has no file yet. */
  readonly path: string | null;
  /** The pipeline's folder, from which relative paths start. */
  readonly folder: string;
  readonly document: PipelineDocument;
  readonly history: History;
  readonly readOnly: boolean;
  /** Edits that were not saved came back from the journal. */
  readonly recovered: boolean;
  readonly unsaved: boolean;
  /** Another window or program has it open: who, in words. */
  readonly alsoOpen: string | null;
  readonly warnings: readonly ProblemData[];
  /** Work without a file: what `openDocument` takes to go on with it, should the session be lost. */
  readonly recovery?: string;
}

export interface Fit {
  readonly fits: boolean;
  readonly fromType: string;
  readonly wants: string;
  readonly mismatches: readonly Mismatch[];
  /** For tensors: both shapes axis by axis. */
  readonly expected: AxisView | null;
  readonly got: AxisView | null;
  /** In one plain sentence. */
  readonly reason: string;
  readonly mends: readonly WireMend[];
}
export interface AxisView {
  readonly dtype: string;
  readonly dims: readonly string[];
  /** Letter per axis where the layout is known: N C H W. */
  readonly letters: readonly string[];
}
export interface Partners {
  /** Ports of the document, best first: those that fit, those that fit after one node, those that do not and why. */
  readonly ports: readonly {
    readonly end: string;
    readonly how: 'fits' | 'mend' | 'refused';
    readonly mend?: WireMend;
    readonly reason?: string;
  }[];
  /** Node types that would take it, each with the port. */
  readonly types: readonly { readonly type: string; readonly port: string }[];
}

export type RunPhase = 'running' | 'done' | 'failed' | 'cancelled';
export interface RunSummary {
  readonly run: string;
  readonly session: string;
  readonly phase: RunPhase;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly wallMs: number | null;
  readonly nodes: Readonly<Record<string, NodeReport>>;
  readonly problem: ProblemData | null;
  readonly warnings: readonly ProblemData[];
  /** What can be looked at. */
  readonly ports: readonly PortItems[];
  /** Small results as they are; large ones by their preview. */
  readonly outputs: Readonly<Record<string, { readonly status: PublishedOutput['status']; readonly node: string }>>;
  /** The nodes' params as they ran, so that two runs can be told apart. */
  readonly document: PipelineDocument;
  readonly inputs: Readonly<Record<string, z.input<typeof runInput>>>;
  /** The item's name in a batch. */
  readonly batchItem?: string;
  /** It ran compiled; nodes of a part note its place as `compiledPart`, and the first has its time. */
  readonly fused?: boolean;
}
export type RunInput = z.input<typeof runInput>;

export type StudioEvent =
  | { readonly event: 'runStarted'; readonly session: string; readonly run: string; readonly nodes: readonly string[] }
  | {
      readonly event: 'runNode';
      readonly session: string;
      readonly run: string;
      readonly node: string;
      readonly state: 'running' | NodeState;
      readonly items: number;
      readonly atMs: number;
    }
  | {
      readonly event: 'runNote';
      readonly session: string;
      readonly run: string;
      readonly node: string;
      readonly name: string;
      readonly value: Json;
    }
  | { readonly event: 'runEnded'; readonly session: string; readonly summary: RunSummary }
  | {
      readonly event: 'batch';
      readonly session: string;
      readonly run: string;
      readonly done: number;
      readonly failed: number;
      readonly total: number;
      /** null until one has been done. */
      readonly leftMs: number | null;
      /** The one that just ended. */
      readonly last: BatchRow | null;
      readonly phase: RunPhase;
    }
  | JobEvent
  /** The file on disk is another than the one opened or saved. `path` null: it is gone. */
  | { readonly event: 'fileChanged'; readonly session: string; readonly gone: boolean }
  | { readonly event: 'libraryChanged'; readonly session: string }
  /** Pictures of samples that the last `welcome` went without are there now. */
  | { readonly event: 'welcomeChanged' }
  /** The engine process ended by itself; the next run starts another. */
  | { readonly event: 'engineEnded'; readonly problem: ProblemData };

export interface BatchRow {
  readonly name: string;
  readonly run: string | null;
  readonly wallMs: number;
  readonly problem: ProblemData | null;
  /** Best answer per public output, as a short text. */
  readonly answers: Readonly<Record<string, string>>;
}

export interface StudioResults extends ProfilingResults, ShrinkingResults, CompilingResults, ExportingResults {
  readonly about: About;
  readonly catalog: { readonly nodes: readonly NodeSpec[] };
  readonly welcome: { readonly samples: readonly SampleCard[]; readonly recent: readonly RecentFile[] };
  readonly devices: { readonly devices: readonly DeviceReport[] };
  readonly setSettings: Readonly<Record<string, never>>;
  readonly forgetRecent: Readonly<Record<string, never>>;
  readonly openDocument: OpenedSession;
  readonly newDocument: OpenedSession;
  /** Lines written since the document was opened. */
  readonly appendJournal: { readonly lines: number };
  readonly saveDocument: {
    readonly path: string;
    readonly folder: string;
    readonly sha256: string;
    readonly document: PipelineDocument;
  };
  readonly reloadDocument: OpenedSession;
  readonly closeDocument: Readonly<Record<string, never>>;
  readonly check: CheckReport;
  readonly fit: Fit;
  readonly partners: Partners;
  readonly startRun: { readonly run: string };
  readonly startBatch: { readonly run: string };
  readonly cancelRun: Readonly<Record<string, never>>;
  readonly runs: { readonly runs: readonly RunSummary[] };
  readonly preview: Preview | null;
  readonly library: { readonly items: readonly MediaItem[] };
  readonly importFile: Imported;
  readonly removeMedia: Readonly<Record<string, never>>;
  readonly inspectModel: ModelInfo;
  readonly findMissing: { readonly files: readonly FoundFile[] };
  readonly listFolder: FolderListing;
}

/** What the renderer holds. A call rejects with a Problem. */
export interface StudioApi {
  call<M extends StudioMethod>(method: M, args: StudioArgs<M>): Promise<StudioResults[M]>;
  /** Returns how to stop listening. */
  listen(listener: (event: StudioEvent) => void): () => void;
  /** Whether the back end is there; called at once, at every change, and with each try to reach it again. */
  watchConnection(listener: (connected: boolean, tries?: number) => void): () => void;
  blobUrl(blob: string): string;
  /** Puts a file into the pipeline's folder. */
  upload(session: string, name: string, body: Blob): Promise<Imported>;
  /** The system's own file dialog where there is one; undefined where the studio shows its own. */
  readonly pickPath?: (ask: PickPath) => Promise<string | null>;
}
export interface PickPath {
  readonly purpose: 'openPipeline' | 'savePipeline' | 'saveModel' | 'model' | 'media' | 'file' | 'folder';
  readonly startIn?: string;
  readonly name?: string;
}

/** Envelopes: what goes over the wire in either transport. */
export const callSchema = z.strictObject({
  id: z.number().int().nonnegative(),
  method: z.enum(Object.keys(studioSchemas) as [StudioMethod, ...StudioMethod[]]),
  args: z.unknown(),
});
export type StudioAnswer =
  | { readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly id: number; readonly ok: false; readonly problem: ProblemData };
