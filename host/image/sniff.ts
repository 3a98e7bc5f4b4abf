/** Formats that are decoded; anything else is refused by its first bytes, whatever its name says. */
export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';

export type Sniffed =
  | { readonly format: PictureFormat }
  /** What it looks like instead, for the message. */
  | { readonly format: null; readonly looksLike: string };

/** How many bytes `sniffPicture` looks at, at most. */
export const sniffBytes = 256;

const accepted: readonly (readonly [PictureFormat, string, number])[] = [
  ['jpeg', '\xff\xd8\xff', 0],
  ['png', '\x89PNG\r\n\x1a\n', 0],
  ['gif', 'GIF87a', 0],
  ['gif', 'GIF89a', 0],
  ['webp', 'WEBP', 8],
];

const refused: readonly (readonly [string, string, number])[] = [
  ['a TIFF picture', 'II*\0', 0],
  ['a TIFF picture', 'MM\0*', 0],
  ['a BigTIFF picture', 'II+\0', 0],
  ['a BigTIFF picture', 'MM\0+', 0],
  ['a Photoshop document', '8BPS', 0],
  ['a JPEG XL picture', '\xff\x0a', 0],
  ['a JPEG XL picture', 'JXL ', 4],
  ['a JPEG 2000 picture', 'jP  ', 4],
  ['a JPEG 2000 picture', '\xff\x4f\xff\x51', 0],
  ['an OpenEXR picture', 'v/1\x01', 0],
  ['a Radiance HDR picture', '#?RADIANCE', 0],
  ['a Windows bitmap', 'BM', 0],
  ['a Windows icon', '\0\0\x01\0', 0],
  ['a PDF document', '%PDF', 0],
  ['a WAV sound', 'WAVE', 8],
  ['an AVI video', 'AVI ', 8],
  ['an MP3 sound', 'ID3', 0],
  ['a FLAC sound', 'fLaC', 0],
  ['an Ogg file', 'OggS', 0],
  ['a Matroska or WebM video', '\x1a\x45\xdf\xa3', 0],
  ['a ZIP archive', 'PK\x03\x04', 0],
  ['gzip data', '\x1f\x8b', 0],
];

/** Names the format of a picture by its first bytes. */
export function sniffPicture(bytes: Uint8Array): Sniffed {
  const head = latin1(bytes.subarray(0, sniffBytes));
  for (const [format, magic, at] of accepted) {
    if (head.startsWith(magic, at) && (format !== 'webp' || head.startsWith('RIFF'))) return { format };
  }
  if (head.startsWith('ftyp', 4)) return sniffBoxes(bytes, head);
  for (const [looksLike, magic, at] of refused) if (head.startsWith(magic, at)) return { format: null, looksLike };
  if (/^P[1-7]\s/.test(head)) return { format: null, looksLike: 'a Netpbm picture' };
  return { format: null, looksLike: looksLikeText(head) ?? 'no format that is known here' };
}

/** ISO media files say by their brands what is in them. */
function sniffBoxes(bytes: Uint8Array, head: string): Sniffed {
  const size = Math.min(sniffBytes, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));
  const brands = [head.slice(8, 12)];
  for (let at = 16; at + 4 <= size; at += 4) brands.push(head.slice(at, at + 4));
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return { format: 'avif' };
  if (brands.some((brand) => /^(hei|hev|mif1|msf1)/.test(brand))) {
    return { format: null, looksLike: 'a HEIC picture' };
  }
  return { format: null, looksLike: 'an MP4 or QuickTime file' };
}

function looksLikeText(head: string): string | null {
  const text = head
    .replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .replaceAll('\0', '')
    .trimStart();
  if (/<svg[\s>]/i.test(text) || /<!DOCTYPE svg/i.test(text)) return 'an SVG drawing';
  if (/^<\?xml/i.test(text)) return 'an XML document, perhaps an SVG drawing';
  if (/^<(!doctype html|html)/i.test(text)) return 'an HTML page';
  return text.length > 0 && /^[\x09\x0a\x0d\x20-\x7e]+$/.test(text) ? 'plain text' : null;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
