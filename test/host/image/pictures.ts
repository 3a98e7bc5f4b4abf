import { crc32, deflateSync } from 'node:zlib';
import type { ImageHost } from '../../../core/define/host.ts';
import { makeLimits } from '../../../core/define/limits.ts';
import type { ImageValue, MediaSource } from '../../../core/kinds/value.ts';
import { makeImageHost } from '../../../host/image/host.ts';

export function never(): AbortSignal {
  return new AbortController().signal;
}

export function media(bytes: Uint8Array, name = 'test picture'): MediaSource {
  return { kind: 'media', bytes: new Uint8Array(bytes), name };
}

/** A host for bytes in memory. */
export function memoryHost(limits: Readonly<Record<string, number>> = {}): ImageHost {
  return makeImageHost({
    limits: makeLimits(limits),
    sourceBytes: async (source) => source.bytes ?? new Uint8Array(),
  });
}

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

export interface PngParts {
  readonly width: number;
  readonly height: number;
  /** Bits a sample; 8 when left out. */
  readonly depth?: 1 | 8 | 16;
  /** 0 grey, 2 rgb; 2 when left out. */
  readonly colourType?: 0 | 2;
  /** Rows without their filter bytes; black when left out. */
  readonly rows?: Uint8Array;
  /** What the header claims instead. */
  readonly claim?: { readonly width: number; readonly height: number };
}

/** A PNG by hand, so that its header may lie. */
export function makePng(parts: PngParts): Uint8Array {
  const { width, height, depth = 8, colourType = 2 } = parts;
  const stride = Math.ceil((width * depth * (colourType === 2 ? 3 : 1)) / 8);
  const raw = Buffer.alloc(height * (stride + 1));
  if (parts.rows !== undefined) {
    for (let y = 0; y < height; y++) {
      raw.set(parts.rows.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(parts.claim?.width ?? width, 0);
  header.writeUInt32BE(parts.claim?.height ?? height, 4);
  header[8] = depth;
  header[9] = colourType;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw, { level: 1 })),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** An animated GIF of one-pixel-square frames in turn red and blue, `delays` in hundredths of a second. */
export function makeGif(delays: readonly number[]): Uint8Array {
  const head = Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    // 1x1, a global table of two colours: red and blue
    Buffer.from([1, 0, 1, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255]),
    Buffer.from('\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0', 'latin1'),
  ]);
  const frames = delays.map((delay, i) =>
    Buffer.from([
      ...[0x21, 0xf9, 4, 0, delay & 255, delay >> 8, 0, 0],
      ...[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0],
      // LZW of one pixel: clear, its index, end
      ...[2, 2, i % 2 === 0 ? 0x44 : 0x4c, 0x01, 0],
    ]),
  );
  return Buffer.concat([head, ...frames, Buffer.from([0x3b])]);
}

/** The next valid request must succeed, whatever came before. */
export async function nextRequest(host: ImageHost): Promise<readonly number[]> {
  const good = makePng({ width: 2, height: 1, rows: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  const image: ImageValue = await host.decode(media(good), never());
  return [...image.data];
}
export const nextAnswer = [1, 2, 3, 4, 5, 6];
