/** The largest magnitude over all channels; 0 for silence. */
export function peakOf(channels: readonly Float32Array[]): number {
  let peak = 0;
  for (const x of channels) {
    for (let i = 0; i < x.length; i++) {
      const size = Math.abs(x[i]);
      if (size > peak) peak = size;
    }
  }
  return peak;
}

/** Root of the mean square over all channels; 0 for silence. */
export function rmsOf(channels: readonly Float32Array[]): number {
  let sum = 0;
  let count = 0;
  for (const x of channels) {
    for (let i = 0; i < x.length; i++) sum += x[i] * x[i];
    count += x.length;
  }
  return count === 0 ? 0 : Math.sqrt(sum / count);
}

/** Mean and variance (of the population) over all channels. */
export function momentsOf(channels: readonly Float32Array[]): { readonly mean: number; readonly variance: number } {
  let sum = 0;
  let count = 0;
  for (const x of channels) {
    for (let i = 0; i < x.length; i++) sum += x[i];
    count += x.length;
  }
  const mean = count === 0 ? 0 : sum / count;
  let squares = 0;
  for (const x of channels) for (let i = 0; i < x.length; i++) squares += (x[i] - mean) * (x[i] - mean);
  return { mean, variance: count === 0 ? 0 : squares / count };
}

/** (x - shift) * gain, in new arrays. */
export function scaled(channels: readonly Float32Array[], gain: number, shift = 0): Float32Array[] {
  return channels.map((x) => {
    const y = new Float32Array(x.length);
    for (let i = 0; i < x.length; i++) y[i] = (x[i] - shift) * gain;
    return y;
  });
}

/** The mean of the channels; the same array when there is one. */
export function mixed(channels: readonly Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0];
  const out = new Float32Array(channels[0]?.length ?? 0);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (const x of channels) sum += x[i];
    out[i] = sum / channels.length;
  }
  return out;
}

/** y[n] = x[n] - coefficient * x[n - 1]; `before` stands for x[-1]. */
export function preEmphasised(x: Float32Array, coefficient: number, before: number): Float32Array {
  const y = new Float32Array(x.length);
  let last = before;
  for (let i = 0; i < x.length; i++) {
    y[i] = x[i] - coefficient * last;
    last = x[i];
  }
  return y;
}

/**
 * The span [start, end) of samples that is not silent, as librosa.effects.trim finds it: RMS of frames of
 * `frameLength` every `hop`, centred with zeros, in dB below the loudest frame; a frame within `topDb` counts when any channel does.
 */
export function soundingSpan(
  channels: readonly Float32Array[],
  topDb: number,
  frameLength = 2048,
  hop = 512,
): readonly [start: number, end: number] {
  const samples = channels[0]?.length ?? 0;
  const half = Math.floor(frameLength / 2);
  const frames = 1 + Math.floor((samples + 2 * half - frameLength) / hop);
  const powers = channels.map((x) => framePowers(x, frames, frameLength, hop, half));
  let loudest = 0;
  for (const power of powers) for (const p of power) loudest = Math.max(loudest, p);
  // librosa clips both sides of the ratio at 1e-5 of amplitude.
  const floor = 1e-10;
  const threshold = 10 * Math.log10(Math.max(floor, loudest)) - topDb;
  const sounds = (frame: number) => powers.some((power) => 10 * Math.log10(Math.max(floor, power[frame])) > threshold);
  let first = 0;
  while (first < frames && !sounds(first)) first++;
  if (first === frames) return [0, 0];
  let last = frames - 1;
  while (!sounds(last)) last--;
  return [first * hop, Math.min(samples, (last + 1) * hop)];
}

function framePowers(x: Float32Array, frames: number, length: number, hop: number, half: number): Float64Array {
  const powers = new Float64Array(Math.max(0, frames));
  for (let frame = 0; frame < frames; frame++) {
    const from = Math.max(0, frame * hop - half);
    const to = Math.min(x.length, frame * hop - half + length);
    let sum = 0;
    for (let i = from; i < to; i++) sum += x[i] * x[i];
    powers[frame] = sum / length;
  }
  return powers;
}
