import type { BoxesValue } from '../../core/kinds/value.ts';
import type { BoxesPreview } from '../../core/studio/preview.ts';
import { bestPlaces } from './bestPlaces.ts';
import { addPicture } from './picture.ts';
import { className } from './scores.ts';
import type { PreviewWork } from './work.ts';

const mostBoxes = 500;

export async function previewBoxes(value: BoxesValue, work: PreviewWork): Promise<BoxesPreview> {
  const { imageWidth, imageHeight, coordinates, scores, classes, labels } = value;
  const { port, request, item } = work;
  const boxes = bestPlaces(scores, mostBoxes).map((i) => ({
    x1: coordinates[4 * i],
    y1: coordinates[4 * i + 1],
    x2: coordinates[4 * i + 2],
    y2: coordinates[4 * i + 3],
    score: scores[i],
    class: classes[i],
    label: className(labels, classes[i]),
  }));
  const image = await port.upstreamImage(imageWidth, imageHeight, item.t);
  const blob = image === null ? {} : { blob: await addPicture(image, request.width, request.height, work) };
  return { kind: 'boxes', ...item, imageWidth, imageHeight, total: scores.length, boxes, ...blob };
}
