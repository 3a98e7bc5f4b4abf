import type { AudioValue } from '../../kinds/value.ts';

/** Samples that a frame of silence has at the most, and the level under which it counts as silent. */
const frameSeconds = 0.05;
const silentDb = -50;
const floorDb = -120;

/**
 * Length, level and spectrum of a sound, over all channels: loudness is the root mean square and peak the largest sample,
 * in dB of full scale; frequencyHz is the mean frequency and bandwidth its spread, by Hjorth's mobility and complexity
 * (1970), which need no transform; silence is the share of 50 ms frames under -50 dB.
 */
export function audioFeatures({ sampleRateHz, channels }: AudioValue): Readonly<Record<string, number>> {
  const length = channels[0]?.length ?? 0;
  const facts = { seconds: length / sampleRateHz, sampleRateHz, channels: channels.length };
  if (length < 3) return facts;
  let [power, slope, bend, peak] = [0, 0, 0, 0];
  let [frames, silent] = [0, 0];
  const frame = Math.max(1, Math.round(frameSeconds * sampleRateHz));
  for (const data of channels) {
    for (let from = 0; from < length; from += frame) {
      const to = Math.min(length, from + frame);
      let own = 0;
      for (let i = from; i < to; i++) own += data[i] * data[i];
      power += own;
      frames++;
      if (decibels(Math.sqrt(own / (to - from))) < silentDb) silent++;
    }
    for (let i = 0; i < length; i++) {
      peak = Math.max(peak, Math.abs(data[i]));
      if (i === 0) continue;
      const d = data[i] - data[i - 1];
      slope += d * d;
      if (i === 1) continue;
      const dd = d - (data[i - 1] - data[i - 2]);
      bend += dd * dd;
    }
  }
  const loudness = decibels(Math.sqrt(power / (length * channels.length)));
  const levels = { ...facts, loudness, peak: decibels(peak), silence: silent / frames };
  if (power === 0 || slope === 0) return levels;
  const mobility = Math.sqrt(slope / power);
  return {
    ...levels,
    frequencyHz: (2 * Math.asin(Math.min(1, mobility / 2)) * sampleRateHz) / (2 * Math.PI),
    bandwidth: Math.sqrt(bend / slope) / mobility,
  };
}

function decibels(level: number): number {
  return Math.max(floorDb, 20 * Math.log10(Math.max(level, 1e-12)));
}
