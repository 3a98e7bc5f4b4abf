import type { ResizeFilter } from '../../../core/define/image-step.ts';
import type { HeaderSize } from '../headerSize.ts';
import type { JpegScale } from './turbo.ts';

/** A JPEG to decode at a scale and to bring to a size. */
export interface JpegAsk {
  readonly bytes: Uint8Array;
  /** As it lies in the file. */
  readonly full: HeaderSize;
  readonly scale: JpegScale;
  readonly channels: 1 | 3;
  /** By Exif, 1 to 8. */
  readonly orientation: number;
  /** Of the result, upright. */
  readonly width: number;
  readonly height: number;
  readonly filter: Exclude<ResizeFilter, 'nearest'>;
}

export interface JpegAnswer {
  /** In memory of its own; null: libjpeg-turbo had something to say against the file. */
  readonly pixels: Uint8Array | null;
  /** The bytes that were asked about, given back: the thread makes little garbage, and would seldom collect it. */
  readonly bytes: Uint8Array;
}
