/** Narrowest and widest that a wire is drawn, in pixels of the canvas. */
const least = 1.5;
const most = 9;

/** Width of a wire by the logarithm of what it carries in a request: 42 B is 2 px, 8 MB is 8 px. */
export function wireWidth(bytes: number): number {
  if (!(bytes > 1)) return least;
  return Math.max(least, Math.min(most, 0.15 + 1.14 * Math.log10(bytes)));
}
