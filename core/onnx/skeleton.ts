import { notAModel } from './read.ts';

/** Bytes of a file that may be too large to read whole. */
export interface ByteSource {
  readonly size: number;
  /** Exactly `length` bytes from `offset`, both inside the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A run of bytes of the file that is kept as it is, or bytes made anew (a tag and its new length). */
type Piece = { readonly start: number; readonly end: number } | Uint8Array;
type Message = 'model' | 'graph' | 'node' | 'attribute' | 'tensor' | 'sparse' | 'function';

/** Which fields hold messages to look into, and which hold bulk data (field numbers of onnx-ml.proto). */
const nested: { readonly [M in Message]: Readonly<Record<number, Message>> } = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  tensor: {},
  sparse: { 1: 'tensor', 2: 'tensor' },
  function: { 7: 'node', 11: 'attribute' },
};
const bulk: { readonly [M in Message]: readonly number[] } = {
  model: [20],
  graph: [],
  node: [],
  attribute: [7, 8],
  tensor: [4, 5, 7, 9, 10, 11],
  sparse: [],
  function: [],
};
/** Bulk fields up to this size are kept: shapes and other small constants are worth reading. */
const keepBytes = 1024;
const windowBytes = 64 * 1024;
const maxDepth = 64;
const maxSkeletonBytes = 256 * 1024 * 1024;

/** What stands in a tensor in place of bulk data that was left where it is: bytes of a field, or nothing. */
export type Stand = (field: number, offset: number, length: number) => Uint8Array | null;

/**
 * The model without its weights: a smaller ONNX file in which tensors keep name, dtype and shape but lose
 * bulk data. Reads only headers, so a model of gigabytes takes milliseconds. Throws `model-invalid`.
 */
export function readSkeleton(source: ByteSource, name: string): Promise<Uint8Array> {
  return withoutBulk(source, name, null);
}

/** The same; with `stand`, only bulk data of tensors goes, and what `stand` gives comes in its place. */
export async function withoutBulk(source: ByteSource, name: string, stand: Stand | null): Promise<Uint8Array> {
  const walker = new Walker(source, name, stand);
  const pieces = (await walker.walk(0, source.size, 'model', 0)) ?? [{ start: 0, end: source.size }];
  const total = lengthOf(pieces);
  if (total > maxSkeletonBytes) throw notAModel(name, `it holds ${total} bytes besides its weights`);
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    const part = piece instanceof Uint8Array ? piece : await source.read(piece.start, piece.end - piece.start);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

class Walker {
  private window: Uint8Array = new Uint8Array(0);
  private windowStart = 0;
  private at = 0;
  constructor(
    private readonly source: ByteSource,
    private readonly name: string,
    private readonly stand: Stand | null,
  ) {}

  /** Pieces of the message in [start, end), or null when nothing in it needs to go. */
  async walk(start: number, end: number, message: Message, depth: number): Promise<Piece[] | null> {
    if (depth > maxDepth) throw notAModel(this.name, `its graphs are nested deeper than ${maxDepth}`);
    const pieces: Piece[] = [];
    let keptFrom = start;
    this.at = start;
    while (this.at < end) {
      const fieldStart = this.at;
      if (!this.holds(Math.min(20, end - fieldStart))) await this.load(fieldStart);
      const tag = this.varint(end);
      const field = Math.floor(tag / 8);
      const wire = tag % 8;
      if (wire !== 2) {
        this.skip(wire, end);
        continue;
      }
      const length = this.varint(end);
      const bodyStart = this.at;
      const bodyEnd = bodyStart + length;
      if (bodyEnd > end) throw notAModel(this.name, 'it ends in the middle of a field');
      this.at = bodyEnd;
      if (length <= keepBytes) continue;
      if (bulk[message].includes(field) && (this.stand === null || message === 'tensor')) {
        if (fieldStart > keptFrom) pieces.push({ start: keptFrom, end: fieldStart });
        const stands = this.stand?.(field, bodyStart, length) ?? null;
        if (stands !== null) pieces.push(stands);
        keptFrom = bodyEnd;
        continue;
      }
      const inner = nested[message][field];
      if (inner === undefined) continue;
      const parts = await this.walk(bodyStart, bodyEnd, inner, depth + 1);
      this.at = bodyEnd;
      if (parts === null) continue;
      if (fieldStart > keptFrom) pieces.push({ start: keptFrom, end: fieldStart });
      pieces.push(varintBytes(tag, lengthOf(parts)));
      for (const part of parts) pieces.push(part);
      keptFrom = bodyEnd;
    }
    if (keptFrom === start) return null;
    if (keptFrom < end) pieces.push({ start: keptFrom, end });
    return pieces;
  }

  private holds(length: number): boolean {
    return this.at >= this.windowStart && this.at + length <= this.windowStart + this.window.length;
  }

  private async load(start: number): Promise<void> {
    this.window = await this.source.read(start, Math.min(windowBytes, this.source.size - start));
    this.windowStart = start;
  }

  private varint(end: number): number {
    let result = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      if (this.at >= end) throw notAModel(this.name, 'it ends in the middle of a field');
      const byte = this.window[this.at++ - this.windowStart] as number;
      result += (byte & 127) * scale;
      scale *= 128;
      if (byte < 128) return result;
    }
    throw notAModel(this.name, 'it holds a number of more than ten bytes');
  }

  private skip(wire: number, end: number): void {
    if (wire === 0) this.varint(end);
    else if (wire === 1) this.at += 8;
    else if (wire === 5) this.at += 4;
    else throw notAModel(this.name, `it uses protobuf wire type ${wire}`);
    if (this.at > end) throw notAModel(this.name, 'it ends in the middle of a field');
  }
}

function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, p) => sum + (p instanceof Uint8Array ? p.length : p.end - p.start), 0);
}

export function varintBytes(...values: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (const value of values) {
    let rest = value;
    while (rest >= 128) {
      bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  }
  return Uint8Array.from(bytes);
}
