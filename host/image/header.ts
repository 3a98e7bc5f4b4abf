import type { OpenPicture } from './open.ts';
import { sniffPicture } from './sniff.ts';

/** What a header says, in the words of `OpenPicture`. */
export type PictureHeader = Pick<
  OpenPicture,
  'width' | 'height' | 'frames' | 'delaysMs' | 'pixels' | 'deep' | 'sequential'
>;

/**
 * Reads the header of a plain still picture: JPEG of 8 bits in grey or three colours, PNG of 8 bits. null for anything
 * else, and for whatever is unusual in it: libvips then looks, which costs as much as a tenth of decoding. Sources:
 * ITU-T T.81, B.2; Exif 2.32, 4.6; ISO/IEC 15948, 11.
 */
export function plainHeader(bytes: Uint8Array): PictureHeader | null {
  const { format } = sniffPicture(bytes);
  if (format !== 'jpeg' && format !== 'png') return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return format === 'jpeg' ? jpegHeader(view) : pngHeader(view);
  } catch (error) {
    // It ends before its header does.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function still(
  width: number,
  height: number,
  pixels: PictureHeader['pixels'],
  sequential: PictureHeader['sequential'],
): PictureHeader | null {
  if (width === 0 || height === 0) return null;
  return { width, height, frames: 1, delaysMs: [], pixels, deep: false, sequential };
}

const progressive = 0xc2;
const exifMark = 0x45786966;

function jpegHeader(view: DataView): PictureHeader | null {
  let orientation: number | null = null;
  let at = 2;
  for (;;) {
    // Segments stand side by side in every file that is not damaged.
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda)) return null;
    const length = view.getUint16(at + 2);
    if (marker === 0xe1 && view.getUint32(at + 4) === exifMark) {
      if (view.getUint16(at + 8) !== 0) return null;
      const found = orientationOf(new DataView(view.buffer, view.byteOffset + at + 10, length - 8));
      // Two of them, or one that cannot be read: it is not for this reader to say which counts.
      if (orientation !== null || found === null) return null;
      orientation = found;
    } else if (marker >= 0xc0 && marker <= 0xc2) {
      const [depth, components] = [view.getUint8(at + 4), view.getUint8(at + 9)];
      if (depth !== 8 || (components !== 1 && components !== 3)) return null;
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      const pixels = components === 1 ? 'grey' : 'rgb';
      orientation ??= 1;
      const sequential = marker === progressive ? null : { orientation };
      return orientation >= 5 ? still(height, width, pixels, sequential) : still(width, height, pixels, sequential);
    } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4) return null;
    at += 2 + length;
  }
}

const orientationTag = 0x0112;
const shortType = 3;

/** The orientation of an Exif block: 1 when it says none, null when it cannot be read. */
function orientationOf(tiff: DataView): number | null {
  const order = tiff.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const little = order === 0x4949;
  if (tiff.getUint16(2, little) !== 42) return null;
  const directory = tiff.getUint32(4, little);
  const entries = tiff.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (tiff.getUint16(entry, little) !== orientationTag) continue;
    const plain = tiff.getUint16(entry + 2, little) === shortType && tiff.getUint32(entry + 4, little) === 1;
    const value = tiff.getUint16(entry + 8, little);
    return plain && value >= 1 && value <= 8 ? value : null;
  }
  return 1;
}

const header = 0x49484452;
const data = 0x49444154;
/** Chunks that may stand before the pixels and change nothing of what they are. */
const harmless = new Set(['sRGB', 'gAMA', 'cHRM', 'pHYs', 'tEXt', 'tIME', 'bKGD', 'sBIT'].map(chunkNumber));

function chunkNumber(name: string): number {
  return [...name].reduce((sum, letter) => sum * 256 + letter.charCodeAt(0), 0);
}

function pngHeader(view: DataView): PictureHeader | null {
  if (view.getUint32(12) !== header) return null;
  const [depth, colour] = [view.getUint8(24), view.getUint8(25)];
  const pixels = ({ 0: 'grey', 2: 'rgb', 6: 'alpha' } as const)[colour];
  if (depth !== 8 || pixels === undefined) return null;
  for (let at = 33; ; at += 12 + view.getUint32(at)) {
    const name = view.getUint32(at + 4);
    if (name === data) return still(view.getUint32(16), view.getUint32(20), pixels, null);
    if (!harmless.has(name)) return null;
  }
}
