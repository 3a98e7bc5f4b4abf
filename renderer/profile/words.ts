/** Numbers of profiles as text. Tabular, units always. */

/** Milliseconds without their unit, for columns that name it: `<0.01`, `0.24`, `9.9`, `137`, `1 204`. */
export function msNumber(ms: number): string {
  if (ms <= 0) return '0';
  if (ms < 0.01) return '<0.01';
  if (ms < 1) return ms.toFixed(2);
  if (ms < 100) return ms.toFixed(1);
  return thousands(Math.round(ms));
}

/** The same with its unit; seconds from ten on. */
export function msWithUnit(ms: number): string {
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${msNumber(ms)} ms`;
}

/** A large figure and its unit apart: `9.9` and `ms`, `1.24` and `s`. */
export function msParts(ms: number): readonly [string, string] {
  return ms >= 10_000 ? [(ms / 1000).toFixed(1), 's'] : [msNumber(ms), 'ms'];
}

/** `1 204`: a thin space between thousands. */
export function thousands(whole: number): string {
  return Math.round(whole)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, '\u2009');
}

/** `43 %`, `4.2 %`, `0.3 %`. */
export function percentText(percent: number): string {
  const size = Math.abs(percent);
  const digits = size >= 9.95 || size === 0 ? 0 : 1;
  return `${percent.toFixed(digits).replace('-', '−')} %`;
}

/** A ratio as change: `−31 %`, `+52 %`, `±0`. */
export function changeText(ratio: number): string {
  const percent = (ratio - 1) * 100;
  if (Math.abs(percent) < 0.5) return '±0';
  const digits = Math.abs(percent) < 9.5 ? 1 : 0;
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(digits)} %`;
}

/** Requests a second: `7.4`, `143`, `2 310`. */
export function rateText(perSecond: number): string {
  return perSecond < 100 ? perSecond.toFixed(1) : thousands(perSecond);
}

/** Money: `0.42`, `12.50`, `1 204`. */
export function moneyText(amount: number): string {
  if (amount === 0) return '0';
  if (amount < 0.01) return amount.toPrecision(2);
  return amount < 1000 ? amount.toFixed(2) : thousands(amount);
}

/** Whole part of a path or worker's name that a person reads: `lane 1`, `image`. */
export function clockOf(iso: string): string {
  const d = new Date(iso);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(d.getHours())}:${two(d.getMinutes())}`;
}
