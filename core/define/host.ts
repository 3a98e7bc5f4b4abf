import type { AudioValue, ImageValue, MediaSource, TensorValue, VideoValue } from '../kinds/value.ts';
import type { ImageStep } from './image-step.ts';
import type { Limits } from './limits.ts';

/** All that a node may ask of the machine. Every call honours `signal` and throws only Problems. */
export interface NodeHost {
  readonly image: ImageHost;
  readonly audio: AudioHost;
  readonly video: VideoHost;
  readonly files: FileHost;
  readonly models: ModelHost;
  readonly limits: Limits;
  /** Monotonic milliseconds. */
  now(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface ImageHost {
  /** Decodes the first frame: EXIF orientation applied, CMYK and 16-bit brought to 8-bit sRGB; grey stays grey, alpha stays rgba. */
  decode(source: MediaSource, signal: AbortSignal): Promise<ImageValue>;
  /** Decodes every frame of an animated picture, in order, with times in seconds. */
  decodeFrames(
    source: MediaSource,
    signal: AbortSignal,
  ): AsyncIterable<{ readonly t: number; readonly image: ImageValue }>;
  /** Does as many of `steps` as it can from the front, in one pass. `taken` of 0 is allowed when the source is a decoded image. */
  pass(
    source: MediaSource | ImageValue,
    steps: readonly ImageStep[],
    signal: AbortSignal,
  ): Promise<{ readonly value: ImageValue; readonly taken: number }>;
  encode(image: ImageValue, format: 'png' | 'jpeg' | 'webp', signal: AbortSignal): Promise<Uint8Array>;
}

export interface AudioHost {
  /** Decodes any accepted format (WAV without another process; FLAC, MP3, Ogg, AAC/MP4 by ffmpeg) at its own rate and channels. */
  decode(source: MediaSource, signal: AbortSignal): Promise<AudioValue>;
}

export interface VideoOpenOptions {
  readonly frames: boolean;
  readonly sound: boolean;
  /** Only frames at this rate (nearest earlier frame held); null: all, with their own times. */
  readonly frameRateHz: number | null;
  /** Only each n-th frame, from the first on; 1 or left out: all. Not together with `frameRateHz`. */
  readonly every?: number;
  /** Frames from this time on; those before are passed over by the file's index where it has one. Not together with `sound`. */
  readonly fromSeconds?: number;
  /** Sound comes in pieces of this length; 0: in one piece at its end. */
  readonly soundChunkSeconds: number;
}
export type VideoPart =
  | { readonly part: 'frame'; readonly t: number; readonly image: ImageValue }
  | { readonly part: 'sound'; readonly t: number; readonly audio: AudioValue };

export interface VideoHost {
  probe(source: MediaSource, signal: AbortSignal): Promise<VideoValue>;
  /** One decoder process gives both tracks, each in order of time. */
  open(video: VideoValue, options: VideoOpenOptions, signal: AbortSignal): AsyncIterable<VideoPart>;
}

export interface FileHost {
  /** Reads a file named by a parameter: relative to the pipeline folder, never outside it, links resolved. */
  bytes(path: string, signal: AbortSignal): Promise<Uint8Array>;
  text(path: string, signal: AbortSignal): Promise<string>;
  /** Media sources for the plain files of a folder that the user named as an input, sorted by name (numbers by value). */
  list(source: MediaSource, signal: AbortSignal): Promise<readonly MediaSource[]>;
  /** The bytes of a source that the user gave; `maxBytes` is a limit with a clear problem. */
  sourceBytes(source: MediaSource, maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
}

export type Device = 'auto' | 'cpu' | 'cuda' | 'tensorrt' | 'directml' | 'coreml' | 'webgpu';
export const devices = [
  'auto',
  'cpu',
  'cuda',
  'tensorrt',
  'directml',
  'coreml',
  'webgpu',
] as const satisfies readonly Device[];

export interface ModelOptions {
  readonly device: Device;
  /** 0: chosen by the engine from cores and lanes. */
  readonly threads: number;
  /** -1: chosen by the engine. */
  readonly lane: number;
  /** `full` keeps float32 math as the file says; `reduced` lets the device use less where it offers that. */
  readonly precision: 'full' | 'reduced';
  readonly optimisation: 'none' | 'basic' | 'extended' | 'all';
  /** Runs or items that may go through the model together, joined along the first axis; 1 unless given. */
  readonly batch?: number;
  /** How long one waits for others while the model is idle; 0 unless given: only what waits already goes together. */
  readonly batchWaitMs?: number;
  /** Lanes in which the model is open at once; 0, or left out: chosen by the engine. */
  readonly copies?: number;
  /** Hex digest of the file that `check` read; another file in its place is `model-changed`. */
  readonly sha256?: string;
}

export interface ModelRun {
  readonly outputs: Readonly<Record<string, TensorValue>>;
  readonly runMs: number;
  readonly queueMs: number;
  /** Where its time went, from the call to the answer: one part after the other, without holes. */
  readonly times?: readonly ModelTime[];
  /** With `batch` above 1: how many went through together, on the mean of the last sendings. */
  readonly batch?: number;
  /** Why this model's runs are not joined although `batch` asks for it. */
  readonly batchRefused?: string;
}

/** One part of a model run. Times are `NodeHost.now`. */
export interface ModelTime {
  /** `copy`: tensors packed or brought back; `queue`: waiting for the lane; `gap`: a hop between threads; `load`: opening. */
  readonly kind: 'run' | 'copy' | 'queue' | 'gap' | 'load';
  /** `main` or `lane 0`, `lane 1`, ... */
  readonly worker: string;
  /** What was done: `session.run`, `pack`, ... */
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** What was moved; 0 if nothing. */
  readonly bytes: number;
}

/** An open model. The host keeps it open and hands out the same one for the same file and options. */
export interface ModelSession {
  /** The device that really runs it. */
  readonly device: Exclude<Device, 'auto'>;
  readonly lane: number;
  readonly threads: number;
  /** When it was last opened, in `NodeHost.now`; left out when that is not known. */
  readonly openedMs?: number;
  /**
   * Runs once. Tensors named in `give` are moved to the lane without a copy and must not be used afterwards.
   * Aborting rejects at once; the run itself ends between operators at best, or its process is replaced.
   */
  run(feeds: Readonly<Record<string, TensorValue>>, give: ReadonlySet<string>, signal: AbortSignal): Promise<ModelRun>;
}

export interface ModelHost {
  open(path: string, options: ModelOptions, signal: AbortSignal): Promise<ModelSession>;
}
