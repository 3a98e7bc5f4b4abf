import { originalGeometry } from '../../core/kinds/geometry.ts';
import type { AudioValue, ImageValue, MaskValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { encodeWav } from './wav.ts';

const never = new AbortController().signal;
const pictureForms = { 'image/png': 'png', 'image/jpeg': 'jpeg', 'image/webp': 'webp' } as const;

/** Types that `encodeValue` writes, the one of choice first. */
export function writableTypes(kind: 'image' | 'mask' | 'audio'): readonly string[] {
  if (kind === 'audio') return ['audio/wav'];
  return kind === 'mask' ? ['image/png'] : Object.keys(pictureForms);
}

/** A picture, a mask (grey, its class numbers) or a sound as a file of that type. Throws `request-unsupported`. */
export async function encodeValue(
  value: ImageValue | MaskValue | AudioValue,
  mime: string = writableTypes(value.kind)[0],
): Promise<{ readonly mime: string; readonly bytes: Uint8Array }> {
  if (!writableTypes(value.kind).includes(mime))
    throw new Problem('request-unsupported', {
      message: `A value of kind ${value.kind} cannot be written as ${mime}.`,
      fix: `Ask for ${writableTypes(value.kind).join(', ')}, or for JSON.`,
    });
  if (value.kind === 'audio') return { mime, bytes: encodeWav(value, 'int16') };
  // Loaded with the first picture: most pipelines answer numbers.
  const { encodePicture } = await import('../image/encode.ts');
  const format = pictureForms[mime as keyof typeof pictureForms];
  return { mime, bytes: await encodePicture(value.kind === 'mask' ? greyOf(value) : value, format, never) };
}

function greyOf({ width, height, data }: MaskValue): ImageValue {
  return { kind: 'image', width, height, colour: 'grey', data, geometry: originalGeometry(width, height) };
}
