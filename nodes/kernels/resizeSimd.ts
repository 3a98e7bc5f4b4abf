import { precisionBits, type Taps } from './resizeTaps.ts';
import { instantiate, type Local, SimdFunction, type SimdInstance, simdModule } from './simdCode.ts';

/**
 * The two passes of the antialiased resize in SIMD registers: the same whole numbers in the same order as resize.ts, four
 * channels of a pixel at once across, sixteen values of a row at once down.
 */
/** Places in memory, in bytes, and what fits there. */
const columnsAt = 0;
const columnsRoom = 12 * 8192;
const weightsAt = columnsAt + columnsRoom;
const weightsRoom = 1 << 19;
const rowWeightsAt = weightsAt + weightsRoom;
const sourceAt = rowWeightsAt + weightsRoom;
const sourceRoom = 1 << 18;
/** Registers are read and written whole: a few pixels behind a row's end. */
const slack = 64;
const middleAt = sourceAt + sourceRoom + slack;
const middleRoom = 1 << 20;
const resultAt = middleAt + middleRoom + slack;
const resultRoom = 1 << 18;
/** A weight is upper * 2 ** lowerBits + lower, both parts of 16 bits with a sign. */
const lowerBits = 11;
const pages = Math.ceil((resultAt + resultRoom + slack) / 65_536);

/** sum >> precisionBits within 0 to 255, of up to four registers of four sums: sixteen bytes. */
function clipped(f: SimdFunction, sums: readonly [Local, Local, Local, Local]): Local {
  const [a, b, c, d] = sums.map((sum) => f.shift(sum, 'signed', precisionBits));
  return f.binary('narrowBytes', f.binary('narrow', a, b), f.binary('narrow', c, d));
}

/**
 * across(row, to, end of the columns' table): one row, of pixels of `channels` bytes. Four weights at a time, each in two
 * parts that fit in 16 bits; pixels that the last ones are not for have the weight 0.
 */
function acrossFunction(channels: 3 | 4): SimdFunction {
  const f = new SimdFunction(3);
  const [row, to, end] = [0, 1, 2];
  const half = f.constantInteger(1 << (precisionBits - 1));
  const zero = f.constantInteger(0);
  const none = 0x80;
  /** Channels side by side, each as two 16-bit numbers: of pixel n and of the next. */
  const pairs = [0, 2].map((n) =>
    f.constantBytes(
      [0, 1, 2, 3].flatMap((c) =>
        c < channels ? [n * channels + c, none, (n + 1) * channels + c, none] : [none, none, none, none],
      ),
    ),
  );
  const upper = f.constantInteger(0);
  const lower = f.constantInteger(0);
  const column = f.integer(0);
  f.loop(column, end, 12, () => {
    const pixel = f.integer(1, row, f.loadInteger(column, columnsAt));
    const weight = f.loadInteger(column, columnsAt + 4);
    const last = f.loadInteger(column, columnsAt + 8);
    f.copy(upper, zero);
    f.copy(lower, half);
    f.loop(weight, last, 16, () => {
      const four = f.load(pixel, 0);
      for (const [i, pair] of pairs.entries()) {
        const two = f.binary('swizzle', four, pair);
        f.set(upper, 'addInt', upper, f.binary('dot', two, f.loadSplat(weight, weightsAt + 8 * i)));
        f.set(lower, 'addInt', lower, f.binary('dot', two, f.loadSplat(weight, weightsAt + 8 * i + 4)));
      }
      f.setInteger(pixel, 4 * channels, pixel);
    });
    const sum = f.binary('addInt', lower, f.shift(upper, 'left', lowerBits));
    // Of three channels the fourth byte is the next pixel's, which is written next.
    f.storeFirst(to, 0, clipped(f, [sum, sum, sum, sum]));
    f.setInteger(to, channels, to);
  });
  return f;
}

/** down(first of its rows, their stride, to, first weight, behind its last): one row of the result. */
function downFunction(): SimdFunction {
  const f = new SimdFunction(5);
  const [rows, stride, to, first, last] = [0, 1, 2, 3, 4];
  const half = f.constantInteger(1 << (precisionBits - 1));
  const sums = [0, 1, 2, 3].map(() => f.constantInteger(0)) as [Local, Local, Local, Local];
  const at = f.integer(0);
  const from = f.integer(0);
  const weight = f.integer(0);
  f.loop(at, stride, 16, () => {
    f.setInteger(from, 1, rows, at);
    f.setInteger(weight, 0, first);
    for (const sum of sums) f.copy(sum, half);
    f.loop(weight, last, 4, () => {
      const share = f.loadSplat(weight, rowWeightsAt);
      const values = f.widened(f.load(from, 0));
      for (const [i, sum] of sums.entries()) f.set(sum, 'addInt', sum, f.binary('mulInt', values[i], share));
      f.setInteger(from, 1, from, stride);
    });
    f.store(f.integer(1, to, at), 0, clipped(f, sums));
  });
  return f;
}

