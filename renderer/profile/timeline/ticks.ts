import { numberText, wholeText } from '../../preview/numbers.ts';
import type { Stretch } from './timeView.ts';

export interface Tick {
  readonly ms: number;
  readonly text: string;
}

/** Units in milliseconds, smallest first. */
const units = [
  { name: 'ns', ms: 1e-6 },
  { name: 'µs', ms: 1e-3 },
  { name: 'ms', ms: 1 },
  { name: 's', ms: 1000 },
  { name: 'min', ms: 60_000 },
] as const;

/**
 * Round places in the view, counted from `originMs`, at least `apart` pixels from each other; the last one carries the
 * unit. Steps are 1, 2 or 5 times a power of ten of the unit.
 */
export function ticksOf(view: Stretch, originMs: number, width: number, apart = 72): readonly Tick[] {
  const length = view.toMs - view.fromMs;
  if (!(length > 0) || !(width > 0)) return [];
  const unit = unitOf(Math.max(Math.abs(view.toMs - originMs), length) / 2, length);
  const step = niceStep((length / width) * apart, unit.ms);
  const first = Math.ceil((view.fromMs - originMs) / step - 1e-9);
  const last = Math.floor((view.toMs - originMs) / step + 1e-9);
  const decimals = Math.max(0, -Math.floor(Math.log10(step / unit.ms) + 1e-9));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const at = (first + i) * step;
    const value = at / unit.ms;
    const text = decimals === 0 ? wholeText(value) : value.toFixed(decimals).replace('-', '\u2212');
    return { ms: originMs + at, text: first + i === last ? `${text} ${unit.name}` : text };
  });
}

/** The largest unit in which the places are not all below 1; but not one in which neighbours need more than three decimals. */
function unitOf(sizeMs: number, lengthMs: number): (typeof units)[number] {
  const fits = units.filter((unit) => sizeMs >= unit.ms && lengthMs >= unit.ms / 100);
  return fits.at(-1) ?? units[0];
}

function niceStep(leastMs: number, unitMs: number): number {
  const least = leastMs / unitMs;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((f) => f * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power * unitMs;
}

/** A duration to three digits in the unit that suits it: 340 ns, 12.5 µs, 0.21 ms, 4.13 ms, 1.25 s. */
export function durationText(ms: number): string {
  if (ms === 0) return '0 ms';
  const size = Math.abs(ms);
  if (size < 9.995e-4) return `${numberText(ms * 1e6)} ns`;
  if (size < 0.09995) return `${numberText(ms * 1000)} µs`;
  if (size < 999.5) return `${numberText(ms)} ms`;
  if (size < 59_995) return `${numberText(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
