import type { StudioApi } from '../../core/studio/api.ts';
import type { BoxesPreview, MaskPreview } from '../../core/studio/preview.ts';
import type { MaskShown } from './large/MaskLarge.tsx';
import { maskPixels } from './large/MaskLayer.tsx';
import { readPixels } from './large/usePixels.ts';
import { scoreText } from './numbers.ts';

const line = '#c8ea72';
const dark = '#141517';

/** The picture with its boxes, in the size that was sent (or the boxes' own where there is no picture), as PNG. */
export async function drawBoxes(
  api: StudioApi,
  {
    blob,
    width,
    height,
    boxes,
  }: {
    readonly blob: string | undefined;
    readonly width: number;
    readonly height: number;
    readonly boxes: BoxesPreview['boxes'];
  },
  labels: boolean,
): Promise<Blob> {
  const bitmap = blob === undefined ? null : await bitmapOf(api, blob);
  const canvas = new OffscreenCanvas(bitmap?.width ?? width, bitmap?.height ?? height);
  const context = contextOf(canvas);
  if (bitmap !== null) context.drawImage(bitmap, 0, 0);
  const sx = width > 0 ? canvas.width / width : 1;
  const sy = height > 0 ? canvas.height / height : 1;
  const thick = Math.max(1, Math.min(canvas.width, canvas.height) / 300);
  for (const box of boxes) {
    const rect = [box.x1 * sx, box.y1 * sy, (box.x2 - box.x1) * sx, (box.y2 - box.y1) * sy] as const;
    context.strokeStyle = 'rgb(0 0 0 / 0.6)';
    context.lineWidth = thick * 2.4;
    context.strokeRect(...rect);
    context.strokeStyle = line;
    context.lineWidth = thick;
    context.strokeRect(...rect);
  }
  if (labels) for (const box of boxes) drawLabel(context, box, sx, sy, thick);
  return canvas.convertToBlob({ type: 'image/png' });
}

function drawLabel(
  context: OffscreenCanvasRenderingContext2D,
  box: BoxesPreview['boxes'][number],
  sx: number,
  sy: number,
  thick: number,
): void {
  const text = `${box.label} ${scoreText(box.score, 'independent')}`;
  const size = Math.max(10, thick * 8);
  context.font = `500 ${size}px "Inter Variable", sans-serif`;
  const width = context.measureText(text).width + size * 0.7;
  const x = Math.max(0, Math.min(box.x1 * sx, context.canvas.width - width));
  const y = Math.max(0, box.y1 * sy - size * 1.4);
  context.fillStyle = line;
  context.fillRect(x, y, width, size * 1.4);
  context.fillStyle = dark;
  context.fillText(text, x + size * 0.35, y + size * 1.05);
}

/** The mask over its picture, as strong as it is shown and without the classes that are off, as PNG. */
export async function drawMask(api: StudioApi, preview: MaskPreview, shown: MaskShown): Promise<Blob> {
  const pixels = await readPixels(api.blobUrl(preview.blob));
  const under = preview.under === undefined ? null : await bitmapOf(api, preview.under);
  const canvas = new OffscreenCanvas(under?.width ?? pixels.width, under?.height ?? pixels.height);
  const context = contextOf(canvas);
  if (under !== null) context.drawImage(under, 0, 0);
  const layer = await createImageBitmap(maskPixels(pixels, preview.classes, shown.hidden));
  context.globalAlpha = under === null ? 1 : shown.opacity;
  context.imageSmoothingEnabled = false;
  context.drawImage(layer, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: 'image/png' });
}

async function bitmapOf(api: StudioApi, blob: string): Promise<ImageBitmap> {
  const response = await fetch(api.blobUrl(blob));
  if (!response.ok) throw new Error('What was shown is not kept any more: run the pipeline again.');
  return createImageBitmap(await response.blob());
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('There is no canvas to draw on.');
  return context;
}
