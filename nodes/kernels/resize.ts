/** Filters of the antialiased resize, as Pillow defines them. */
export type AntialiasFilter = 'bilinear' | 'bicubic' | 'lanczos';

/** Coefficients are fixed-point: 32 bits, less 8 for the pixel and 2 for overshoot (Pillow, Resample.c). */
const precisionBits = 22;
const half = 1 << (precisionBits - 1);

interface Taps {
  /** Coefficients of one output pixel stand at index * size. */
  readonly size: number;
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
}

/**
 * Antialiased resize of interleaved uint8 pixels, equal to Pillow's `Image.resize` bit for bit: two passes,
 * across and then down, the filter stretched by the scale when shrinking.
 * `data` is height * width * channels; the result outHeight * outWidth * channels, in memory of its own.
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
  let rows = data;
  if (outWidth !== width) {
    const taps = makeTaps(width, outWidth, filter);
    rows = new Uint8Array(height * outWidth * channels);
    if (channels === 3) acrossThree(data, rows, width, outWidth, height, taps);
    else across(data, rows, width, outWidth, height, channels, taps);
  }
  if (outHeight === height) return rows === data ? data.slice() : rows;
  const result = new Uint8Array(outHeight * outWidth * channels);
  down(rows, result, outWidth * channels, outHeight, makeTaps(height, outHeight, filter));
  return result;
}

function makeTaps(inSize: number, outSize: number, filter: AntialiasFilter): Taps {
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

function acrossThree(
  data: Uint8Array,
  out: Uint8Array,
  width: number,
  outWidth: number,
  height: number,
  taps: Taps,
): void {
  const { size, first, count, weights } = taps;
  let o = 0;
  for (let y = 0; y < height; y++) {
    const row = y * width * 3;
    for (let x = 0; x < outWidth; x++) {
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

function across(
  data: Uint8Array,
  out: Uint8Array,
  width: number,
  outWidth: number,
  height: number,
  channels: number,
  taps: Taps,
): void {
  const { size, first, count, weights } = taps;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < outWidth; x++) {
      const w = x * size;
      const end = w + count[x];
      for (let c = 0; c < channels; c++) {
        let i = (y * width + first[x]) * channels + c;
        let sum = half;
        for (let k = w; k < end; k++) {
          sum = (sum + Math.imul(data[i], weights[k])) | 0;
          i += channels;
        }
        out[(y * outWidth + x) * channels + c] = clip(sum);
      }
    }
  }
}

/** `stride` values a row, whatever the channels: each output row is a weighted sum of whole input rows, four at a time. */
function down(rows: Uint8Array, out: Uint8Array, stride: number, outHeight: number, taps: Taps): void {
  const { size, first, count, weights } = taps;
  const sums = new Int32Array(stride);
  for (let y = 0; y < outHeight; y++) {
    sums.fill(half);
    const n = count[y];
    let w = y * size;
    let a = first[y] * stride;
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
    const target = y * stride;
    for (let i = 0; i < stride; i++) out[target + i] = clip(sums[i]);
  }
}
