import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import { encodeWav } from '../../../host/files/wav.ts';
import { parseWav } from '../../../nodes/kernels/wav.ts';
import { joinPieces, wavFile } from '../../../renderer/media/wavFile.ts';

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

describe('a recording as WAV', () => {
  it('comes back from the reader of nodes as it was, to half a step of 16 bits', async () => {
    const left = Float32Array.from({ length: 1000 }, (_, i) => 0.9 * Math.sin(i / 7));
    const right = Float32Array.from({ length: 1000 }, (_, i) => (i % 13) / 13 - 0.5);
    const read = parseWav(await bytesOf(wavFile([left, right], 48_000)), 'a.wav', makeLimits());
    expect(read.sampleRateHz).toBe(48_000);
    expect(read.channels).toHaveLength(2);
    for (const [c, sent] of [left, right].entries()) {
      const furthest = read.channels[c].reduce((most, x, i) => Math.max(most, Math.abs(x - sent[i])), 0);
      expect(furthest).toBeLessThanOrEqual(0.5 / 32768 + 1e-9);
    }
  });

  it('is byte for byte what the host writes, clipping included', async () => {
    const channel = Float32Array.of(-2, -1, -0.25, 0, 0.1, 0.999, 1, 2);
    const ours = await bytesOf(wavFile([channel], 16_000));
    expect(ours).toEqual(encodeWav({ kind: 'audio', sampleRateHz: 16_000, channels: [channel] }, 'int16'));
  });

  it('is joined from its pieces', () => {
    expect([...joinPieces([Float32Array.of(1, 2), new Float32Array(0), Float32Array.of(3)])]).toEqual([1, 2, 3]);
    expect(joinPieces([])).toHaveLength(0);
  });
});
