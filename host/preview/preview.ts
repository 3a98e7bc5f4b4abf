import type { NodeHost } from '../../core/define/host.ts';
import { typeOf, typeText } from '../../core/kinds/type.ts';
import type { Value } from '../../core/kinds/value.ts';
import type { Preview } from '../../core/studio/preview.ts';
import type { PreviewAnswer, PreviewRequest } from '../engine/messages.ts';
import { previewAudio } from './audio.ts';
import { BlobShelf } from './blobs.ts';
import { previewBoxes } from './boxes.ts';
import { previewEmbedding } from './embedding.ts';
import { previewImage } from './image.ts';
import { previewJson } from './json.ts';
import { previewMask } from './mask.ts';
import { previewScores } from './scores.ts';
import { previewTensor } from './tensor.ts';
import { previewText } from './text.ts';
import type { KeptPort } from './types.ts';
import { previewVideo } from './video.ts';
import { makeRest, type PreviewWork } from './work.ts';

/**
 * What is shown of a kept item: the last one that began by the asked time, or the first. Only this leaves the engine; its
 * own thread is never held for 30 ms on end, whatever the value's size.
 */
export async function makePreview(
  port: KeptPort,
  request: PreviewRequest,
  host: NodeHost,
  signal: AbortSignal,
): Promise<PreviewAnswer> {
  if (port.times.length === 0) return { preview: null, blobs: {} };
  const index = itemAt(port.times, request.t ?? 0);
  const value = await port.at(index);
  signal.throwIfAborted();
  const blobs = new BlobShelf();
  const preview = await previewOf(value, {
    port,
    request,
    large: request.view === 'large',
    item: { type: typeText(typeOf(value)), t: port.times[index], index },
    host,
    signal,
    blobs,
    rest: makeRest(host, signal),
  });
  return { preview, blobs: blobs.all() };
}

function itemAt(times: readonly number[], t: number): number {
  const after = times.findIndex((time) => time > t);
  return after === -1 ? times.length - 1 : Math.max(0, after - 1);
}

function previewOf(value: Value, work: PreviewWork): Preview | Promise<Preview> {
  switch (value.kind) {
    case 'image':
      return previewImage(value, work);
    case 'audio':
      return previewAudio(value, work);
    case 'video':
      return previewVideo(value, work);
    case 'text':
      return previewText(value, work);
    case 'tensor':
      return previewTensor(value, work);
    case 'embedding':
      return previewEmbedding(value, work);
    case 'scores':
      return previewScores(value, work);
    case 'boxes':
      return previewBoxes(value, work);
    case 'mask':
      return previewMask(value, work);
    case 'json':
      return previewJson(value, work);
  }
}
