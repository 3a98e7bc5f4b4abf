import { capHeight, textStrokes } from './strokeFont.ts';

/** Pixels to draw on: rows top to bottom, 3 (rgb) or 4 (rgba, straight alpha) bytes a pixel. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}
export type Rgb = readonly [red: number, green: number, blue: number];

/** Lays a colour over one pixel with an opacity of 0 to 1. */
export function blend(canvas: Canvas, x: number, y: number, colour: Rgb, opacity: number): void {
  const { data, channels } = canvas;
  const at = (y * canvas.width + x) * channels;
  let share = opacity;
  if (channels === 4) {
    const below = data[at + 3] / 255;
    const alpha = opacity + below * (1 - opacity);
    share = alpha === 0 ? 0 : opacity / alpha;
    data[at + 3] = Math.round(alpha * 255);
  }
  for (let c = 0; c < 3; c++) data[at + c] = Math.round(data[at + c] + (colour[c] - data[at + c]) * share);
}

/** Fills the pixels from (left, top) up to but without (right, bottom); what lies outside is cut off. */
export function fillRectangle(
  canvas: Canvas,
  left: number,
  top: number,
  right: number,
  bottom: number,
  colour: Rgb,
  opacity: number,
): void {
  const x0 = Math.max(0, left);
  const x1 = Math.min(canvas.width, right);
  for (let y = Math.max(0, top); y < Math.min(canvas.height, bottom); y++)
    for (let x = x0; x < x1; x++) blend(canvas, x, y, colour, opacity);
}

/** A frame of `thickness` pixels along the inside of a rectangle; each pixel is touched once. */
export function strokeRectangle(
  canvas: Canvas,
  left: number,
  top: number,
  right: number,
  bottom: number,
  thickness: number,
  colour: Rgb,
  opacity: number,
): void {
  const t = Math.max(1, Math.min(thickness, Math.ceil((right - left) / 2), Math.ceil((bottom - top) / 2)));
  const innerTop = Math.min(top + t, bottom);
  const innerBottom = Math.max(bottom - t, innerTop);
  fillRectangle(canvas, left, top, right, innerTop, colour, opacity);
  fillRectangle(canvas, left, innerBottom, right, bottom, colour, opacity);
  fillRectangle(canvas, left, innerTop, Math.min(left + t, right), innerBottom, colour, opacity);
  fillRectangle(canvas, Math.max(right - t, left + t), innerTop, right, innerBottom, colour, opacity);
}

/** A filled rectangle with round corners, its edge anti-aliased. */
export function fillRounded(
  canvas: Canvas,
  left: number,
  top: number,
  right: number,
  bottom: number,
  radius: number,
  colour: Rgb,
): void {
  const r = Math.min(radius, (right - left) / 2, (bottom - top) / 2);
  for (let y = Math.max(0, top); y < Math.min(canvas.height, bottom); y++) {
    for (let x = Math.max(0, left); x < Math.min(canvas.width, right); x++) {
      const dx = Math.max(left + r - (x + 0.5), x + 0.5 - (right - r), 0);
      const dy = Math.max(top + r - (y + 0.5), y + 0.5 - (bottom - r), 0);
      const cover = Math.min(1, Math.max(0, r + 0.5 - Math.sqrt(dx * dx + dy * dy)));
      if (cover > 0) blend(canvas, x, y, colour, cover);
    }
  }
}

/**
 * Writes a line of text whose capitals are `height` pixels high, with their upper left corner at (left, top).
 * A pixel's opacity follows from its distance to the nearest stroke; only square roots are used, so every machine
 * draws the same bytes.
 */
export function drawText(canvas: Canvas, text: string, left: number, top: number, height: number, colour: Rgb): void {
  const scale = height / capHeight;
  const { segments, width } = textStrokes(text);
  const half = Math.max(0.62, height * 0.068);
  const reach = Math.ceil(half + 1);
  const wide = Math.ceil(width * scale) + 2 * reach + 1;
  const high = Math.ceil(height * 1.6) + 2 * reach + 1;
  const cover = new Float32Array(wide * high);
  // Room for what rises above the capitals (brackets, the dollar sign).
  const lift = Math.ceil(height * 0.15) + reach;
  for (let s = 0; s < segments.length; s += 4) {
    const ax = segments[s] * scale + reach;
    const ay = segments[s + 1] * scale + lift;
    const bx = segments[s + 2] * scale + reach;
    const by = segments[s + 3] * scale + lift;
    const dx = bx - ax;
    const dy = by - ay;
    const long = dx * dx + dy * dy;
    // A stroke without a length is a dot, which needs more weight to be seen.
    const radius = long === 0 ? half * 1.35 : half;
    const y1 = Math.min(high - 1, Math.ceil(Math.max(ay, by) + reach));
    const x1 = Math.min(wide - 1, Math.ceil(Math.max(ax, bx) + reach));
    for (let y = Math.max(0, Math.floor(Math.min(ay, by) - reach)); y <= y1; y++) {
      for (let x = Math.max(0, Math.floor(Math.min(ax, bx) - reach)); x <= x1; x++) {
        const px = x + 0.5 - ax;
        const py = y + 0.5 - ay;
        const along = long === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / long));
        const ex = px - along * dx;
        const ey = py - along * dy;
        const value = radius + 0.5 - Math.sqrt(ex * ex + ey * ey);
        const at = y * wide + x;
        if (value > cover[at]) cover[at] = value;
      }
    }
  }
  for (let y = 0; y < high; y++) {
    const toY = top - lift + y;
    if (toY < 0 || toY >= canvas.height) continue;
    for (let x = 0; x < wide; x++) {
      const toX = left - reach + x;
      const value = cover[y * wide + x];
      if (value > 0 && toX >= 0 && toX < canvas.width) blend(canvas, toX, toY, colour, Math.min(1, value));
    }
  }
}
