import type { Dtype, DtypeArrays } from './dtype.ts';
import type { Geometry } from './geometry.ts';

/** Colour of a picture: channel count and order follow from it. 8 bits a channel, sRGB transfer unless a node says otherwise. */
export type Colour = 'rgb' | 'rgba' | 'grey' | 'bgr' | 'hsv' | 'ycbcr' | 'lab';

/** A decoded picture: rows top to bottom, channels interleaved (HWC), uint8. */
export interface ImageValue {
  readonly kind: 'image';
  readonly width: number;
  readonly height: number;
  readonly colour: Colour;
  /** width * height * channelsOf(colour) bytes. */
  readonly data: Uint8Array;
  readonly geometry: Geometry;
}

/** Sound: one Float32Array per channel (planar), nominal range -1..1. */
export interface AudioValue {
  readonly kind: 'audio';
  readonly sampleRateHz: number;
  readonly channels: readonly Float32Array[];
}

/** A video that has been probed, not decoded: nodes pull frames and sound from it through the host. */
export interface VideoValue {
  readonly kind: 'video';
  readonly source: MediaSource;
  /** After rotation is applied. */
  readonly width: number;
  readonly height: number;
  /** Average; 0 when unknown. */
  readonly frameRateHz: number;
  readonly durationSeconds: number;
  readonly audio: { readonly sampleRateHz: number; readonly channels: number } | null;
}

export interface TextValue {
  readonly kind: 'text';
  readonly text: string;
}

/** `data` is row-major and holds exactly product(shape) elements. */
export interface TensorOf<D extends Dtype> {
  readonly kind: 'tensor';
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: DtypeArrays[D];
}
export type TensorValue = { readonly [D in Dtype]: TensorOf<D> }[Dtype];

/** One vector that stands for the item. */
export interface EmbeddingValue {
  readonly kind: 'embedding';
  readonly data: Float32Array;
  /** True when it is known to have length one. */
  readonly unit: boolean;
}

/** One number per class. `form` says what the numbers are. */
export interface ScoresValue {
  readonly kind: 'scores';
  readonly data: Float32Array;
  /** Same length as data; null when no label file was given. */
  readonly labels: readonly string[] | null;
  readonly form: 'logits' | 'probabilities' | 'independent' | 'other';
}

/** Found things, best first, in pixels of the original picture. Zero boxes is a value: nothing was found. */
export interface BoxesValue {
  readonly kind: 'boxes';
  readonly imageWidth: number;
  readonly imageHeight: number;
  /** x1, y1, x2, y2 per box, in continuous pixel coordinates. */
  readonly coordinates: Float32Array;
  readonly scores: Float32Array;
  readonly classes: Int32Array;
  readonly labels: readonly string[] | null;
}

/** One class index per pixel of the original picture (or of the mask's own size, see geometry). */
export interface MaskValue {
  readonly kind: 'mask';
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  readonly labels: readonly string[] | null;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export interface JsonValue {
  readonly kind: 'json';
  readonly json: Json;
}

/** Media as it comes from outside: a path (already inside the workspace or named by the user) or bytes. */
export interface MediaSource {
  readonly kind: 'media';
  readonly path?: string;
  readonly bytes?: Uint8Array;
  /** A folder given as its files, in order, in place of a path. */
  readonly files?: readonly MediaSource[];
  /** What to call it in messages; never used to open anything. */
  readonly name: string;
}

export interface ValueByKind {
  readonly image: ImageValue;
  readonly audio: AudioValue;
  readonly video: VideoValue;
  readonly text: TextValue;
  readonly tensor: TensorValue;
  readonly embedding: EmbeddingValue;
  readonly scores: ScoresValue;
  readonly boxes: BoxesValue;
  readonly mask: MaskValue;
  readonly json: JsonValue;
}
export type Kind = keyof ValueByKind;
export type Value = ValueByKind[Kind];
export const kinds = [
  'image',
  'audio',
  'video',
  'text',
  'tensor',
  'embedding',
  'scores',
  'boxes',
  'mask',
  'json',
] as const satisfies readonly Kind[];

/** One item of a sequence. `t` is seconds from the start of its source; `durationSeconds` where the item covers a span. */
export interface Item<V = Value> {
  readonly t: number;
  readonly durationSeconds?: number;
  readonly value: V;
}

/** Bytes that a value holds in memory; what the limits count. */
export function valueBytes(value: Value): number {
  switch (value.kind) {
    case 'image':
    case 'mask':
      return value.data.byteLength;
    case 'audio':
      return value.channels.reduce((sum, c) => sum + c.byteLength, 0);
    case 'video':
      return value.source.bytes?.byteLength ?? 0;
    case 'text':
      return value.text.length * 2;
    case 'tensor':
      return value.dtype === 'string'
        ? value.data.reduce((sum, s) => sum + 16 + s.length * 2, 0)
        : value.data.byteLength;
    case 'embedding':
    case 'scores':
      return value.data.byteLength;
    case 'boxes':
      return value.coordinates.byteLength + value.scores.byteLength + value.classes.byteLength;
    case 'json':
      return jsonBytes(value.json);
  }
}

function jsonBytes(json: Json): number {
  if (typeof json === 'string') return json.length * 2;
  if (json === null || typeof json !== 'object') return 8;
  let sum = 16;
  for (const [key, value] of Object.entries(json)) sum += key.length * 2 + jsonBytes(value as Json);
  return sum;
}

export function channelsOf(colour: Colour): number {
  return colour === 'grey' ? 1 : colour === 'rgba' ? 4 : 3;
}
