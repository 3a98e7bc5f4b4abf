/** Narrow, and lines do not break at it: 2 000 000. */
const thin = '\u202f';
const minus = '\u2212';

/** A whole number in groups of three. */
export function wholeText(x: number): string {
  const digits = Math.abs(Math.round(x)).toString();
  const grouped = digits.length > 4 ? digits.replace(/\B(?=(\d{3})+$)/g, thin) : digits;
  return x < 0 && digits !== '0' ? minus + grouped : grouped;
}

/** Any number with at most so many digits that count; whole numbers in full. */
export function numberText(x: number, digits = 3): string {
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x > 0 ? '∞' : `${minus}∞`;
  if (Number.isInteger(x) && Math.abs(x) < 1e9) return wholeText(x);
  const size = Math.abs(x);
  const text =
    size >= 1e6 || size < 1e-4
      ? x.toExponential(digits - 1)
      : size >= 10 ** digits
        ? String(Math.round(x))
        : x.toPrecision(digits);
  return tidy(text);
}

/** Zeros that say nothing go, and a minus is a minus. */
function tidy(text: string): string {
  const [mantissa, exponent] = text.split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return (exponent === undefined ? short : `${short}e${Number(exponent)}`).replaceAll('-', minus);
}

/** With its sign, for differences: +0.04, −1.2, 0. */
export function deltaText(x: number, digits = 3): string {
  const text = numberText(x, digits);
  return x > 0 ? `+${text}` : text;
}

/** A probability in two or three digits that never says 0 or 1 of what is neither; other scores in three digits. */
export function scoreText(x: number, form: string): string {
  if (form !== 'probabilities' && form !== 'independent') return Number.isInteger(x) ? numberText(x) : fixed(x);
  if (!Number.isFinite(x)) return numberText(x);
  if (x > 0 && x < 0.0005) return '<0.001';
  if (x > 0 && x < 0.01) return x.toFixed(3);
  if (x < 1 && x >= 0.9995) return '>0.999';
  if (x < 1 && x >= 0.995) return x.toFixed(3);
  return x.toFixed(2);
}

/** A difference of two scores, to the digits that their scores are said in. */
export function scoreDeltaText(x: number, form: string): string {
  if (form !== 'probabilities' && form !== 'independent') return deltaText(x);
  if (x === 0) return '0';
  return Math.abs(x) < 0.0005 ? '<0.001' : `${x > 0 ? '+' : minus}${Math.abs(x).toFixed(3)}`;
}

/** Two decimals where they say enough, so that a column of them lines up. */
function fixed(x: number): string {
  const size = Math.abs(x);
  return size >= 0.01 && size < 1000 ? x.toFixed(2).replace('-', minus) : numberText(x);
}

/** 602 kB, 345.1 MB. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let size = bytes;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  const text = unit === 0 || size >= 99.95 ? String(Math.round(size)) : size.toFixed(1).replace(/\.0$/, '');
  return `${text} ${units[unit]}`;
}

/** A duration: <0.1 ms, 4.1 ms, 120 ms, 1.25 s, 2 min 5 s. */
export function msText(ms: number): string {
  if (ms > 0 && ms < 0.1) return '<0.1 ms';
  if (ms < 99.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A place in time as a player writes it: 3.25 s, 1:05.20. */
export function timeText(seconds: number, decimals = 2): string {
  const whole = Number(seconds.toFixed(decimals));
  if (whole < 60) return `${whole.toFixed(decimals)} s`;
  const minutes = Math.floor(whole / 60);
  return `${minutes}:${(whole - minutes * 60).toFixed(decimals).padStart(decimals === 0 ? 2 : decimals + 3, '0')}`;
}

/** 44.1 kHz, 800 Hz. */
export function hertzText(hertz: number): string {
  return hertz >= 1000 ? `${numberText(hertz / 1000)} kHz` : `${numberText(hertz)} Hz`;
}

/** 12.5 %, <0.1 %. */
export function shareText(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return '<0.1 %';
  return `${percent >= 99.95 && share < 1 ? '>99.9' : percent.toFixed(percent < 9.995 ? 1 : 0).replace(/\.0$/, '')} %`;
}

/** `[1, 3, 224, 224]` */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

/** `1 item`, `3 items`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${wholeText(count)} ${count === 1 ? one : many}`;
}
