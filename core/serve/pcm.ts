import { Problem } from '../problems/problem.ts';

export const pcmEncodings = ['pcm16', 'float32'] as const;
/** Samples of sound as they come over a wire: little-endian, channels interleaved. */
export type PcmEncoding = (typeof pcmEncodings)[number];

export interface PcmFormat {
  readonly encoding: PcmEncoding;
  readonly sampleRateHz: number;
  readonly channels: number;
}

const bytesPerSample: Readonly<Record<PcmEncoding, number>> = { pcm16: 2, float32: 4 };

/**
 * One Float32Array per channel. 16-bit samples are divided by 32768, as WAV readers do it. Throws `media-corrupt` for
 * bytes that are no whole number of frames, `media-nonfinite` for NaN and infinities.
 */
export function decodePcm(bytes: Uint8Array, { encoding, channels }: PcmFormat): readonly Float32Array[] {
  const width = bytesPerSample[encoding];
  if (bytes.length % (width * channels) !== 0)
    throw new Problem('media-corrupt', {
      message: `A piece of sound has ${bytes.length} bytes, which is no whole number of frames of ${channels} x ${encoding}.`,
      fix: 'Cut sound between frames.',
    });
  const frames = bytes.length / width / channels;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(frames);
    for (let i = 0; i < frames; i++) {
      const at = (i * channels + channel) * width;
      samples[i] = encoding === 'pcm16' ? view.getInt16(at, true) / 32768 : view.getFloat32(at, true);
      if (!Number.isFinite(samples[i]))
        throw new Problem('media-nonfinite', {
          message: `A piece of sound holds ${samples[i]} at frame ${i}.`,
          fix: 'Send finite samples, between -1 and 1.',
        });
    }
    return samples;
  });
}
