import { originalGeometry } from '../../core/kinds/geometry.ts';
import type { ImageValue, VideoValue } from '../../core/kinds/value.ts';

/** The video that examples of video nodes speak of: 8 frames of one pixel, frame k of grey level k, 4 a second; silent sound at 8 Hz. */
export const twoSeconds: VideoValue = {
  kind: 'video',
  source: { kind: 'media', path: 'clip.mp4', name: 'clip.mp4' },
  width: 1,
  height: 1,
  frameRateHz: 4,
  durationSeconds: 2,
  audio: { sampleRateHz: 8, channels: 1 },
};

/** A frame of it. */
export function greyPixel(level: number): ImageValue {
  const data = Uint8Array.of(level, level, level);
  return { kind: 'image', width: 1, height: 1, colour: 'rgb', data, geometry: originalGeometry(1, 1) };
}
