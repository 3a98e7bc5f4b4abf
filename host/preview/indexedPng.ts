import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';

const compress = promisify(deflate);

/** Colours of a palette: three bytes each, up to 256 of them. `clear` are those that are transparent. */
export interface PngPalette {
  readonly rgb: Uint8Array;
  readonly clear: ReadonlySet<number>;
}

/**
 * A PNG of one byte a pixel and a palette (W3C PNG 11.2, colour type 3), exact: libvips only makes palettes by
 * quantising colours, which costs more and moves them.
 */
export async function indexedPng(
  indices: Uint8Array,
  width: number,
  height: number,
  palette: PngPalette,
): Promise<Uint8Array> {
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) rows.set(indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  header[9] = 3;
  const alpha = Uint8Array.from({ length: palette.rgb.length / 3 }, (_, i) => (palette.clear.has(i) ? 0 : 255));
  return new Uint8Array(
    Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      chunk('IHDR', header),
      chunk('PLTE', palette.rgb),
      ...(palette.clear.size > 0 ? [chunk('tRNS', alpha)] : []),
      chunk('IDAT', await compress(rows)),
      chunk('IEND', new Uint8Array()),
    ]),
  );
}

function chunk(name: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(name, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, data.length + 8)), data.length + 8);
  return out;
}
