import { grouped } from './fieldText.ts';

/** `345.1 MB`: by thousands, as file managers count. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 100 ? 1 : 0)} ${unit === 0 && bytes === 1 ? 'byte' : units[unit]}`;
}

/** `4.06 ms`, `1.2 s`, `3 min 20 s`: three digits that mean something. */
export function durationText(ms: number): string {
  if (ms < 0.1) return '< 0.1 ms';
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  if (ms < 1000) return `${ms.toFixed(ms < 100 ? 1 : 0)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return `${minutes} min ${Math.round((ms - minutes * 60_000) / 1000)} s`;
}

/** `86.2 M`: counts that are too long to be read. */
export function countText(count: number): string {
  if (count < 100_000) return grouped(count);
  if (count < 1e9) return `${(count / 1e6).toFixed(1)} M`;
  return `${(count / 1e9).toFixed(1)} G`;
}

/** `9f2c41d0…77b1e41b`. */
export function shortHash(sha256: string): string {
  return sha256.length < 20 ? sha256 : `${sha256.slice(0, 8)}…${sha256.slice(-8)}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}
