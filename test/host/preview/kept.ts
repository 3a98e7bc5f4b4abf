import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { NodeHost } from '../../../core/define/host.ts';
import { makeLimits } from '../../../core/define/limits.ts';
import { originalGeometry } from '../../../core/kinds/geometry.ts';
import type { Colour, ImageValue, Kind, Value } from '../../../core/kinds/value.ts';
import type { Preview } from '../../../core/studio/preview.ts';
import type { PreviewAnswer, PreviewRequest } from '../../../host/engine/messages.ts';
import { makeImageHost } from '../../../host/image/host.ts';
import { makePreview } from '../../../host/preview/preview.ts';
import type { KeptPort } from '../../../host/preview/types.ts';
import { pureHost } from '../../pure-host.ts';
import { videoHost } from '../ffmpeg/media.ts';

/** A host with real pictures and video. Making the image host is what sets sharp up. */
export const host: NodeHost = pureHost({
  image: makeImageHost({ limits: makeLimits(), sourceBytes: async (source) => source.bytes ?? new Uint8Array() }),
  video: videoHost(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
});

/** A port that kept these items, one a second unless their times are given. */
export function kept(items: readonly Value[], more: Partial<KeptPort> = {}): KeptPort {
  return {
    end: 'node.port',
    passed: items.length,
    times: items.map((_, i) => i),
    at: async (index) => items[index],
    upstreamImage: async () => null,
    ...more,
  };
}

export async function answerOf(port: KeptPort, request: Partial<PreviewRequest> = {}): Promise<PreviewAnswer> {
  const full = { run: 'r', end: port.end, width: 320, height: 200, ...request };
  return makePreview(port, full, host, new AbortController().signal);
}

/** The preview of one value, which must be of the kind named. */
export async function previewAs<K extends Kind>(
  kind: K,
  value: Value,
  request: Partial<PreviewRequest> = {},
  more: Partial<KeptPort> = {},
): Promise<{ readonly preview: Extract<Preview, { readonly kind: K }>; readonly blobs: PreviewAnswer['blobs'] }> {
  const { preview, blobs } = await answerOf(kept([value], more), request);
  if (preview === null || !isOf(preview, kind)) throw new Error(`expected a preview of ${kind}, got ${preview?.kind}`);
  return { preview, blobs };
}

function isOf<K extends Kind>(preview: Preview, kind: K): preview is Extract<Preview, { readonly kind: K }> {
  return preview.kind === kind;
}

export interface Decoded {
  readonly width: number;
  readonly height: number;
  readonly mime: string;
  readonly format: string | undefined;
  /** r, g, b, a of a pixel. */
  pixel(x: number, y: number): readonly number[];
}

/** A blob decoded by sharp. */
export async function decoded(blobs: PreviewAnswer['blobs'], id: string | undefined): Promise<Decoded> {
  const blob = blobs[id ?? ''];
  if (blob === undefined) throw new Error(`no blob ${id}`);
  const { format } = await sharp(blob.bytes).metadata();
  const { data, info } = await sharp(blob.bytes)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    mime: blob.mime,
    format,
    pixel: (x, y) => [...data.subarray(4 * (y * info.width + x), 4 * (y * info.width + x) + 4)],
  };
}

/** A picture whose pixels follow from their place. */
export function picture(
  width: number,
  height: number,
  colour: Colour,
  pixel: (x: number, y: number) => readonly number[],
): ImageValue {
  const data: number[] = [];
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.push(...pixel(x, y));
  return {
    kind: 'image',
    width,
    height,
    colour,
    data: Uint8Array.from(data),
    geometry: originalGeometry(width, height),
  };
}

/** The largest difference between two lists of the same length. */
export function furthest(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  return Math.max(0, ...a.map((x, i) => Math.abs(x - b[i])));
}
