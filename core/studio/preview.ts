import type { Json, Kind } from '../kinds/value.ts';

/**
 * What the studio shows of a value: made beside the engine, at the size shown. Pictures are named by `blob`, an id that
 * the transport turns into an address; numbers come as they are, a bounded count of them.
 */
interface Shown<K extends Kind> {
  readonly kind: K;
  /** The exact type of the value, as text. */
  readonly type: string;
  /** Time of this item in seconds, and its place among the items that are kept. */
  readonly t: number;
  readonly index: number;
}

export interface ImagePreview extends Shown<'image'> {
  /** Of the value itself, not of the picture in `blob`. */
  readonly width: number;
  readonly height: number;
  readonly colour: string;
  readonly blob: string;
}
export interface AudioPreview extends Shown<'audio'> {
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly seconds: number;
  /** Per channel, low and high by turns, as many pairs as the asked width has pixels. */
  readonly peaks: readonly (readonly number[])[];
  readonly peak: number;
  readonly rmsDb: number;
  /** Mel spectrogram, PNG; with view `large` only. */
  readonly spectrogram?: string;
  /** WAV of at most 60 s to listen to; with view `large` only. */
  readonly sound?: string;
}
export interface VideoPreview extends Shown<'video'> {
  readonly width: number;
  readonly height: number;
  readonly frameRateHz: number;
  readonly seconds: number;
  readonly audio: { readonly sampleRateHz: number; readonly channels: number } | null;
  /** The frame nearest to the asked time. */
  readonly blob: string;
}
export interface TextPreview extends Shown<'text'> {
  /** At most 20,000 characters. */
  readonly text: string;
  readonly length: number;
}
export interface TensorStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly deviation: number;
  readonly nan: number;
  readonly infinite: number;
  readonly zeros: number;
}
export interface TensorPreview extends Shown<'tensor'> {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
  /** null for strings and empty tensors. */
  readonly statistics: TensorStatistics | null;
  /** 64 equal bins from min to max. */
  readonly histogram: readonly number[];
  /** Per channel where there are 2 to 4 of them: 48 bins each, over the same range. */
  readonly channelHistograms?: readonly (readonly number[])[];
  /** The first values, row-major, as text; at most 512. */
  readonly values: readonly string[];
  /** Heat map of the last two dimensions (of `slice`), PNG at the size shown; none for vectors and scalars. */
  readonly heat?: string;
  /** How many slices of the last two dimensions there are, and which is shown. */
  readonly slices: number;
  readonly slice: number;
  /** Token texts where the tensor holds ids of a tokeniser that is known. */
  readonly tokens?: readonly string[];
}
export interface EmbeddingPreview extends Shown<'embedding'> {
  readonly length: number;
  readonly norm: number;
  readonly unit: boolean;
  /** The vector reduced to at most the asked width, by means. */
  readonly strip: readonly number[];
  /** Cosine similarities of all kept items of this port with one another, at most 64 x 64; with view `large`. */
  readonly similarity?: { readonly names: readonly string[]; readonly rows: readonly (readonly number[])[] };
}
export interface ScoresPreview extends Shown<'scores'> {
  readonly form: string;
  readonly total: number;
  /** Best first: 8 on a node, 200 large. Values as they are. */
  readonly best: readonly { readonly label: string; readonly value: number; readonly class: number }[];
}
export interface BoxesPreview extends Shown<'boxes'> {
  readonly imageWidth: number;
  readonly imageHeight: number;
  readonly total: number;
  /** Best first, at most 500. */
  readonly boxes: readonly {
    readonly x1: number;
    readonly y1: number;
    readonly x2: number;
    readonly y2: number;
    readonly score: number;
    readonly class: number;
    readonly label: string;
  }[];
  /** The picture that they lie on, where a picture of that size is upstream. */
  readonly blob?: string;
}
export interface MaskPreview extends Shown<'mask'> {
  readonly width: number;
  readonly height: number;
  /** PNG with one colour per class and transparency for class 0. */
  readonly blob: string;
  /** The picture beneath, where one is upstream. */
  readonly under?: string;
  readonly classes: readonly {
    readonly class: number;
    readonly label: string;
    readonly colour: string;
    readonly share: number;
  }[];
}
export interface JsonPreview extends Shown<'json'> {
  /** Cut to about 200 kB: longer lists and texts end in a string that says how much is left out. */
  readonly json: Json;
}
export type Preview =
  | ImagePreview
  | AudioPreview
  | VideoPreview
  | TextPreview
  | TensorPreview
  | EmbeddingPreview
  | ScoresPreview
  | BoxesPreview
  | MaskPreview
  | JsonPreview;

export type { PortItems } from '../run/result.ts';
