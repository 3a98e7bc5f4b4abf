/**
 * What each step of a fused pass takes of it, from the times of its prefixes: `prefixMs[i]` with the steps up to `i`.
 *
 * The pass is lazy, so a prefix can take longer than what contains it: decoding alone makes every pixel, decoding and
 * shrinking reads a smaller picture in the first place. No step can have cost more than the passes that it is part of,
 * so a prefix counts as the least of those that contain it. Shares are never negative and add up to 1.
 */
export function fusedShares(prefixMs: readonly number[]): readonly number[] {
  const within = [...prefixMs];
  for (let i = within.length - 2; i >= 0; i--) within[i] = Math.min(within[i], within[i + 1]);
  const whole = within.at(-1) ?? 0;
  if (whole <= 0) return within.map(() => 1 / within.length);
  return within.map((ms, i) => Math.max(0, ms - (i === 0 ? 0 : within[i - 1])) / whole);
}
