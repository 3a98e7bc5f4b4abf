/** Upper ends of heat 0 to 4 in units of the scale: 0.15, 0.5, 1, 2 and 4 ms where a run takes about 10 ms. */
const ends = [0.15, 0.5, 1, 2, 4] as const;

export interface HeatScale {
  /** Milliseconds at which heat 1 to 5 begin. */
  readonly ms: readonly number[];
}

/**
 * The steps of heat for a pipeline that takes `wallMs` at the median: a tenth of it, rounded to 1, 2 or 5 times a power
 * of ten, is the scale's unit. So steps are round numbers, and the same share of any pipeline is equally hot.
 */
export function heatScale(wallMs: number): HeatScale {
  const unit = niceUnit(wallMs / 10);
  return { ms: ends.map((end) => round(end * unit)) };
}

/** 0 to 5: the step of `--heat-0` to `--heat-5`. */
export function heatStep({ ms }: HeatScale, value: number): number {
  let step = 0;
  while (step < ms.length && value >= ms[step]) step++;
  return step;
}

/** The nearest of 1, 2 and 5 times a power of ten, by ratio. */
function niceUnit(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const part = value / power;
  const nice = part < Math.SQRT2 ? 1 : part < Math.sqrt(10) ? 2 : part < Math.sqrt(50) ? 5 : 10;
  return nice * power;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
