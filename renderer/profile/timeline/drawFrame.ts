import type { CanvasLook } from './canvasLook.ts';
import type { LinePart } from './criticalLine.ts';
import type { Tick } from './ticks.ts';
import { type Stretch, xOf } from './timeView.ts';

/** The critical path: one line of ink, level under its bars, upright from lane to lane. `floor`: where no lane is. */
export function drawPath(
  c: CanvasRenderingContext2D,
  look: CanvasLook,
  parts: readonly LinePart[],
  view: Stretch,
  width: number,
  floor: number,
): void {
  c.fillStyle = look.ink;
  let before: number | null = null;
  for (const { fromMs, toMs, y } of parts) {
    const at = y ?? floor;
    const left = Math.max(xOf(view, width, fromMs), -8);
    const right = Math.min(xOf(view, width, toMs), width + 8);
    if (right < 0 || left > width) {
      before = right < 0 ? at : null;
      continue;
    }
    c.fillRect(left, at, Math.max(1.5, right - left), 3);
    if (before !== null && before !== at) {
      const x = Math.round(left * look.ratio) / look.ratio;
      c.fillRect(x - 0.75, Math.min(before, at), 1.5, Math.abs(before - at) + 3);
    }
    before = at;
  }
}

export function drawGrid(
  c: CanvasRenderingContext2D,
  look: CanvasLook,
  ticks: readonly Tick[],
  view: Stretch,
  width: number,
  height: number,
): void {
  c.fillStyle = look.line;
  for (const { ms } of ticks) c.fillRect(Math.round(xOf(view, width, ms)), 0, 1, height);
}

/** The axis at the bottom, `top` its upper edge. */
export function drawAxis(
  c: CanvasRenderingContext2D,
  look: CanvasLook,
  ticks: readonly Tick[],
  view: Stretch,
  width: number,
  top: number,
): void {
  c.fillStyle = look.line2;
  c.fillRect(0, top, width, 1);
  c.font = look.tickFont;
  c.textBaseline = 'top';
  c.fillStyle = look.ink3;
  for (const { ms, text } of ticks) {
    const x = xOf(view, width, ms);
    const half = c.measureText(text).width / 2;
    c.textAlign = 'left';
    c.fillText(text, Math.min(Math.max(x - half, 0), width - 2 * half), top + 4);
  }
}

/** Where one run ends and the next begins, when they are not too close to be told apart. */
export function drawRunStarts(
  c: CanvasRenderingContext2D,
  look: CanvasLook,
  starts: readonly { readonly ms: number; readonly run: number }[],
  view: Stretch,
  width: number,
  height: number,
): void {
  c.fillStyle = look.line2;
  for (const { ms } of starts) {
    const x = Math.round(xOf(view, width, ms));
    for (let y = 0; y < height; y += 6) c.fillRect(x, y, 1, 3);
  }
}

/** A stretch that is being dragged out: what lies outside it steps back, and its length is said. */
export function drawDragged(
  c: CanvasRenderingContext2D,
  look: CanvasLook,
  fromX: number,
  toX: number,
  text: string,
  width: number,
  height: number,
): void {
  const [left, right] = fromX < toX ? [fromX, toX] : [toX, fromX];
  c.globalAlpha = 0.6;
  c.fillStyle = look.surface;
  c.fillRect(0, 0, left, height);
  c.fillRect(right, 0, width - right, height);
  c.globalAlpha = 1;
  c.fillStyle = look.ink;
  c.fillRect(left, 0, 1, height);
  c.fillRect(right, 0, 1, height);
  c.font = look.labelFont;
  const textWidth = c.measureText(text).width;
  const x = Math.min(Math.max((left + right - textWidth) / 2, 6), width - textWidth - 6);
  c.fillRect(x - 6, 4, textWidth + 12, 18);
  c.fillStyle = look.surface;
  c.textAlign = 'left';
  c.textBaseline = 'middle';
  c.fillText(text, x, 13.5);
}
