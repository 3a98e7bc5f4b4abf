import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import type { AudioValue } from '../../../core/kinds/value.ts';
import { parseWav } from '../../../nodes/kernels/wav.ts';
import { decoded, previewAs } from './kept.ts';

function sound(rate: number, channels: readonly Float32Array[]): AudioValue {
  return { kind: 'audio', sampleRateHz: rate, channels };
}
function sine(rate: number, seconds: number, hz: number, height: number): Float32Array {
  return new Float32Array(rate * seconds).map((_, i) => height * Math.sin((2 * Math.PI * hz * i) / rate));
}
const brightness = (pixel: readonly number[]) => 0.2126 * pixel[0] + 0.7152 * pixel[1] + 0.0722 * pixel[2];

describe('waveforms', () => {
  it('of a sine reach its height everywhere', async () => {
    const { preview } = await previewAs('audio', sound(16000, [sine(16000, 2, 440, 0.5)]), { width: 100 });
    expect(preview).toMatchObject({ sampleRateHz: 16000, channels: 1, seconds: 2, type: 'audio 16000 Hz mono' });
    expect(preview.peaks).toHaveLength(1);
    const [peaks] = preview.peaks;
    expect(peaks).toHaveLength(200);
    for (let i = 0; i < 100; i++) {
      expect(peaks[2 * i]).toBeCloseTo(-0.5, 2);
      expect(peaks[2 * i + 1]).toBeCloseTo(0.5, 2);
    }
    expect(preview.peak).toBeCloseTo(0.5, 3);
    // Half of full scale is -6.02 dB, a sine 3.01 dB below its peak.
    expect(preview.rmsDb).toBeCloseTo(-9.03, 2);
    expect([preview.spectrogram, preview.sound]).toEqual([undefined, undefined]);
  });

  it('tell low from high, and one stretch from the next', async () => {
    const data = Float32Array.of(0.1, 0.9, -0.2, -0.3, 0, 0, -1, 0.5);
    const { preview } = await previewAs('audio', sound(8000, [data]), { width: 4 });
    expect(preview.peaks).toEqual([[0.1, 0.9, -0.3, -0.2, 0, 0, -1, 0.5]]);
    expect(preview.peak).toBe(1);
  });

  it('of fewer samples than columns repeat them', async () => {
    const { preview } = await previewAs('audio', sound(8000, [Float32Array.of(0.5, -0.5)]), { width: 4 });
    expect(preview.peaks).toEqual([[0.5, 0.5, 0.5, 0.5, -0.5, -0.5, -0.5, -0.5]]);
  });

  it('are of two channels on a node, of all when large', async () => {
    const channels = [0.1, 0.2, 0.3].map((height) => new Float32Array(1000).fill(height));
    const node = await previewAs('audio', sound(8000, channels), { width: 1 });
    expect(node.preview.peaks.map((peaks) => peaks[1])).toEqual([0.1, 0.2]);
    expect(node.preview.peak).toBeCloseTo(0.3, 6);
    const large = await previewAs('audio', sound(8000, channels), { width: 1, view: 'large' });
    expect(large.preview.peaks.map((peaks) => peaks[1])).toEqual([0.1, 0.2, 0.3]);
  });

  it('of silence, of nothing and of NaN are numbers', async () => {
    const silent = await previewAs('audio', sound(8000, [new Float32Array(100)]), { width: 2, view: 'large' });
    expect(silent.preview).toMatchObject({ peaks: [[0, 0, 0, 0]], peak: 0, rmsDb: -120 });
    const none = await previewAs('audio', sound(8000, [new Float32Array(0)]), { width: 2, view: 'large' });
    expect(none.preview).toMatchObject({ peaks: [[]], peak: 0, rmsDb: -120, seconds: 0 });
    expect(none.preview.sound).toBeUndefined();
    const broken = await previewAs('audio', sound(8000, [Float32Array.of(NaN, NaN, 0.5, NaN)]), { width: 2 });
    expect(broken.preview.peaks).toEqual([[0, 0, 0.5, 0.5]]);
    expect(Number.isFinite(broken.preview.rmsDb)).toBe(true);
  });
});

