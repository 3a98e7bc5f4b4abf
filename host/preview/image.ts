import type { ImageValue } from '../../core/kinds/value.ts';
import type { ImagePreview } from '../../core/studio/preview.ts';
import { addPicture } from './picture.ts';
import type { PreviewWork } from './work.ts';

export async function previewImage(image: ImageValue, work: PreviewWork): Promise<ImagePreview> {
  const { width, height, colour } = image;
  // Large, a person reads single pixels.
  const blob = await addPicture(image, work.request.width, work.request.height, work, work.large);
  return { kind: 'image', ...work.item, width, height, colour, blob };
}
