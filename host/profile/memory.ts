import type { MemoryProfile } from '../../core/profile/profile.ts';
import { percentile } from '../../core/profile/stats.ts';
import { type GpuSample, watchGpu } from './gpu.ts';
import { type MemorySample, watchMemory } from './memoryWatch.ts';

export interface ProcessWatch {
  /** Ends the watching; once is enough. */
  stop(): Promise<void>;
  /** What was seen until it was stopped. The measured runs lay between the two times (of `performance.now`). */
  profile(fromMs: number, toMs: number): Omit<MemoryProfile, 'liveBytes'>;
}

/** Most points that are kept to be drawn. */
const mostPoints = 300;

/** Watches the memory of this process, and the GPU where there is one. Points are drawn from `originMs` on. */
export async function watchProcess(originMs: number): Promise<ProcessWatch> {
  const [memory, gpu] = await Promise.all([watchMemory(), watchGpu()]);
  let samples: readonly MemorySample[] = [];
  let gpuSamples: readonly GpuSample[] = [];
  let peakBytes = memory.beforeBytes;
  let stopping: Promise<void> | null = null;
  async function end(): Promise<void> {
    const [seen, onGpu] = await Promise.all([memory.stop(), gpu?.stop() ?? []]);
    samples = seen.samples;
    peakBytes = seen.peakBytes;
    gpuSamples = onGpu;
  }
  return {
    stop: () => {
      stopping ??= end();
      return stopping;
    },
    profile: (fromMs, toMs) => {
      const steady = samples.filter(({ atMs }) => atMs >= (fromMs + toMs) / 2 && atMs <= toMs);
      return {
        beforeBytes: memory.beforeBytes,
        peakBytes,
        steadyBytes: median((steady.length > 0 ? steady : samples.slice(-1)).map(({ bytes }) => bytes)),
        gpu: gpu === null ? null : gpuProfile(gpu.tool, gpuSamples, fromMs, toMs),
        samples: points(samples, gpuSamples, originMs),
      };
    },
  };
}

function gpuProfile(tool: string, samples: readonly GpuSample[], fromMs: number, toMs: number): MemoryProfile['gpu'] {
  const measured = samples.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const steady = measured.slice(Math.floor(measured.length / 2));
  const hottest = samples.flatMap(({ temperatureC }) => temperatureC ?? []);
  return {
    tool,
    peakBytes: Math.max(0, ...samples.map(({ bytes }) => bytes)),
    steadyBytes: median((steady.length > 0 ? steady : samples.slice(-1)).map(({ bytes }) => bytes)),
    utilisationPercent: mean(measured.map(({ utilisationPercent }) => utilisationPercent)),
    temperatureC: hottest.length === 0 ? null : Math.max(...hottest),
  };
}

function points(
  samples: readonly MemorySample[],
  gpu: readonly GpuSample[],
  startMs: number,
): MemoryProfile['samples'] {
  const step = Math.max(1, Math.ceil(samples.length / mostPoints));
  let next = 0;
  return samples
    .filter((_, place) => place % step === 0 || place === samples.length - 1)
    .map(({ atMs, bytes }) => {
      while (next + 1 < gpu.length && gpu[next + 1].atMs <= atMs) next++;
      const seen = gpu[next];
      const point = { atMs: Math.max(0, atMs - startMs), bytes };
      return seen === undefined ? point : { ...point, gpuBytes: seen.bytes };
    });
}

function median(values: readonly number[]): number {
  return values.length === 0 ? 0 : percentile(Float64Array.from(values).sort(), 0.5);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
