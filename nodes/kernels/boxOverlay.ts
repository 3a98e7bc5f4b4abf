import { invertAffine } from '../../core/kinds/geometry.ts';
import type { BoxesValue, ImageValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { type Canvas, drawText, fillRectangle, fillRounded, type Rgb, strokeRectangle } from './draw.ts';
import { mapBox } from './mapBoxes.ts';
import { classColour, inkOn } from './palette.ts';
import { capHeight, fitText, textWidth } from './strokeFont.ts';

export interface BoxStyle {
  readonly labels: boolean;
  readonly scores: boolean;
  /** Multiplies line width and text size, which follow from the picture's size. */
  readonly scale: number;
  /** Opacity of the inside of a box, 0 to 1. */
  readonly fill: number;
}
interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A canvas with a copy of a grey, rgb or rgba picture; grey becomes rgb. Throws `value-invalid` for other colours. */
export function canvasOf(image: ImageValue): Canvas {
  const { width, height, colour, data } = image;
  if (colour === 'rgb') return { width, height, channels: 3, data: data.slice() };
  if (colour === 'rgba') return { width, height, channels: 4, data: data.slice() };
  if (colour !== 'grey') {
    throw new Problem('value-invalid', {
      message: `Drawing expects a picture in rgb, rgba or grey, but got ${colour}.`,
      fix: 'Put image.colour before it.',
      where: { port: 'image' },
    });
  }
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) rgb.fill(data[i], i * 3, i * 3 + 3);
  return { width, height, channels: 3, data: rgb };
}

/** Draws boxes and their labels; the best box lies on top, and its label is placed first. */
export function drawBoxesOn(canvas: Canvas, image: ImageValue, boxes: BoxesValue, style: BoxStyle): void {
  const size = Math.min(canvas.width, canvas.height);
  const line = Math.max(size < 100 ? 1 : 2, Math.round(size * 0.0045 * style.scale));
  const text = Math.max(7, Math.round(size * 0.024 * style.scale));
  const frames = rectanglesOf(image, boxes);
  const order = Array.from(boxes.scores.keys()).sort((a, b) => boxes.scores[a] - boxes.scores[b] || b - a);
  for (const i of order) drawFrame(canvas, frames[i], line, classColour(boxes.classes[i]), style.fill);
  if (!style.labels && !style.scores) return;
  const placed: Rectangle[] = [];
  const chips = order.reverse().map((i) => {
    const caption = fitText(captionOf(boxes, i, style), ((canvas.width - 2 * text) * capHeight) / text);
    const chip = placeChip(canvas, frames[i], caption, text, line, placed);
    placed.push(chip);
    return { chip, caption, colour: classColour(boxes.classes[i]) };
  });
  for (const { chip, caption, colour } of chips.reverse()) {
    fillRounded(canvas, chip.left, chip.top, chip.right, chip.bottom, text * 0.35, colour);
    drawText(canvas, caption, chip.left + padding(text), chip.top + Math.round(text * 0.5), text, inkOn(colour));
  }
}

/** Boxes in whole pixels of the picture that is drawn on. Throws `value-invalid` when they belong to another original. */
function rectanglesOf(image: ImageValue, boxes: BoxesValue): Rectangle[] {
  const { geometry } = image;
  if (boxes.imageWidth !== geometry.originalWidth || boxes.imageHeight !== geometry.originalHeight) {
    throw new Problem('value-invalid', {
      message: `The boxes belong to an original of ${boxes.imageWidth}x${boxes.imageHeight} pixels, but the picture comes from one of ${geometry.originalWidth}x${geometry.originalHeight}.`,
      fix: 'Wire the picture in which the boxes were found, or one that was made from it.',
      where: { port: 'boxes' },
    });
  }
  const fromOriginal = invertAffine(geometry.toOriginal);
  return Array.from(boxes.scores, (_, i) => {
    const [a, b, c, d] = boxes.coordinates.subarray(i * 4, i * 4 + 4);
    const [x1, y1, x2, y2] = mapBox(fromOriginal, a, b, c, d);
    const left = Math.round(x1);
    const top = Math.round(y1);
    return { left, top, right: Math.max(left + 1, Math.round(x2)), bottom: Math.max(top + 1, Math.round(y2)) };
  });
}

function drawFrame(canvas: Canvas, box: Rectangle, line: number, colour: Rgb, fill: number): void {
  const { left, top, right, bottom } = box;
  if (fill > 0) fillRectangle(canvas, left + line, top + line, right - line, bottom - line, colour, fill);
  // A thin dark rim keeps the colour apart from a background of the same colour.
  const rim = Math.max(1, Math.round(line / 3));
  strokeRectangle(canvas, left - rim, top - rim, right + rim, bottom + rim, rim, [0, 0, 0], 0.35);
  strokeRectangle(canvas, left, top, right, bottom, line, colour, 1);
}

function captionOf(boxes: BoxesValue, i: number, style: BoxStyle): string {
  const score = boxes.scores[i];
  const number = score >= 0 && score <= 1 ? `${Math.round(score * 100)}%` : String(Math.round(score * 100) / 100);
  const label = boxes.labels?.[boxes.classes[i]] ?? String(boxes.classes[i]);
  return [style.labels ? label : '', style.scores ? number : ''].filter((part) => part !== '').join(' ');
}

function padding(text: number): number {
  return Math.round(text * 0.55);
}

/** Above the box; else inside it at its top, or below it; the first of these that covers no label placed before. */
function placeChip(
  canvas: Canvas,
  box: Rectangle,
  caption: string,
  text: number,
  line: number,
  placed: readonly Rectangle[],
): Rectangle {
  const width = Math.ceil((textWidth(caption) * text) / capHeight) + 2 * padding(text);
  const height = Math.round(text * 2.1);
  const left = Math.max(0, Math.min(box.left, canvas.width - width));
  const inLeft = Math.max(0, Math.min(box.left + line, canvas.width - width));
  const right = Math.max(0, Math.min(box.right - width, canvas.width - width));
  const spots = [
    [left, box.top - height],
    [inLeft, box.top + line],
    [left, box.bottom],
    [right, box.top - height],
    [inLeft, box.bottom - line - height],
  ].map(([x, y]) => ({ left: x, top: y, right: x + width, bottom: y + height }));
  const inside = spots.filter((s) => s.top >= 0 && s.bottom <= canvas.height);
  const top = Math.max(0, Math.min(box.top - height, canvas.height - height));
  return (
    inside.find((s) => !placed.some((p) => overlap(s, p))) ??
    inside[0] ?? { left, top, right: left + width, bottom: top + height }
  );
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
