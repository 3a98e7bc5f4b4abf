import type { Limits } from '../../core/define/limits.ts';
import { Problem } from '../../core/problems/problem.ts';

/** Throws `media-too-large` when so many samples in a channel are more than a sound may have. */
export function requireSoundRoom(
  name: string,
  frames: number,
  channels: number,
  sampleRateHz: number,
  limits: Limits,
): void {
  const seconds = frames / sampleRateHz;
  if (seconds > limits.audioSeconds) {
    throw new Problem('media-too-large', {
      message: `"${name}" has more than ${limits.audioSeconds} s of sound, the limit.`,
      fix: 'Use a shorter sound, or raise the limit audioSeconds.',
      where: { file: name },
    });
  }
  if (frames * channels * 4 > limits.audioBytes) {
    throw new Problem('media-too-large', {
      message: `"${name}" (${channels} channels at ${sampleRateHz} Hz) takes more than ${limits.audioBytes} bytes decoded, the limit.`,
      fix: 'Use a shorter sound, fewer channels or a lower rate, or raise the limit audioBytes.',
      where: { file: name },
    });
  }
}

export function emptySound(name: string): Problem {
  return new Problem('media-empty', {
    message: `"${name}" has no samples of sound.`,
    fix: 'Give a file that has sound in it.',
    where: { file: name },
  });
}

/** Throws `media-nonfinite` at the first sample that is NaN or infinite. `firstFrame` is added to the place in the message. */
export function requireFiniteSound(
  name: string,
  channels: readonly Float32Array[],
  sampleRateHz: number,
  firstFrame = 0,
): void {
  for (const [channel, x] of channels.entries()) {
    // 0 * x is 0 for every finite number, so one comparison serves the whole channel.
    let doubt = 0;
    for (let i = 0; i < x.length; i++) doubt += 0 * x[i];
    if (doubt === 0) continue;
    const at = x.findIndex((v) => !Number.isFinite(v));
    throw new Problem('media-nonfinite', {
      message: `"${name}" holds ${x[at]} at ${(firstFrame + at) / sampleRateHz} s in channel ${channel + 1}; samples must be finite numbers.`,
      fix: 'Write the file again without NaN and infinity.',
      where: { file: name },
    });
  }
}
