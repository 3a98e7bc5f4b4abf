export type InterpolateFilter = 'nearest' | 'bilinear' | 'bicubic';

/**
 * Resize without antialiasing: each output pixel looks only at the 1, 4 or 16 input pixels around its place, however
 * much the picture shrinks. Equal to torch.nn.functional.interpolate(align_corners=False), rounded to 8 bits
 * (ties to even) and clamped. Pixels are interleaved uint8: height * width * channels in, outHeight * outWidth * channels out.
 * Source: PyTorch ATen/native/UpSample.h (area_pixel_compute_source_index, cubic with a = -0.75).
 */
export function interpolate(
  data: Uint8Array,
  width: number,
  height: number,
  channels: number,
  outWidth: number,
  outHeight: number,
  filter: InterpolateFilter,
): Uint8Array {
  if (filter === 'nearest') {
    return pick(data, width, channels, legacyNearest(width, outWidth), legacyNearest(height, outHeight));
  }
  const make = filter === 'bilinear' ? linearTaps : cubicTaps;
  return blend(data, width, channels, make(width, outWidth), make(height, outHeight));
}

/**
 * Nearest pixel as Pillow picks it: the one under the output pixel's centre (torch calls this `nearest-exact`).
 * Source: Pillow 12 src/libImaging/Geometry.c (ImagingScaleAffine).
 */
export function nearestAtCentre(
  data: Uint8Array,
  width: number,
  height: number,
  channels: number,
  outWidth: number,
  outHeight: number,
): Uint8Array {
  return pick(data, width, channels, centreNearest(width, outWidth), centreNearest(height, outHeight));
}

function legacyNearest(inSize: number, outSize: number): Int32Array {
  const scale = Math.fround(inSize / outSize);
  return Int32Array.from({ length: outSize }, (_, i) =>
    Math.min(inSize - 1, Math.floor(Math.fround(Math.fround(i) * scale))),
  );
}

/** Pillow adds the scale up step by step; so do we, since the sums' rounding decides ties. */
function centreNearest(inSize: number, outSize: number): Int32Array {
  const scale = inSize / outSize;
  const places = new Int32Array(outSize);
  let at = scale * 0.5;
  for (let i = 0; i < outSize; i++) {
    places[i] = Math.min(inSize - 1, Math.floor(at));
    at += scale;
  }
  return places;
}

function pick(data: Uint8Array, width: number, channels: number, columns: Int32Array, rows: Int32Array): Uint8Array {
  const out = new Uint8Array(rows.length * columns.length * channels);
  let o = 0;
  for (let y = 0; y < rows.length; y++) {
    const row = rows[y] * width;
    for (let x = 0; x < columns.length; x++) {
      const i = (row + columns[x]) * channels;
      for (let c = 0; c < channels; c++) out[o++] = data[i + c];
    }
  }
  return out;
}

interface Taps {
  readonly size: number;
  /** Input index of each tap, already clamped to the picture. */
  readonly places: Int32Array;
  readonly weights: Float64Array;
}

function linearTaps(inSize: number, outSize: number): Taps {
  const scale = inSize / outSize;
  const places = new Int32Array(outSize * 2);
  const weights = new Float64Array(outSize * 2);
  for (let i = 0; i < outSize; i++) {
    const at = Math.max(0, scale * (i + 0.5) - 0.5);
    const low = Math.min(inSize - 1, Math.floor(at));
    places[i * 2] = low;
    places[i * 2 + 1] = Math.min(inSize - 1, low + 1);
    weights[i * 2 + 1] = at - low;
    weights[i * 2] = 1 - (at - low);
  }
  return { size: 2, places, weights };
}

function cubicTaps(inSize: number, outSize: number): Taps {
  const scale = inSize / outSize;
  const places = new Int32Array(outSize * 4);
  const weights = new Float64Array(outSize * 4);
  for (let i = 0; i < outSize; i++) {
    const at = scale * (i + 0.5) - 0.5;
    const low = Math.floor(at);
    const t = at - low;
    const four = [cubicFar(t + 1), cubicNear(t), cubicNear(1 - t), cubicFar(2 - t)];
    for (let k = 0; k < 4; k++) {
      places[i * 4 + k] = Math.min(inSize - 1, Math.max(0, low - 1 + k));
      weights[i * 4 + k] = four[k];
    }
  }
  return { size: 4, places, weights };
}

const a = -0.75;
function cubicNear(x: number): number {
  return ((a + 2) * x - (a + 3)) * x * x + 1;
}
function cubicFar(x: number): number {
  return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}

function blend(data: Uint8Array, width: number, channels: number, columns: Taps, rows: Taps): Uint8Array {
  const outWidth = columns.places.length / columns.size;
  const outHeight = rows.places.length / rows.size;
  const stride = outWidth * channels;
  const out = new Uint8ClampedArray(outHeight * stride);
  // An input row serves several output rows when enlarging, so the rows last blended across are kept.
  const kept = Array.from({ length: rows.size }, () => ({ row: -1, values: new Float64Array(stride) }));
  const sums = new Float64Array(stride);
  for (let y = 0; y < outHeight; y++) {
    sums.fill(0);
    for (let k = 0; k < rows.size; k++) {
      const row = rows.places[y * rows.size + k];
      const weight = rows.weights[y * rows.size + k];
      const slot = kept[row % rows.size];
      if (slot.row !== row) {
        blendRow(data, row * width * channels, channels, columns, slot.values);
        slot.row = row;
      }
      const { values } = slot;
      for (let i = 0; i < stride; i++) sums[i] += values[i] * weight;
    }
    for (let i = 0, o = y * stride; i < stride; i++) out[o++] = sums[i];
  }
  return new Uint8Array(out.buffer);
}

function blendRow(data: Uint8Array, start: number, channels: number, columns: Taps, out: Float64Array): void {
  const { size, places, weights } = columns;
  for (let c = 0; c < channels; c++) {
    const base = start + c;
    for (let x = 0, o = c; o < out.length; x += size, o += channels) {
      let sum = data[base + places[x] * channels] * weights[x] + data[base + places[x + 1] * channels] * weights[x + 1];
      for (let k = x + 2; k < x + size; k++) sum += data[base + places[k] * channels] * weights[k];
      out[o] = sum;
    }
  }
}
