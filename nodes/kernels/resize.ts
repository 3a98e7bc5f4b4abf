import { hasResizeSimd, type Pixels, resizeBySimd } from './resizeSimd.ts';
import { type AntialiasFilter, makeTaps, precisionBits, type Taps } from './resizeTaps.ts';

const half = 1 << (precisionBits - 1);

/** Rows that the first pass has made and the second still needs are held in blocks of about this size, which stay in the cache. */
const blockBytes = 1 << 19;

/**
 * Antialiased resize of interleaved uint8 pixels, equal to Pillow's `Image.resize` bit for bit: two passes,
 * across and then down, the filter stretched by the scale when shrinking.
 * `data` is height * width * channels; the result outHeight * outWidth * channels, in memory of its own. Apart from
 * these it holds about 0.5 MiB, or the input rows that one output row looks at, one pixel wide, where that is more;
 * and, in colour, once for the thread, the 2.7 MiB in which SIMD registers work.
 * Source: Pillow 12 src/libImaging/Resample.c (precompute_coeffs, normalize_coeffs_8bpc).
 */
export function resizeAntialiased(
  data: Uint8Array,
  width: number,
  height: number,
  channels: number,
  outWidth: number,
  outHeight: number,
  filter: AntialiasFilter,
): Uint8Array {
  if (outWidth === width && outHeight === height) return data.slice();
  const source = { data, width, channels };
  const columns = outWidth === width ? null : makeTaps(width, outWidth, filter);
  const rows = outHeight === height ? null : makeTaps(height, outHeight, filter);
  if (columns !== null && rows !== null && hasResizeSimd(source, columns, rows))
    return resizeBySimd(source, columns, rows);
  return resizePlain(source, height, columns, rows);
}

/** The same without SIMD registers, of any size; null where a side stays as it is. */
export function resizePlain(source: Pixels, height: number, columns: Taps | null, rows: Taps | null): Uint8Array {
  const { data, width, channels } = source;
  const outWidth = columns?.first.length ?? width;
  const outHeight = rows?.first.length ?? height;
  const out = new Uint8Array(outHeight * outWidth * channels);
  if (rows === null) {
    if (columns !== null) across(source, { left: 0, right: outWidth, top: 0, bottom: height }, columns, out);
    return out;
  }
  if (columns === null) {
    down(data, 0, width * channels, { left: 0, right: outWidth, top: 0, bottom: outHeight }, rows, out, outWidth);
    return out;
  }
  const tallest = rows.size;
  const strip = Math.min(outWidth, Math.max(1, Math.floor(blockBytes / (tallest * channels))));
  for (let left = 0; left < outWidth; left += strip) {
    const right = Math.min(outWidth, left + strip);
    const stride = (right - left) * channels;
    for (let top = 0; top < outHeight; ) {
      const bottom = bandEnd(rows, top, Math.max(tallest, Math.floor(blockBytes / stride)));
      const first = rows.first[top];
      const last = rows.first[bottom - 1] + rows.count[bottom - 1];
      const block = new Uint8Array((last - first) * stride);
      across(source, { left, right, top: first, bottom: last }, columns, block);
      down(block, first, stride, { left, right, top, bottom }, rows, out, outWidth);
      top = bottom;
    }
  }
  return out;
}

interface Part {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The output row after the last one that, from `top` on, can be made of `room` input rows; at least one. */
function bandEnd(rows: Taps, top: number, room: number): number {
  let end = top + 1;
  while (end < rows.first.length && rows.first[end] + rows.count[end] - rows.first[top] <= room) end++;
  return end;
}

function clip(sum: number): number {
  const value = sum >> precisionBits;
  return value < 0 ? 0 : Math.min(value, 255);
}

/** First pass: input rows top to bottom, output columns left to right; `out` holds just this part. */
function across(source: Pixels, part: Part, taps: Taps, out: Uint8Array): void {
  if (source.channels === 3) acrossThree(source, part, taps, out);
  else acrossAny(source, part, taps, out);
}

function acrossThree({ data, width }: Pixels, part: Part, taps: Taps, out: Uint8Array): void {
  const { size, first, count, weights } = taps;
  let o = 0;
  for (let y = part.top; y < part.bottom; y++) {
    const row = y * width * 3;
    for (let x = part.left; x < part.right; x++) {
      let i = row + first[x] * 3;
      const w = x * size;
      const end = w + count[x];
      let r = half;
      let g = half;
      let b = half;
      for (let k = w; k < end; k++) {
        const c = weights[k];
        r = (r + Math.imul(data[i], c)) | 0;
        g = (g + Math.imul(data[i + 1], c)) | 0;
        b = (b + Math.imul(data[i + 2], c)) | 0;
        i += 3;
      }
      out[o] = clip(r);
      out[o + 1] = clip(g);
      out[o + 2] = clip(b);
      o += 3;
    }
  }
}

function acrossAny({ data, width, channels }: Pixels, part: Part, taps: Taps, out: Uint8Array): void {
  const { size, first, count, weights } = taps;
  let o = 0;
  for (let y = part.top; y < part.bottom; y++) {
    for (let x = part.left; x < part.right; x++) {
      const w = x * size;
      const end = w + count[x];
      for (let c = 0; c < channels; c++) {
        let i = (y * width + first[x]) * channels + c;
        let sum = half;
        for (let k = w; k < end; k++) {
          sum = (sum + Math.imul(data[i], weights[k])) | 0;
          i += channels;
        }
        out[o++] = clip(sum);
      }
    }
  }
}

/**
 * Second pass: each output row is a weighted sum of whole input rows, four at a time. `rows` holds the input rows from
 * `firstRow` on, `stride` values each, which are the columns of `part`.
 */
function down(
  rows: Uint8Array,
  firstRow: number,
  stride: number,
  part: Part,
  taps: Taps,
  out: Uint8Array,
  outWidth: number,
): void {
  const { size, first, count, weights } = taps;
  const channels = stride / (part.right - part.left);
  const sums = new Int32Array(stride);
  for (let y = part.top; y < part.bottom; y++) {
    sums.fill(half);
    const n = count[y];
    let w = y * size;
    let a = (first[y] - firstRow) * stride;
    let k = 0;
    for (; k + 4 <= n; k += 4) {
      const [c0, c1, c2, c3] = [weights[w], weights[w + 1], weights[w + 2], weights[w + 3]];
      const b = a + stride;
      const c = b + stride;
      const d = c + stride;
      for (let i = 0; i < stride; i++) {
        const two = Math.imul(rows[a + i], c0) + Math.imul(rows[b + i], c1);
        sums[i] = (sums[i] + two + Math.imul(rows[c + i], c2) + Math.imul(rows[d + i], c3)) | 0;
      }
      w += 4;
      a = d + stride;
    }
    for (; k < n; k++) {
      const c = weights[w++];
      for (let i = 0; i < stride; i++) sums[i] = (sums[i] + Math.imul(rows[a + i], c)) | 0;
      a += stride;
    }
    const target = (y * outWidth + part.left) * channels;
    for (let i = 0; i < stride; i++) out[target + i] = clip(sums[i]);
  }
}
