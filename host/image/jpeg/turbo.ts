import type { HeaderSize } from '../headerSize.ts';

/**
 * libjpeg-turbo as WebAssembly: the same library as in libvips and Pillow, and the same pixels, at 2 to 3 times the native
 * reckoning but with nothing to set up around it, in the thread that calls. What it reads cannot leave its own memory.
 */

/** How much smaller than the picture each side is decoded, in the frequency domain. */
export type JpegScale = 1 | 2 | 4 | 8;

export interface JpegPixels extends HeaderSize {
  /** Rows without gaps, in the decoder's own memory: there until it decodes again. */
  readonly data: Uint8Array;
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(bytes: number): number;
  free(address: number): void;
  tjInitDecompress(): number;
  tjDecompressHeader3(
    handle: number,
    source: number,
    bytes: number,
    width: number,
    height: number,
    subsampling: number,
    colours: number,
  ): number;
  tjDecompress2(
    handle: number,
    source: number,
    bytes: number,
    target: number,
    width: number,
    stride: number,
    height: number,
    format: number,
    flags: number,
  ): number;
}

/** Part of Node, but of none of its types. */
declare const WebAssembly: {
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

/** TurboJPEG's numbers of pixel formats, by channels. */
const formats = { 1: 6, 3: 0 } as const;

function refuse(): never {
  throw new Error('libjpeg-turbo gave up');
}

/**
 * The library comes back from an error by `longjmp`, which WebAssembly has not: an error here leaves it by an exception,
 * and it is not used again. Of an operating system it wants nothing but an empty environment.
 */
const imports = {
  env: { setjmp: () => 0, longjmp: refuse },
  wasi_snapshot_preview1: {
    environ_sizes_get: () => 0,
    environ_get: refuse,
    proc_exit: refuse,
    fd_close: refuse,
    fd_seek: refuse,
    fd_write: refuse,
  },
};

/** A piece of the module's memory that grows with what is asked of it. */
interface Room {
  at: number;
  bytes: number;
}

interface Instance {
  readonly library: Exports;
  readonly handle: number;
  /** Four whole numbers of a header. */
  readonly facts: number;
  readonly source: Room;
  readonly pixels: Room;
}

/** Decodes pictures one after the other; `module` is what `turboModule` gives. */
export class TurboDecoder {
  private readonly module: object;
  private instance: Instance | null = null;

  constructor(module: object) {
    this.module = module;
  }

  /**
   * Its pixels, grey or rgb; null where the library has anything to say against the file, be it a warning, or finds another
   * size than `full`, for which there may be no room.
   */
  decode(bytes: Uint8Array, full: HeaderSize, scale: JpegScale, channels: 1 | 3): JpegPixels | null {
    try {
      this.instance ??= instantiate(this.module);
      return decodeIn(this.instance, bytes, full, scale, channels);
    } catch {
      this.instance = null;
      return null;
    }
  }
}

function instantiate(module: object): Instance {
  const library = new WebAssembly.Instance(module, imports).exports as Exports;
  const handle = library.tjInitDecompress();
  const facts = library.malloc(16);
  if (handle === 0 || facts === 0) refuse();
  return { library, handle, facts, source: { at: 0, bytes: 0 }, pixels: { at: 0, bytes: 0 } };
}

function decodeIn(
  instance: Instance,
  bytes: Uint8Array,
  full: HeaderSize,
  scale: JpegScale,
  channels: 1 | 3,
): JpegPixels | null {
  const { library, handle, facts } = instance;
  const source = roomFor(library, instance.source, bytes.length);
  new Uint8Array(library.memory.buffer, source, bytes.length).set(bytes);
  if (library.tjDecompressHeader3(handle, source, bytes.length, facts, facts + 4, facts + 8, facts + 12) !== 0)
    return null;
  const [fullWidth, fullHeight] = new Uint32Array(library.memory.buffer, facts, 2);
  if (fullWidth !== full.width || fullHeight !== full.height) return null;
  const width = Math.ceil(fullWidth / scale);
  const height = Math.ceil(fullHeight / scale);
  const stride = width * channels;
  const target = roomFor(library, instance.pixels, stride * height);
  const format = formats[channels];
  if (library.tjDecompress2(handle, source, bytes.length, target, width, stride, height, format, 0) !== 0) return null;
  return { data: new Uint8Array(library.memory.buffer, target, stride * height), width, height };
}

function roomFor(library: Exports, room: Room, bytes: number): number {
  if (bytes > room.bytes) {
    if (room.at !== 0) library.free(room.at);
    room.at = library.malloc(bytes);
    room.bytes = bytes;
    if (room.at === 0) refuse();
  }
  return room.at;
}
