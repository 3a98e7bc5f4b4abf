import { describe, expect, it } from 'vitest';
import { entropyThreshold, Histogram } from '../../../../core/onnx/shrink/histogram.ts';
import { quantisationOf, quantiseBias, quantiseChannels } from '../../../../core/onnx/shrink/quantisation.ts';
import { noise } from './models.ts';

describe('a histogram', () => {
  it('counts every value once, the ends in the outermost bins', () => {
    const histogram = new Histogram(-1, 1, 4);
    histogram.add(Float32Array.of(-1, -0.6, -0.4, 0, 0.4, 0.99, 1, 5, -9));
    expect([...histogram.counts]).toEqual([3, 1, 2, 3]);
    const sizes = new Histogram(0, 1, 2);
    sizes.add(Float32Array.of(-1, 0.2, -0.2, 0.7), true);
    expect([...sizes.counts]).toEqual([2, 2]);
  });

  it('gives quantiles by its edges', () => {
    const histogram = new Histogram(0, 100, 100);
    histogram.add(Float32Array.from({ length: 1000 }, (_, i) => i / 10 + 0.05));
    expect(histogram.quantile(0.01, 'lower')).toBe(0);
    expect(histogram.quantile(0.5, 'upper')).toBe(50);
    expect(histogram.quantile(0.99, 'upper')).toBe(99);
    expect(histogram.quantile(1, 'upper')).toBe(100);
  });

  it('of nothing but one value has that as its range', () => {
    const histogram = new Histogram(3, 3, 8);
    histogram.add(Float32Array.of(3, 3));
    expect([histogram.quantile(0.1, 'lower'), histogram.quantile(0.9, 'upper')]).toEqual([3, 3]);
  });
});

describe('the threshold by entropy', () => {
  const thresholdOf = (values: Float32Array, levels = 128) => {
    const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const histogram = new Histogram(0, most, 2048);
    histogram.add(values, true);
    return entropyThreshold(histogram, levels) / most;
  };

  it('keeps all of an even distribution', () => {
    expect(thresholdOf(noise(200_000))).toBeGreaterThan(0.95);
  });

  it('cuts a few far outliers off', () => {
    // Bell-shaped (a sum of even ones), and one number in ten thousand twenty times as far out.
    const parts = [1, 2, 3, 4].map((seed) => noise(100_000, seed));
    const values = parts[0].map((_, i) => parts.reduce((sum, part) => sum + part[i], 0));
    for (let i = 0; i < values.length; i += 10_000) values[i] = 80;
    const kept = thresholdOf(values) * 80;
    expect(kept).toBeGreaterThan(2);
    expect(kept).toBeLessThan(12);
  });

  it('is not led by the zeros that a ReLU leaves', () => {
    const values = noise(100_000).map((x) => Math.max(0, x));
    expect(thresholdOf(values, 256)).toBeGreaterThan(0.9);
  });
});

describe('numbers in 8 bits', () => {
  it('meet zero exactly, whatever the range', () => {
    expect(quantisationOf({ min: -1, max: 3 }, 'uint8')).toEqual({ scale: Math.fround(4 / 255), zero: 64 });
    expect(quantisationOf({ min: 2, max: 5.1 }, 'uint8')).toEqual({ scale: Math.fround(5.1 / 255), zero: 0 });
    expect(quantisationOf({ min: -5.1, max: -2 }, 'uint8')).toEqual({ scale: Math.fround(5.1 / 255), zero: 255 });
    expect(quantisationOf({ min: -1, max: 3 }, 'int8')).toEqual({ scale: Math.fround(6 / 254), zero: 0 });
    expect(quantisationOf({ min: 0, max: 0 }, 'uint8')).toEqual({ scale: 1, zero: 0 });
    expect(quantisationOf({ min: 0, max: 1e-42 }, 'uint8')).toEqual({ scale: 1, zero: 0 });
  });

  it('have a scale for each channel, wherever its axis is', () => {
    const values = Float32Array.of(1, 10, -2, 20, 0.5, -5);
    const columns = quantiseChannels(values, 2, 1, 8);
    expect([...(columns?.scales ?? [])]).toEqual([2 / 127, 20 / 127].map(Math.fround));
    expect([...(columns?.numbers ?? [])]).toEqual([64, 64, -127, 127, 32, -32]);
    const rows = quantiseChannels(values, 2, 3, 7);
    expect([...(rows?.scales ?? [])]).toEqual([10 / 64, 20 / 64].map(Math.fround));
    expect(quantiseChannels(Float32Array.of(1, Number.NaN), 2, 1, 8)).toBeNull();
  });

  it('hold a bias in 32 bits in steps of both scales', () => {
    const { numbers, scales } = quantiseBias(Float32Array.of(0.5, -3), Float32Array.of(0.1, 0.01), 0.5);
    expect([...numbers]).toEqual([10, -600]);
    expect([...scales]).toEqual([0.05, 0.005].map(Math.fround));
  });
});
