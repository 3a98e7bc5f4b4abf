/** Round values between two ends, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticksOf(from: number, to: number, count: number): readonly number[] {
  const span = to - from;
  if (!(span > 0) || count < 1) return [];
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999) ?? power * 10;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Decimals that tell the ticks of one axis apart. */
export function decimalsOf(ticks: readonly number[]): number {
  if (ticks.length < 2) return 1;
  return Math.max(0, Math.min(6, -Math.floor(Math.log10(Math.abs(ticks[1] - ticks[0])) + 1e-9)));
}

/**
 * Mel of a frequency by M. Slaney's scale (Auditory Toolbox, 1998), the one that the spectrogram is drawn in: straight
 * below 1 kHz, logarithmic above.
 */
export function melOf(hertz: number): number {
  return hertz < 1000 ? (3 * hertz) / 200 : 15 + (27 * Math.log(hertz / 1000)) / Math.log(6.4);
}

export interface AxisMark {
  /** 0 at the bottom, 1 at the top. */
  readonly at: number;
  readonly hertz: number;
}
/** Frequencies to be written beside a mel spectrogram from 0 to `maxHz`, no closer than 0.09 of its height. */
export function hertzMarks(maxHz: number): readonly AxisMark[] {
  const top = melOf(maxHz);
  const marks: AxisMark[] = [];
  for (const hertz of [0, 500, 1000, 2000, 4000, 8000, 16000, 32000, 64000]) {
    const at = melOf(hertz) / top;
    if (at <= 0.97 && at - (marks.at(-1)?.at ?? -1) >= 0.09) marks.push({ at, hertz });
  }
  return marks;
}
