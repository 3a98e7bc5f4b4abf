/** A stretch of the trace's time, in milliseconds. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A tenth of a microsecond over the whole width: closer than any clock. */
const leastMs = 1e-4;

export function xOf(view: Stretch, width: number, ms: number): number {
  return ((ms - view.fromMs) / (view.toMs - view.fromMs)) * width;
}
export function msAt(view: Stretch, width: number, x: number): number {
  return view.fromMs + (x / width) * (view.toMs - view.fromMs);
}

/** Within the bounds, its length kept where that fits. */
export function within(view: Stretch, bounds: Stretch): Stretch {
  const whole = bounds.toMs - bounds.fromMs;
  const length = Math.min(Math.max(view.toMs - view.fromMs, Math.min(leastMs, whole)), whole);
  const fromMs = Math.min(Math.max(view.fromMs, bounds.fromMs), bounds.toMs - length);
  return { fromMs, toMs: fromMs + length };
}

/** `factor` below 1 comes closer; what is at `ms` stays where it is. */
export function zoomAt(view: Stretch, bounds: Stretch, ms: number, factor: number): Stretch {
  const length = Math.max(view.toMs - view.fromMs, Number.MIN_VALUE);
  const next = Math.min(Math.max(length * factor, leastMs), bounds.toMs - bounds.fromMs);
  const fromMs = ms - ((ms - view.fromMs) / length) * next;
  return within({ fromMs, toMs: fromMs + next }, bounds);
}

export function panBy(view: Stretch, bounds: Stretch, ms: number): Stretch {
  return within({ fromMs: view.fromMs + ms, toMs: view.toMs + ms }, bounds);
}

/** Brings a span into sight: left as it is when it is well in sight already, else in the middle and not too small. */
export function showing(view: Stretch, bounds: Stretch, span: Stretch): Stretch {
  const length = view.toMs - view.fromMs;
  const spanMs = span.toMs - span.fromMs;
  const seen = span.fromMs >= view.fromMs && span.toMs <= view.toMs;
  if (seen && spanMs >= length / 200) return view;
  const next = Math.min(length, Math.max(spanMs * 40, leastMs));
  const middle = (span.fromMs + span.toMs) / 2;
  const wide = Math.max(next, spanMs * 1.2);
  return within({ fromMs: middle - wide / 2, toMs: middle + wide / 2 }, bounds);
}
