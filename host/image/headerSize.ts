import { sniffPicture } from './sniff.ts';

export interface HeaderSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Width and height by a picture's header alone, without decoding anything; null where it does not say. A header that
 * lies is found out when it is decoded. PNG: ISO/IEC 15948, 11.2.2; GIF89a, 18; JPEG: ITU-T T.81, B.2.2; WebP:
 * RFC 9649; AVIF: `ispe` of ISO/IEC 23008-12, 6.5.3.
 */
export function headerSize(bytes: Uint8Array): HeaderSize | null {
  const { format } = sniffPicture(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    switch (format) {
      case 'png':
        return { width: view.getUint32(16), height: view.getUint32(20) };
      case 'gif':
        return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
      case 'jpeg':
        return jpegSize(view);
      case 'webp':
        return webpSize(view);
      case 'avif':
        return avifSize(view);
      case null:
        return null;
    }
  } catch (error) {
    // It ends before its header does.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function jpegSize(view: DataView): HeaderSize | null {
  let at = 2;
  for (;;) {
    while (view.getUint8(at) !== 0xff) at++;
    while (view.getUint8(at) === 0xff) at++;
    const marker = view.getUint8(at);
    at++;
    // Start of frame: 0xc0 to 0xcf, but for the tables DHT (c4), JPG (c8) and DAC (cc).
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { height: view.getUint16(at + 3), width: view.getUint16(at + 5) };
    // Start of scan or end: the frame should have come before.
    if (marker === 0xda || marker === 0xd9) return null;
    if (marker !== 0x01 && (marker < 0xd0 || marker > 0xd8)) at += view.getUint16(at);
  }
}

function webpSize(view: DataView): HeaderSize | null {
  const chunk = view.getUint32(12);
  if (chunk === 0x56503858) return { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
  if (chunk === 0x5650384c) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  if (chunk === 0x56503820)
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  return null;
}

function uint24(view: DataView, at: number): number {
  return view.getUint8(at) | (view.getUint8(at + 1) << 8) | (view.getUint8(at + 2) << 16);
}

/** How far into an AVIF its properties are looked for. */
const avifHead = 4096;

/** The largest `ispe`: thumbnails and tiles have one too. */
function avifSize(view: DataView): HeaderSize | null {
  let largest: HeaderSize | null = null;
  const end = Math.min(view.byteLength - 16, avifHead);
  for (let at = 0; at <= end; at++) {
    if (view.getUint32(at) !== 0x69737065) continue;
    const found = { width: view.getUint32(at + 8), height: view.getUint32(at + 12) };
    if (largest === null || found.width * found.height > largest.width * largest.height) largest = found;
  }
  return largest;
}
