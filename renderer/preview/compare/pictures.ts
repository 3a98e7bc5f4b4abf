interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

export interface PictureDifference {
  /** Of all pixels and of red, green and blue, 0 to 255. */
  readonly max: number;
  readonly mean: number;
  /** Part of the pixels that differ at all. */
  readonly changed: number;
  /** What differences are multiplied by in `picture`, so that small ones are seen. */
  readonly gain: number;
  /** Absolute differences, opaque. */
  readonly picture: Uint8ClampedArray<ArrayBuffer>;
}

/** Absolute differences of two pictures of one size, pixel by pixel; null when their sizes differ. */
export function pictureDifference(left: Pixels, right: Pixels): PictureDifference | null {
  if (left.width !== right.width || left.height !== right.height) return null;
  const { data: a } = left;
  const { data: b } = right;
  const picture = new Uint8ClampedArray(a.length);
  let max = 0;
  let sum = 0;
  let changed = 0;
  for (let i = 0; i < a.length; i += 4) {
    let most = 0;
    for (let c = 0; c < 3; c++) {
      const by = Math.abs(a[i + c] - b[i + c]);
      picture[i + c] = by;
      sum += by;
      if (by > most) most = by;
    }
    picture[i + 3] = 255;
    if (most > 0) changed++;
    if (most > max) max = most;
  }
  const gain = max === 0 ? 1 : Math.max(1, Math.floor(255 / max));
  if (gain > 1) for (let i = 0; i < picture.length; i++) if (i % 4 !== 3) picture[i] *= gain;
  const pixels = a.length / 4;
  return {
    max,
    mean: pixels === 0 ? 0 : sum / (3 * pixels),
    changed: pixels === 0 ? 0 : changed / pixels,
    gain,
    picture,
  };
}
