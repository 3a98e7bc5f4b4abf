/** Upright lines, one per pair of low and high, in a box; loud enough to be seen however quiet the sound is. */
export function wavePath(peaks: readonly number[], width: number, height: number, most = 64): string {
  const pairs = Math.floor(peaks.length / 2);
  if (pairs === 0) return `M0 ${height / 2}H${width}`;
  const count = Math.min(pairs, most);
  const lines: { readonly low: number; readonly high: number }[] = [];
  for (let i = 0; i < count; i++) {
    let low = 0;
    let high = 0;
    for (let p = Math.floor((i * pairs) / count); p < Math.floor(((i + 1) * pairs) / count); p++) {
      low = Math.min(low, peaks[p * 2]);
      high = Math.max(high, peaks[p * 2 + 1]);
    }
    lines.push({ low, high });
  }
  const loudest = Math.max(...lines.map(({ low, high }) => Math.max(high, -low)), 1e-6);
  const half = height / 2;
  return lines
    .map(({ low, high }, i) => {
      const x = ((i + 0.5) * width) / count;
      const top = half - Math.max(0.02, high / loudest) * half;
      const bottom = half + Math.max(0.02, -low / loudest) * half;
      return `M${x.toFixed(1)} ${top.toFixed(1)}V${bottom.toFixed(1)}`;
    })
    .join('');
}
