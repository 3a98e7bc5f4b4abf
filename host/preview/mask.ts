import type { MaskValue } from '../../core/kinds/value.ts';
import type { MaskPreview } from '../../core/studio/preview.ts';
import { classColour } from '../../nodes/kernels/palette.ts';
import { indexedPng } from './indexedPng.ts';
import { addPicture, fitInside } from './picture.ts';
import { className } from './scores.ts';
import type { PreviewWork, Rest } from './work.ts';

/** The colours that nodes draw classes in, so that a class looks the same on the canvas and in a drawn picture. */
const palette = {
  rgb: Uint8Array.from(Array.from({ length: 256 }, (_, index) => [...classColour(index)]).flat()),
  clear: new Set([0]),
};

export async function previewMask(mask: MaskValue, work: PreviewWork): Promise<MaskPreview> {
  const { width, height, labels } = mask;
  const { port, request, item, blobs, rest } = work;
  const size = fitInside(width, height, request.width, request.height);
  const shown = nearest(mask, size.width, size.height);
  const blob = blobs.add(await indexedPng(shown, size.width, size.height, palette), 'image/png');
  const classes = (await shares(mask.data, rest)).map(({ index, share }) => ({
    class: index,
    label: className(labels, index),
    colour: hex(classColour(index)),
    share,
  }));
  const image = await port.upstreamImage(width, height, item.t);
  const under = image === null ? {} : { under: await addPicture(image, request.width, request.height, work) };
  return { kind: 'mask', ...item, width, height, blob, ...under, classes };
}

/** Each pixel takes the class under its centre: classes cannot be mixed. */
function nearest(mask: MaskValue, width: number, height: number): Uint8Array {
  if (width === mask.width && height === mask.height) return mask.data;
  const out = new Uint8Array(width * height);
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) * mask.width) / width));
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * mask.height) / height) * mask.width;
    for (let x = 0; x < width; x++) out[y * width + x] = mask.data[row + columns[x]];
  }
  return out;
}

/** Of the whole mask, largest first. */
async function shares(
  data: Uint8Array,
  rest: Rest,
): Promise<readonly { readonly index: number; readonly share: number }[]> {
  const counts = new Float64Array(256);
  for (let at = 0; at < data.length; at += 1 << 20) {
    const end = Math.min(data.length, at + (1 << 20));
    for (let i = at; i < end; i++) counts[data[i]]++;
    await rest();
  }
  return Array.from(counts, (count, index) => ({ index, share: count / data.length }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
}

function hex(colour: readonly number[]): string {
  return `#${colour.map((v) => v.toString(16).padStart(2, '0')).join('')}`;
}
