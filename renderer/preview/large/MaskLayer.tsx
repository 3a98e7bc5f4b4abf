import { useEffect, useRef } from 'react';
import type { MaskPreview } from '../../../core/studio/preview.ts';
import type { Pixels } from './usePixels.ts';

/** The mask without the classes that are switched off. */
export function MaskLayer({
  pixels,
  classes,
  hidden,
  opacity,
}: {
  readonly pixels: Pixels | null;
  readonly classes: MaskPreview['classes'];
  readonly hidden: ReadonlySet<number>;
  readonly opacity: number;
}) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (canvas === null || !context || pixels === null) return;
    canvas.width = pixels.width;
    canvas.height = pixels.height;
    context.putImageData(maskPixels(pixels, classes, hidden), 0, 0);
  }, [pixels, classes, hidden]);
  return <canvas ref={ref} className="mask-layer" style={{ opacity }} />;
}

export function maskPixels(
  { data, width, height }: Pixels,
  classes: MaskPreview['classes'],
  hidden: ReadonlySet<number>,
): ImageData {
  const image = new ImageData(new Uint8ClampedArray(data), width, height);
  const gone = new Set(
    classes.filter((one) => hidden.has(one.class)).map((one) => Number.parseInt(one.colour.slice(1), 16)),
  );
  if (gone.size === 0) return image;
  for (let i = 0; i < image.data.length; i += 4) {
    if (gone.has((image.data[i] << 16) | (image.data[i + 1] << 8) | image.data[i + 2])) image.data[i + 3] = 0;
  }
  return image;
}
