import type { MediaSource, Value } from '../../core/kinds/value.ts';
import { valueBytes } from '../../core/kinds/value.ts';

/** Counts the memory behind values that are held: what several of them share is counted once. */
export class Ledger {
  readonly #holders = new Map<object, number>();
  #bytes = 0;

  hold(value: Value | MediaSource): void {
    for (const [memory, bytes] of memoryOf(value)) {
      const holders = this.#holders.get(memory) ?? 0;
      if (holders === 0) this.#bytes += bytes;
      this.#holders.set(memory, holders + 1);
    }
  }

  letGo(value: Value | MediaSource): void {
    for (const [memory, bytes] of memoryOf(value)) {
      const holders = (this.#holders.get(memory) ?? 0) - 1;
      if (holders > 0) this.#holders.set(memory, holders);
      else if (this.#holders.delete(memory)) this.#bytes -= bytes;
    }
  }

  bytes(): number {
    return this.#bytes;
  }
}

/** Bytes that the value keeps alive: a part of a larger buffer keeps the whole. */
export function heldBytes(value: Value | MediaSource): number {
  return memoryOf(value).reduce((sum, [, bytes]) => sum + bytes, 0);
}

function memoryOf(value: Value | MediaSource): readonly (readonly [object, number])[] {
  switch (value.kind) {
    case 'image':
    case 'mask':
    case 'embedding':
    case 'scores':
      return views(value.data);
    case 'tensor':
      return value.dtype === 'string' ? [[value, valueBytes(value)]] : views(value.data);
    case 'audio':
      return views(...value.channels);
    case 'boxes':
      return views(value.coordinates, value.scores, value.classes);
    case 'video':
      return memoryOf(value.source);
    case 'media':
      return value.bytes === undefined ? [] : views(value.bytes);
    case 'text':
    case 'json':
      return [[value, valueBytes(value)]];
  }
}

function views(...parts: readonly ArrayBufferView[]): readonly (readonly [object, number])[] {
  const buffers = new Set(parts.map((part) => part.buffer));
  return [...buffers].map((buffer) => [buffer, buffer.byteLength]);
}