let instance: SimdInstance | null | undefined;

function simd(): SimdInstance | null {
  if (instance === undefined)
    instance = instantiate(
      simdModule({ across3: acrossFunction(3), across4: acrossFunction(4), down: downFunction() }, pages),
    );
  return instance;
}

/** What is resized: rows of `width` pixels, `channels` bytes each. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly channels: number;
}

/** Whether `resizeBySimd` can do the job here: its tables and the rows that one row of the result looks at must fit. */
export function hasResizeSimd({ width, channels }: Pixels, columns: Taps, rows: Taps): boolean {
  const stride = columns.first.length * channels;
  return (
    (channels === 3 || channels === 4) &&
    12 * columns.first.length <= columnsRoom &&
    Math.max(4 * fours(columns.size) * columns.first.length, rows.weights.byteLength) <= weightsRoom &&
    width * channels <= sourceRoom &&
    stride * rows.size <= middleRoom &&
    stride <= resultRoom &&
    simd() !== null
  );
}

/** Both passes. Ask `hasResizeSimd` first. */
export function resizeBySimd({ data, width, channels }: Pixels, columns: Taps, rows: Taps): Uint8Array {
  const { memory, functions } = simd() as SimdInstance;
  const bytes = new Uint8Array(memory);
  const across = functions[channels === 3 ? 'across3' : 'across4'];
  const inStride = width * channels;
  const outWidth = columns.first.length;
  const stride = outWidth * channels;
  const out = new Uint8Array(rows.first.length * stride);
  setColumns(memory, columns, channels);
  new Int32Array(memory, rowWeightsAt, rows.weights.length).set(rows.weights);
  const atOnce = Math.floor(sourceRoom / inStride);
  const middleRows = Math.floor(middleRoom / stride);
  const resultRows = Math.floor(resultRoom / stride);
  /** Input rows of which the first pass is in memory. */
  let held = { from: 0, to: 0 };
  for (let top = 0; top < rows.first.length; ) {
    const from = rows.first[top];
    let bottom = top + 1;
    while (bottom < rows.first.length && bottom - top < resultRows && endOf(rows, bottom) - from <= middleRows)
      bottom++;
    const to = endOf(rows, bottom - 1);
    const kept = Math.max(from, held.from);
    if (held.to > kept) {
      const first = middleAt + (kept - held.from) * stride;
      bytes.copyWithin(middleAt, first, first + (held.to - kept) * stride);
    }
    for (let y = Math.max(from, held.to); y < to; y += atOnce) {
      const count = Math.min(atOnce, to - y);
      bytes.set(data.subarray(y * inStride, (y + count) * inStride), sourceAt);
      for (let i = 0; i < count; i++)
        across(sourceAt + i * inStride, middleAt + (y + i - from) * stride, 12 * outWidth);
    }
    held = { from, to };
    for (let y = top; y < bottom; y++) {
      const weight = 4 * y * rows.size;
      const row = middleAt + (rows.first[y] - from) * stride;
      functions['down'](row, stride, resultAt + (y - top) * stride, weight, weight + 4 * rows.count[y]);
    }
    out.set(bytes.subarray(resultAt, resultAt + (bottom - top) * stride), top * stride);
    top = bottom;
  }
  return out;
}

/** The input row behind the last that this row of the result looks at. */
function endOf(rows: Taps, y: number): number {
  return rows.first[y] + rows.count[y];
}

function setColumns(memory: ArrayBuffer, { size, first, count, weights }: Taps, channels: number): void {
  const table = new Int32Array(memory, columnsAt, 3 * first.length);
  const parts = new Int16Array(memory, weightsAt, 2 * fours(size) * first.length).fill(0);
  for (let x = 0; x < first.length; x++) {
    const at = x * fours(size);
    table[3 * x] = first[x] * channels;
    table[3 * x + 1] = 4 * at;
    table[3 * x + 2] = 4 * (at + fours(count[x]));
    for (let k = 0; k < count[x]; k++) {
      const weight = weights[x * size + k];
      // Two upper parts, then the two lower ones.
      const place = 2 * (at + (k & ~1)) + (k & 1);
      parts[place] = weight >> lowerBits;
      parts[place + 2] = weight & ((1 << lowerBits) - 1);
    }
  }
}

/** Weights are taken four at a time. */
function fours(count: number): number {
  return (count + 3) & ~3;
}