describe('the large view', () => {
  it('has the sound as a WAV of 16 bits', async () => {
    const left = sine(8000, 1, 300, 0.8);
    const right = sine(8000, 1, 500, 0.4);
    const { preview, blobs } = await previewAs('audio', sound(8000, [left, right]), { view: 'large' });
    const { bytes, mime } = blobs[preview.sound ?? ''];
    expect(mime).toBe('audio/wav');
    const back = parseWav(bytes, 'preview', makeLimits());
    expect([back.sampleRateHz, back.channels.length, back.channels[0].length]).toEqual([8000, 2, 8000]);
    for (const [c, channel] of [left, right].entries()) {
      let worst = 0;
      for (let i = 0; i < 8000; i++) worst = Math.max(worst, Math.abs(back.channels[c][i] - channel[i]));
      expect(worst).toBeLessThanOrEqual(1 / 65536 + 1e-7);
    }
  });

  it('cuts it after a minute', async () => {
    const long = sound(1000, [new Float32Array(61_500).fill(0.25)]);
    const { preview, blobs } = await previewAs('audio', long, { view: 'large' });
    expect(parseWav(blobs[preview.sound ?? ''].bytes, 'preview', makeLimits()).channels[0]).toHaveLength(60_000);
    expect(preview.seconds).toBe(61.5);
  });

  it('has a spectrogram whose bright spots are where the tones are', async () => {
    // 500 Hz in the first half, 4,000 Hz in the second.
    const low = sine(16000, 1, 500, 0.5);
    const data = new Float32Array(32000);
    data.set(low);
    data.set(sine(16000, 1, 4000, 0.5), 16000);
    const size = { width: 200, height: 100, view: 'large' } as const;
    const { preview, blobs } = await previewAs('audio', sound(16000, [data]), size);
    const image = await decoded(blobs, preview.spectrogram);
    expect(image.mime).toBe('image/png');
    expect(image.width).toBe(200);
    expect(image.height).toBeLessThanOrEqual(100);
    expect(image.height).toBeGreaterThan(60);
    const brightest = (x: number) => {
      const column = Array.from({ length: image.height }, (_, y) => brightness(image.pixel(x, y)));
      return column.indexOf(Math.max(...column));
    };
    // Slaney's mel: 3 Hz / 200 up to 1 kHz, then logarithmic: 500 Hz is mel 7.5, 4,000 Hz 35.16, 8,000 Hz 45.25.
    const rowOf = (mel: number) => image.height - 1 - (mel / 45.25) * (image.height + 1) + 1;
    for (const x of [20, 50, 80]) expect(Math.abs(brightest(x) - rowOf(7.5))).toBeLessThanOrEqual(1.5);
    for (const x of [120, 150, 180]) expect(Math.abs(brightest(x) - rowOf(35.16))).toBeLessThanOrEqual(1.5);
    expect(brightness(image.pixel(50, 2))).toBeLessThan(40);
  });

  it('shows a click wherever it is in a long sound', async () => {
    const data = new Float32Array(8000 * 120);
    data[8000 * 90 + 3] = 1;
    const size = { width: 60, height: 40, view: 'large' } as const;
    const { preview, blobs } = await previewAs('audio', sound(8000, [data]), size);
    const image = await decoded(blobs, preview.spectrogram);
    const columns = Array.from({ length: image.width }, (_, x) => brightness(image.pixel(x, 20)));
    expect(columns.indexOf(Math.max(...columns))).toBe(45);
    expect(brightness(image.pixel(10, 20))).toBeLessThan(20);
  });

  it('draws sounds shorter than a frame', async () => {
    const size = { width: 60, height: 40, view: 'large' } as const;
    const { preview, blobs } = await previewAs('audio', sound(44100, [Float32Array.of(0.5, -0.5, 0.5)]), size);
    expect((await decoded(blobs, preview.spectrogram)).width).toBe(3);
  });
});
