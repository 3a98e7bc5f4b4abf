export interface Moment {
  readonly t: number;
  readonly label: string;
  readonly value: number;
}
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly label: string;
}

/** Moments that follow each other with the same answer are one span; the last lasts as long as the step before it. */
export function spansOf(moments: readonly Moment[]): readonly Span[] {
  const sorted = [...moments].sort((a, b) => a.t - b.t);
  const step = sorted.length > 1 ? (sorted[sorted.length - 1].t - sorted[0].t) / (sorted.length - 1) : 1;
  const spans: Span[] = [];
  sorted.forEach(({ t, label }, i) => {
    const to = sorted[i + 1]?.t ?? t + step;
    const last = spans[spans.length - 1];
    if (last?.label === label) spans[spans.length - 1] = { ...last, to };
    else spans.push({ from: t, to, label });
  });
  return spans;
}
