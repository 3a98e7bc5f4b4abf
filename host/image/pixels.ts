import type { Sharp } from 'sharp';
import type { Limits } from '../../core/define/limits.ts';
import { originalGeometry } from '../../core/kinds/geometry.ts';
import type { Colour, ImageValue } from '../../core/kinds/value.ts';
import { cmykToRgb } from './cmyk.ts';
import { decodeFailure, untilAborted } from './failures.ts';
import { decoder, type OpenPicture } from './open.ts';

export interface RawPixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/** Decodes the first frame: grey stays grey, alpha stays rgba, CMYK and 16-bit become 8-bit rgb. */
export async function decodePicture(picture: OpenPicture, limits: Limits, signal: AbortSignal): Promise<ImageValue> {
  const pipeline = decoder(picture, limits.decodeMs);
  if (picture.pixels === 'cmyk') pipeline.pipelineColourspace('cmyk').toColourspace('cmyk');
  if (picture.pixels === 'grey') pipeline.toColourspace(picture.deep ? 'grey16' : 'b-w');
  const raw = await rawPixels(pipeline, picture, limits, signal);
  if (picture.pixels === 'cmyk') return pictureOf({ ...raw, channels: 3, data: cmykToRgb(raw.data) });
  return pictureOf(raw);
}

/** The pixels that a pipeline gives. Throws media-corrupt, media-timeout, and the signal's reason. */
export async function rawPixels(
  pipeline: Sharp,
  picture: OpenPicture,
  limits: Limits,
  signal: AbortSignal,
): Promise<RawPixels> {
  try {
    // libvips rounds 16-bit grey by another rule than 16-bit colour: take all its bits and keep the upper eight.
    const deepGrey = picture.deep && picture.pixels === 'grey';
    const pending = pipeline.raw({ depth: deepGrey ? 'ushort' : 'uchar' }).toBuffer({ resolveWithObject: true });
    const { data, info } = await untilAborted(pending, signal, limits.decodeMs);
    const { width, height, channels } = info;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return { data: deepGrey ? upperBytes(bytes) : bytes, width, height, channels };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw decodeFailure(error, picture.source, limits.decodeMs);
  }
}

export function pictureOf(raw: RawPixels): ImageValue {
  const { width, height, data } = raw;
  return {
    kind: 'image',
    width,
    height,
    colour: colourOf(raw.channels),
    data,
    geometry: originalGeometry(width, height),
  };
}

function colourOf(channels: number): Colour {
  return channels === 1 ? 'grey' : channels === 4 ? 'rgba' : 'rgb';
}

/** The upper byte of each little-endian 16-bit sample. */
function upperBytes(samples: Uint8Array): Uint8Array {
  const out = new Uint8Array(samples.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = samples[i * 2 + 1];
  return out;
}
