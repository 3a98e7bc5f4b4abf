/** `1 2, 4 8` → 1, 2, 4, 8; what is no number is left out. */
export function numbersOf(text: string): number[] {
  return text
    .split(/[\s,;]+/)
    .map(Number)
    .filter((value) => Number.isFinite(value) && value > 0)
    .slice(0, 50);
}
