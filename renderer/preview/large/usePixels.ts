import { useEffect, useState } from 'react';
import { useStudio } from '../../state/state.ts';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** The picture came without loss, pixel by pixel. */
  readonly exact: boolean;
  at(x: number, y: number): readonly [number, number, number, number];
  readonly data: Uint8ClampedArray;
}

/** The pixels of a blob, read from a canvas that it is drawn on; null while it is on its way. */
export function usePixels(blob: string | undefined): Pixels | null {
  const api = useStudio((s) => s.api);
  const [pixels, setPixels] = useState<{ readonly blob: string; readonly pixels: Pixels } | null>(null);
  useEffect(() => {
    if (blob === undefined) return;
    let left = false;
    readPixels(api.blobUrl(blob)).then(
      (read) => !left && setPixels({ blob, pixels: read }),
      // The picture itself says when its blob is gone.
      () => !left && setPixels(null),
    );
    return () => {
      left = true;
    };
  }, [api, blob]);
  return pixels !== null && pixels.blob === blob ? pixels.pixels : null;
}

export async function readPixels(url: string): Promise<Pixels> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`status ${response.status}`);
  const file = await response.blob();
  // Colours as they are in the file: the screen's own profile has no say in numbers.
  const bitmap = await createImageBitmap(file, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  return {
    width,
    height,
    data,
    exact: file.type === 'image/png',
    at: (x, y) => {
      const i = 4 * (Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x)));
      return [data[i], data[i + 1], data[i + 2], data[i + 3]];
    },
  };
}
