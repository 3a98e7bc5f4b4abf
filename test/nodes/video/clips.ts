import type { NodeHost, VideoOpenOptions, VideoPart } from '../../../core/define/host.ts';
import type { VideoValue } from '../../../core/kinds/value.ts';
import { greyPixel, twoSeconds } from '../../../nodes/kernels/exampleClip.ts';
import { pureHost } from '../../pure-host.ts';

export function clip(overrides: Partial<VideoValue> = {}): VideoValue {
  return { ...twoSeconds, ...overrides };
}

/**
 * A host with one clip: frame k is of level k at k / 4 s, its sound is silent, at 8 Hz, two seconds of both.
 * It does what a video host owes: frames of a rate are those on the screen, pieces of sound have their times.
 */
export function clipHost(opened: VideoOpenOptions[] = [], frames = 8): NodeHost {
  async function* open(video: VideoValue, options: VideoOpenOptions, signal: AbortSignal): AsyncGenerator<VideoPart> {
    signal.throwIfAborted();
    opened.push(options);
    const rate = options.frameRateHz;
    const parts: VideoPart[] = [];
    if (options.frames && rate === null) {
      for (let k = 0; k < frames; k += options.every ?? 1) parts.push({ part: 'frame', t: k / 4, image: greyPixel(k) });
    }
    if (options.frames && rate !== null) {
      for (let i = 0; i / rate < frames / 4; i++)
        parts.push({ part: 'frame', t: i / rate, image: greyPixel(Math.floor((i / rate) * 4)) });
    }
    if (options.sound && video.audio !== null) {
      const step = options.soundChunkSeconds === 0 ? 16 : Math.round(options.soundChunkSeconds * 8);
      for (let n = 0; n < 16; n += step) {
        const x = new Float32Array(Math.min(step, 16 - n));
        parts.push({ part: 'sound', t: n / 8, audio: { kind: 'audio', sampleRateHz: 8, channels: [x] } });
      }
    }
    yield* parts.sort((a, b) => a.t - b.t);
  }
  return pureHost({
    video: {
      open,
      probe: () => {
        throw new Error('not asked for here');
      },
    },
  });
}
