import type { Affine } from '../../core/kinds/geometry.ts';

export interface LogitPlanes {
  /** [C, H, W]: C planes of `height` rows of `width` numbers. */
  readonly data: ArrayLike<number>;
  readonly classes: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The best class of each pixel of a mask. `toPlanes` maps continuous mask coordinates (0,0 = upper left corner) to
 * those of the planes; plane values between pixel centres are interpolated bilinearly and held at the edges, which for
 * a plain scaling is torch.nn.functional.interpolate(mode="bilinear", align_corners=False). Pixels that map outside
 * of the planes get class `outside`. With one class, the mask is 1 where the logit is above `cut`.
 */
export function segment(
  planes: LogitPlanes,
  width: number,
  height: number,
  toPlanes: Affine,
  outside: number,
  cut: number,
): Uint8Array {
  const { data, classes, width: w, height: h } = planes;
  const [a, b, c, d, e, f] = toPlanes;
  const size = w * h;
  const mask = new Uint8Array(width * height);
  // A pixel centre may leave the planes by rounding alone.
  const slack = 1e-6 * Math.max(w, h);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = a * (x + 0.5) + b * (y + 0.5) + c;
      const v = d * (x + 0.5) + e * (y + 0.5) + f;
      if (u < -slack || v < -slack || u > w + slack || v > h + slack) {
        mask[y * width + x] = outside;
        continue;
      }
      const px = Math.min(Math.max(u - 0.5, 0), w - 1);
      const py = Math.min(Math.max(v - 0.5, 0), h - 1);
      const x0 = Math.floor(px);
      const y0 = Math.floor(py);
      const fx = px - x0;
      const fy = py - y0;
      const at = y0 * w + x0;
      const right = x0 + 1 < w ? 1 : 0;
      const below = y0 + 1 < h ? w : 0;
      let best = 0;
      let top = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < classes; k++) {
        const o = k * size + at;
        const upper = data[o] * (1 - fx) + data[o + right] * fx;
        const lower = data[o + below] * (1 - fx) + data[o + below + right] * fx;
        const value = upper * (1 - fy) + lower * fy;
        if (value > top) {
          top = value;
          best = k;
        }
      }
      mask[y * width + x] = classes === 1 ? (top > cut ? 1 : 0) : best;
    }
  }
  return mask;
}
