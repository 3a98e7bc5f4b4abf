import { wholeText } from '../preview/numbers.ts';

/** `86.2 M`: how many weights a model has, where the whole number is too long to be read. */
export function weightsText(count: number): string {
  if (count < 100_000) return wholeText(count);
  if (count < 1e9) return `${(count / 1e6).toFixed(1)} M`;
  return `${(count / 1e9).toFixed(1)} G`;
}

/** `9f2c41d0…77b1e41b`. */
export function shortHash(sha256: string): string {
  return sha256.length < 20 ? sha256 : `${sha256.slice(0, 8)}…${sha256.slice(-8)}`;
}
