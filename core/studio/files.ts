import type { Json } from '../kinds/value.ts';
import type { ProblemData } from '../problems/problem.ts';

/** What the studio says of files: media, models, what was dropped, folders. */
export interface MediaItem {
  /** Relative to the pipeline's folder. */
  readonly path: string;
  readonly name: string;
  readonly kind: 'image' | 'audio' | 'video' | 'text' | 'other';
  readonly bytes: number;
  readonly modifiedAt: number;
  /** Thumbnail (picture, frame) or waveform. */
  readonly blob?: string;
  readonly peaks?: readonly number[];
  readonly text?: string;
  readonly problem?: ProblemData;
}
/** What a dropped or imported file became. */
export interface Imported {
  readonly path: string;
  readonly name: string;
  readonly sha256: string;
  readonly role: 'image' | 'audio' | 'video' | 'text' | 'model' | 'labels' | 'tokenizer' | 'document' | 'other';
  /** The node that fits it, set up; null when there is none. */
  readonly node: { readonly type: string; readonly params: Readonly<Record<string, Json>> } | null;
}
export interface ModelPort {
  readonly name: string;
  readonly dtype: string;
  readonly shape: string;
}
export interface ModelInfo {
  readonly inputs: readonly ModelPort[];
  readonly outputs: readonly ModelPort[];
  readonly bytes: number;
  readonly weights: number;
  readonly sha256: string;
  readonly opset: string;
  readonly producer: string;
  /** Operator and how often, most first. */
  readonly operators: readonly { readonly name: string; readonly count: number }[];
  /** The document's record holds another hash. */
  readonly changed: boolean;
}
export interface FoundFile {
  readonly path: string;
  readonly sha256: string;
  /** Where it is now, absolute; null when it was not found. */
  readonly foundAt: string | null;
}
export interface FolderListing {
  readonly path: string;
  readonly parent: string | null;
  readonly entries: readonly {
    readonly name: string;
    readonly folder: boolean;
    readonly bytes: number;
    readonly modifiedAt: number;
  }[];
}
