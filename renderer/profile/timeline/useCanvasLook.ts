import { type RefObject, useEffect, useState } from 'react';
import { type CanvasLook, readLook } from './canvasLook.ts';

/** The look of a canvas, read again when the theme or the density of pixels changes. */
export function useCanvasLook(canvas: RefObject<HTMLCanvasElement | null>, ready: boolean): CanvasLook | null {
  const [look, setLook] = useState<CanvasLook | null>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null || !ready) return;
    const read = (): void => {
      const context = element.getContext('2d');
      if (context !== null) setLook(readLook(element, context, pixelRatio(element)));
    };
    read();
    const themes = new MutationObserver(read);
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'style'] });
    window.addEventListener('resize', read);
    document.fonts?.addEventListener('loadingdone', read);
    return () => {
      themes.disconnect();
      window.removeEventListener('resize', read);
      document.fonts?.removeEventListener('loadingdone', read);
    };
  }, [canvas, ready]);
  return look;
}

/** Device pixels per CSS pixel of the element, zoom of the studio included. */
function pixelRatio(element: HTMLElement): number {
  const { width } = element.getBoundingClientRect();
  return (window.devicePixelRatio || 1) * (element.clientWidth > 0 && width > 0 ? width / element.clientWidth : 1);
}

/** Makes the canvas as large as it is shown and clears it; what is drawn then is in CSS pixels. */
export function beginDrawing(
  canvas: HTMLCanvasElement | null,
  { ratio, surface }: CanvasLook,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const context = canvas?.getContext('2d', { alpha: false }) ?? null;
  if (canvas === null || context === null || width <= 0 || height <= 0) return null;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = surface;
  context.fillRect(0, 0, width, height);
  return context;
}
