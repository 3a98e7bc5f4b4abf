/**
 * A waveform as one path: a line from low to high per column, in a box of `width` x `height`. `peaks` holds low and high
 * by turns; `gain` is what the loudest is multiplied by.
 */
export function wavePath(
  peaks: readonly number[],
  columns: number,
  width: number,
  height: number,
  gain: number,
): string {
  const pairs = peaks.length / 2;
  const count = Math.min(columns, pairs);
  const middle = height / 2;
  const parts: string[] = [];
  for (let column = 0; column < count; column++) {
    const from = Math.floor((column * pairs) / count);
    const to = Math.max(from + 1, Math.floor(((column + 1) * pairs) / count));
    let low = peaks[2 * from];
    let high = peaks[2 * from + 1];
    for (let i = from + 1; i < to; i++) {
      low = Math.min(low, peaks[2 * i]);
      high = Math.max(high, peaks[2 * i + 1]);
    }
    const x = ((column + 0.5) * width) / count;
    const top = Math.max(0, middle - high * gain * middle);
    const bottom = Math.min(height, middle - low * gain * middle);
    // Silence is a thin line, not nothing.
    const half = Math.max(0.5, (bottom - top) / 2);
    const centre = (top + bottom) / 2;
    parts.push(`M${round(x)} ${round(centre - half)}V${round(centre + half)}`);
  }
  return parts.join('');
}

/** What makes the loudest fill the box; silence is not blown up. */
export function gainOf(peak: number): number {
  return 1 / Math.max(peak, 0.02);
}

/** A curve over equal bins as a path in a box, its area closed below when `closed`. */
export function curvePath(
  bins: readonly number[],
  width: number,
  height: number,
  most: number,
  closed: boolean,
): string {
  if (bins.length === 0 || most <= 0) return '';
  const step = width / bins.length;
  const points = bins.map((n, i) => `${round((i + 0.5) * step)} ${round(height - (n / most) * height)}`);
  return closed ? `M0 ${height}L${points.join('L')}L${width} ${height}Z` : `M${points.join('L')}`;
}

/** Bars from a line of zero, for a few signed numbers: one path for those at or above it, one for those below. */
export function barPaths(
  values: readonly number[],
  width: number,
  height: number,
): { readonly above: string; readonly below: string; readonly zero: number } {
  const finite = values.filter(Number.isFinite);
  const top = Math.max(0, ...finite);
  const bottom = Math.min(0, ...finite);
  const span = top - bottom || 1;
  // Noughts alone lie on the floor.
  const zero = top === 0 && bottom === 0 ? height : (top / span) * height;
  const step = width / Math.max(1, values.length);
  const gap = step > 3 ? 1 : 0;
  const one = (x: number, i: number): string => {
    const size = Math.max(0.5, (Math.abs(x) / span) * height);
    return `M${round(i * step)} ${round(zero)}v${round(x >= 0 ? -size : size)}h${round(step - gap)}V${round(zero)}Z`;
  };
  return {
    above: values.map((x, i) => (Number.isFinite(x) && x >= 0 ? one(x, i) : '')).join(''),
    below: values.map((x, i) => (Number.isFinite(x) && x < 0 ? one(x, i) : '')).join(''),
    zero,
  };
}

function round(x: number): number {
  return Math.round(x * 100) / 100;
}
