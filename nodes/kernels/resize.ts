/** Filters of the antialiased resize, as Pillow defines them. */
export type AntialiasFilter = 'bilinear' | 'bicubic' | 'lanczos';

/** Coefficients are fixed-point: 32 bits, less 8 for the pixel and 2 for overshoot (Pillow, Resample.c). */
export const precisionBits = 22;
const half = 1 << (precisionBits - 1);

export interface Taps {
  /** Coefficients of one output pixel stand at index * size. */
  readonly size: number;
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
}

/** Rows that the first pass has made and the second still needs are held in blocks of about this size, which stay in the cache. */
const blockBytes = 1 << 19;

/**
 * Antialiased resize of interleaved uint8 pixels, equal to Pillow's `Image.resize` bit for bit: two passes,
 * across and then down, the filter stretched by the scale when shrinking.
 * `data` is height * width * channels; the result outHeight * outWidth * channels, in memory of its own. Apart from
 * these it holds about 0.5 MiB, or the input rows that one output row looks at, one pixel wide, where that is more.
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
  const out = new Uint8Array(outHeight * outWidth * channels);
  const source = { data, width, channels };
  const columns = outWidth === width ? null : makeTaps(width, outWidth, filter);
  if (outHeight === height) {
    if (columns !== null) across(source, { left: 0, right: outWidth, top: 0, bottom: height }, columns, out);
    return out;
  }
  const rows = makeTaps(height, outHeight, filter);
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

interface Source {
  readonly data: Uint8Array;
  readonly width: number;
  readonly channels: number;
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

/** Pillow's taps and fixed-point weights for each output pixel along one side. */
export function makeTaps(inSize: number, outSize: number, filter: AntialiasFilter): Taps {
  const { support: radius, weight } = filters[filter];
  const scale = inSize / outSize;
  const filterScale = Math.max(scale, 1);
  const support = radius * filterScale;
  const size = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outSize);
  const count = new Int32Array(outSize);
  const weights = new Int32Array(outSize * size);
  const exact = new Float64Array(size);
  for (let i = 0; i < outSize; i++) {
    const centre = (i + 0.5) * scale;
    const low = Math.max(0, Math.trunc(centre - support + 0.5));
    const high = Math.min(inSize, Math.trunc(centre + support + 0.5));
    let sum = 0;
    for (let k = 0; k < high - low; k++) {
      exact[k] = weight((k + low - centre + 0.5) * (1 / filterScale));
      sum += exact[k];
    }
    for (let k = 0; k < high - low; k++) {
      const share = (sum === 0 ? exact[k] : exact[k] / sum) * (1 << precisionBits);
      weights[i * size + k] = share < 0 ? Math.trunc(share - 0.5) : Math.trunc(share + 0.5);
    }
    first[i] = low;
    count[i] = high - low;
  }
  return { size, first, count, weights };
}

const filters: Record<AntialiasFilter, { readonly support: number; readonly weight: (x: number) => number }> = {
  bilinear: { support: 1, weight: triangle },
  bicubic: { support: 2, weight: cubic },
  lanczos: { support: 3, weight: lanczos3 },
};

function triangle(x: number): number {
  const d = Math.abs(x);
  return d < 1 ? 1 - d : 0;
}

/** Keys' cubic with a = -0.5, as Pillow has it (torch's form without antialias uses -0.75). */
function cubic(x: number): number {
  const a = -0.5;
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return (((d - 5) * d + 8) * d - 4) * a;
  return 0;
}

function lanczos3(x: number): number {
  return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
}

function sinc(x: number): number {
  if (x === 0) return 1;
  const angle = x * Math.PI;
  return Math.sin(angle) / angle;
}

function clip(sum: number): number {
  const value = sum >> precisionBits;
  return value < 0 ? 0 : Math.min(value, 255);
}

/** First pass: input rows top to bottom, output columns left to right; `out` holds just this part. */
function across(source: Source, part: Part, taps: Taps, out: Uint8Array): void {
  if (source.channels === 3) acrossThree(source, part, taps, out);
  else acrossAny(source, part, taps, out);
}

function acrossThree({ data, width }: Source, part: Part, taps: Taps, out: Uint8Array): void {
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

function acrossAny({ data, width, channels }: Source, part: Part, taps: Taps, out: Uint8Array): void {
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
