import type { Dtype } from './dtype.ts';
import type { Colour, Kind, ScoresValue, Value } from './value.ts';

/** A dimension: a number, a symbol that is the same number wherever it appears in one node, or null for unknown. */
export type Dim = number | string | null;

/** How many items a wire carries. `many` may have a steady rate. */
export interface Sequence {
  readonly count: 'one' | 'many';
  readonly rateHz?: number;
}

interface Base<K extends Kind> {
  readonly kind: K;
  readonly sequence: Sequence;
}
export interface ImageType extends Base<'image'> {
  readonly width: Dim;
  readonly height: Dim;
  readonly colour: Colour | null;
}
export interface AudioType extends Base<'audio'> {
  readonly sampleRateHz: Dim;
  readonly channels: Dim;
  /** Samples in a channel. */
  readonly samples: Dim;
}
export interface VideoType extends Base<'video'> {
  readonly width: Dim;
  readonly height: Dim;
}
export interface TextType extends Base<'text'> {}
export interface TensorType extends Base<'tensor'> {
  readonly dtype: Dtype | null;
  /** null: rank unknown. */
  readonly shape: readonly Dim[] | null;
}
export interface EmbeddingType extends Base<'embedding'> {
  readonly length: Dim;
}
export interface ScoresType extends Base<'scores'> {
  readonly classes: Dim;
  readonly labels: readonly string[] | null;
  readonly form: ScoresValue['form'] | null;
}
export interface BoxesType extends Base<'boxes'> {
  readonly labels: readonly string[] | null;
}
export interface MaskType extends Base<'mask'> {
  readonly width: Dim;
  readonly height: Dim;
}
export interface JsonType extends Base<'json'> {}

export interface TypeByKind {
  readonly image: ImageType;
  readonly audio: AudioType;
  readonly video: VideoType;
  readonly text: TextType;
  readonly tensor: TensorType;
  readonly embedding: EmbeddingType;
  readonly scores: ScoresType;
  readonly boxes: BoxesType;
  readonly mask: MaskType;
  readonly json: JsonType;
}
export type WireType = TypeByKind[Kind];

export const one: Sequence = { count: 'one' };
export const many: Sequence = { count: 'many' };

/** The widest type of each kind: everything unknown, one item. */
export const anyType: { readonly [K in Kind]: TypeByKind[K] } = {
  image: { kind: 'image', sequence: one, width: null, height: null, colour: null },
  audio: { kind: 'audio', sequence: one, sampleRateHz: null, channels: null, samples: null },
  video: { kind: 'video', sequence: one, width: null, height: null },
  text: { kind: 'text', sequence: one },
  tensor: { kind: 'tensor', sequence: one, dtype: null, shape: null },
  embedding: { kind: 'embedding', sequence: one, length: null },
  scores: { kind: 'scores', sequence: one, classes: null, labels: null, form: null },
  boxes: { kind: 'boxes', sequence: one, labels: null },
  mask: { kind: 'mask', sequence: one, width: null, height: null },
  json: { kind: 'json', sequence: one },
};

/** The exact type of a value at run time; what `infer` promised must contain it. */
export function typeOf(value: Value): WireType {
  switch (value.kind) {
    case 'image':
      return { kind: 'image', sequence: one, width: value.width, height: value.height, colour: value.colour };
    case 'audio':
      return {
        kind: 'audio',
        sequence: one,
        sampleRateHz: value.sampleRateHz,
        channels: value.channels.length,
        samples: value.channels[0]?.length ?? 0,
      };
    case 'video':
      return { kind: 'video', sequence: one, width: value.width, height: value.height };
    case 'text':
      return anyType.text;
    case 'tensor':
      return { kind: 'tensor', sequence: one, dtype: value.dtype, shape: value.shape };
    case 'embedding':
      return { kind: 'embedding', sequence: one, length: value.data.length };
    case 'scores':
      return {
        kind: 'scores',
        sequence: one,
        classes: value.data.length,
        labels: value.labels,
        form: value.form,
      };
    case 'boxes':
      return { kind: 'boxes', sequence: one, labels: value.labels };
    case 'mask':
      return { kind: 'mask', sequence: one, width: value.width, height: value.height };
    case 'json':
      return anyType.json;
  }
}

/** `float32[1, 3, 224, 224]`, `image 224x224 rgb`, `audio 16000 Hz mono`: how a wire's type is written everywhere. */
export function typeText(type: WireType): string {
  const body = kindText(type);
  if (type.sequence.count === 'one') return body;
  return type.sequence.rateHz
    ? `${body} sequence at ${Math.round(type.sequence.rateHz * 1000) / 1000}/s`
    : `${body} sequence`;
}

function kindText(type: WireType): string {
  switch (type.kind) {
    case 'image':
      return ['image', sizeText(type.width, type.height), type.colour].filter(Boolean).join(' ');
    case 'audio':
      return ['audio', type.sampleRateHz === null ? '' : `${type.sampleRateHz} Hz`, channelText(type.channels)]
        .filter(Boolean)
        .join(' ');
    case 'video':
    case 'mask':
      return [type.kind, sizeText(type.width, type.height)].filter(Boolean).join(' ');
    case 'tensor':
      return `${type.dtype ?? 'tensor'}${type.shape === null ? '' : `[${type.shape.map(dimText).join(', ')}]`}`;
    case 'embedding':
      return type.length === null ? 'embedding' : `embedding[${dimText(type.length)}]`;
    case 'scores':
      return type.classes === null ? 'scores' : `scores[${dimText(type.classes)}]`;
    case 'text':
    case 'boxes':
    case 'json':
      return type.kind;
  }
}

function sizeText(width: Dim, height: Dim): string {
  return width === null && height === null ? '' : `${dimText(width)}x${dimText(height)}`;
}
function channelText(channels: Dim): string {
  if (channels === null) return '';
  return channels === 1 ? 'mono' : channels === 2 ? 'stereo' : `${channels} channels`;
}
export function dimText(dim: Dim): string {
  return dim === null ? '?' : String(dim);
}
