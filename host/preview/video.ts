import type { NodeHost } from '../../core/define/host.ts';
import type { ImageValue, VideoValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { VideoPreview } from '../../core/studio/preview.ts';
import { addPicture, fitInside } from './picture.ts';
import type { PreviewWork } from './work.ts';

export async function previewVideo(video: VideoValue, work: PreviewWork): Promise<VideoPreview> {
  const { request, item, host, signal } = work;
  const t = (request.t ?? 0) - item.t;
  const frame = await frameNear(video, t, request, host, signal);
  return {
    kind: 'video',
    ...item,
    width: video.width,
    height: video.height,
    frameRateHz: video.frameRateHz,
    seconds: video.durationSeconds,
    audio: video.audio,
    blob: await addPicture(frame, request.width, request.height, work),
  };
}

/** The frame nearest to `t`, decoded at the size shown; the last one where `t` lies behind it. */
export async function frameNear(
  video: VideoValue,
  t: number,
  size: { readonly width: number; readonly height: number },
  host: Pick<NodeHost, 'video'>,
  signal: AbortSignal,
): Promise<ImageValue> {
  const wanted = Math.max(0, Math.min(t, video.durationSeconds));
  const small = { ...video, ...fitInside(video.width, video.height, size.width, size.height) };
  // Two frames before it, so that the one that is nearest is among those that come; the last may stand for seconds.
  const before = Math.max(0.1, video.frameRateHz > 0 ? 2 / video.frameRateHz : 0);
  for (const back of [before, before + 2, before + 20]) {
    const fromSeconds = Math.max(0, wanted - back);
    const frame = await nearest(small, wanted, fromSeconds, host, signal).catch((error: unknown) => {
      if (fromSeconds > 0 && error instanceof Problem && error.data.code === 'media-empty') return null;
      throw error;
    });
    if (frame !== null) return frame;
  }
  const frame = await nearest(small, wanted, 0, host, signal);
  if (frame !== null) return frame;
  throw new Problem('media-empty', {
    message: `"${video.source.name}" has no picture near ${wanted} s that can be decoded.`,
    fix: 'Check the file with another program.',
    where: { file: video.source.name },
  });
}

async function nearest(
  video: VideoValue,
  t: number,
  fromSeconds: number,
  host: Pick<NodeHost, 'video'>,
  signal: AbortSignal,
): Promise<ImageValue | null> {
  const options = { frames: true, sound: false, frameRateHz: null, soundChunkSeconds: 0, fromSeconds };
  let best: { readonly t: number; readonly image: ImageValue } | null = null;
  for await (const part of host.video.open(video, options, signal)) {
    if (part.part !== 'frame') continue;
    if (best === null || Math.abs(part.t - t) < Math.abs(best.t - t)) best = part;
    if (part.t >= t) break;
  }
  return best?.image ?? null;
}
