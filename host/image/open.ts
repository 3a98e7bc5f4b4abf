import { open as openFile, stat } from 'node:fs/promises';
import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import type { Limits } from '../../core/define/limits.ts';
import type { MediaSource } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { decodeFailure, untilAborted } from './failures.ts';
import { type PictureHeader, plainHeader } from './header.ts';
import { type PictureFormat, sniffBytes, sniffPicture } from './sniff.ts';

export interface ImageHostDeps {
  readonly limits: Limits;
  sourceBytes(source: MediaSource, maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
  /** The real path of a source that has one: its first bytes are looked at before the file is read. */
  resolveSource?(source: MediaSource): Promise<string>;
}

/** A picture whose header has been read and found within the limits; no pixel is decoded yet. */
export interface OpenPicture {
  readonly source: MediaSource;
  readonly bytes: Uint8Array;
  readonly format: PictureFormat;
  /** In pixels, after EXIF orientation. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Milliseconds that each frame is shown; empty for a still picture. */
  readonly delaysMs: readonly number[];
  /** How its pixels are stored. */
  readonly pixels: 'rgb' | 'grey' | 'cmyk' | 'alpha';
  /** True where a channel has more than 8 bits. */
  readonly deep: boolean;
  /** Of a JPEG that is not progressive: how it lies, by Exif 1 to 8. */
  readonly sequential: { readonly orientation: number } | null;
}

/** Reads the source and its header. Throws media-format, media-empty, media-corrupt, media-too-large and what reading throws. */
export async function openPicture(source: MediaSource, deps: ImageHostDeps, signal: AbortSignal): Promise<OpenPicture> {
  const { limits } = deps;
  if (source.bytes === undefined && deps.resolveSource !== undefined) {
    await refuseByHead(source, await deps.resolveSource(source));
  }
  // No encoding needs more than 16 bits in four channels a pixel, so a larger file is not worth reading.
  const maxBytes = Math.min(limits.mediaFileBytes, limits.imagePixels * 8 + (1 << 20));
  const bytes = await deps.sourceBytes(source, maxBytes, signal);
  const format = requireFormat(source, bytes);
  const header = plainHeader(bytes) ?? headerOf(await readHeader(source, bytes, limits, signal), format);
  requireRoom(source, header.width, header.height, header.frames, limits);
  return { source, bytes, format, ...header };
}

function headerOf(metadata: Metadata, format: PictureFormat): PictureHeader {
  const { width, height } = metadata.autoOrient;
  return {
    width,
    height,
    frames: format === 'avif' ? 1 : (metadata.pages ?? 1),
    delaysMs: metadata.delay ?? [],
    pixels: storedAs(metadata),
    deep: metadata.depth !== 'uchar',
    sequential: null,
  };
}

async function refuseByHead(source: MediaSource, path: string): Promise<void> {
  // Whatever is wrong with the path itself is told better by sourceBytes; a pipe must not be opened at all.
  const plain = await stat(path)
    .then((found) => found.isFile())
    .catch(() => false);
  const file = plain ? await openFile(path, 'r').catch(() => null) : null;
  if (file === null) return;
  try {
    const head = new Uint8Array(sniffBytes);
    const { bytesRead } = await file.read(head, 0, sniffBytes, 0);
    requireFormat(source, head.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function requireFormat(source: MediaSource, bytes: Uint8Array): PictureFormat {
  if (bytes.byteLength === 0) {
    throw new Problem('media-empty', {
      message: `"${source.name}" is empty: expected a picture.`,
      fix: 'Give a JPEG, PNG, WebP, GIF or AVIF picture.',
      where: { file: source.name },
    });
  }
  const sniffed = sniffPicture(bytes);
  if (sniffed.format !== null) return sniffed.format;
  throw new Problem('media-format', {
    message: `"${source.name}" is not a picture that is accepted: by its first bytes it looks like ${sniffed.looksLike}.`,
    fix: 'Convert it to JPEG, PNG, WebP, GIF or AVIF.',
    where: { file: source.name },
  });
}

async function readHeader(
  source: MediaSource,
  bytes: Uint8Array,
  limits: Limits,
  signal: AbortSignal,
): Promise<Metadata> {
  try {
    return await untilAborted(sharp(bytes, inputOptions).metadata(), signal, limits.decodeMs);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw decodeFailure(error, source, limits.decodeMs);
  }
}

function requireRoom(source: MediaSource, width: number, height: number, frames: number, limits: Limits): void {
  if (width * height > limits.imagePixels) {
    throw new Problem('media-too-large', {
      message: `"${source.name}" is ${width}x${height}: ${width * height} pixels, over the limit of ${limits.imagePixels}.`,
      fix: 'Make the picture smaller, or raise the limit imagePixels.',
      where: { file: source.name },
    });
  }
  if (frames > limits.imageFrames) {
    throw new Problem('media-too-large', {
      message: `"${source.name}" has ${frames} frames, over the limit of ${limits.imageFrames}.`,
      fix: 'Cut the animation, or raise the limit imageFrames.',
      where: { file: source.name },
    });
  }
}

function storedAs(metadata: Metadata): OpenPicture['pixels'] {
  if (metadata.space === 'cmyk') return 'cmyk';
  if (metadata.hasAlpha) return 'alpha';
  return metadata.space === 'b-w' || metadata.space === 'grey16' ? 'grey' : 'rgb';
}

/**
 * Profiles are ignored, as `Image.open(...).convert('RGB')` ignores them: models were trained on those numbers.
 * `failOn: 'error'` refuses what is cut short or damaged, and lets pass what only deserves a warning (stray bytes
 * between JPEG markers), as Pillow does. The pixel limit is ours, checked on the header with the size in its message.
 */
const inputOptions: SharpOptions = {
  ignoreIcc: true,
  failOn: 'error',
  limitInputPixels: false,
  sequentialRead: true,
};

/** A decoder for the picture, turned by its EXIF orientation, that stops by itself within a second of `decodeMs`. */
export function decoder(picture: OpenPicture, decodeMs: number, pages?: { page: number; pages: number }): Sharp {
  const options = pages === undefined ? { ...inputOptions, autoOrient: true } : { ...inputOptions, ...pages };
  const pipeline = sharp(picture.bytes, options);
  return decodeMs > 0 ? pipeline.timeout({ seconds: Math.min(3600, Math.ceil(decodeMs / 1000)) }) : pipeline;
}
