import type { Trace } from '../../../core/profile/trace.ts';
import type { RunRange, TimelineProps } from './timelineProps.ts';
import type { Stretch } from './timeView.ts';

/** From the begin of the first run to the end of the last; never empty, so that it can be drawn. */
export function boundsOf({ runs }: Trace, range: RunRange): Stretch {
  if (runs.count === 0) return { fromMs: 0, toMs: 1 };
  const fromMs = runs.startMs[range.first];
  let toMs = fromMs;
  for (let run = range.first; run <= range.last; run++) toMs = Math.max(toMs, runs.endMs[run]);
  return { fromMs, toMs: toMs > fromMs ? toMs : fromMs + 1 };
}

/** A range that the trace holds. */
export function heldRange({ runs }: Trace, { first, last }: RunRange): RunRange {
  const most = Math.max(0, runs.count - 1);
  const from = Math.min(Math.max(0, first), most);
  return { first: from, last: Math.min(Math.max(from, last), most) };
}

/** The run that a moment falls into, or the last before it. Runs follow each other. */
export function runAt({ runs }: Trace, range: RunRange, ms: number): number {
  let [low, high] = [range.first, range.last];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (runs.startMs[middle] <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Runs as a person types them, counted from 1: `271`, `200-260`, `200–260`. Null when it says none. */
export function parseRuns(text: string, count: number): RunRange | null {
  const found = /^\s*(\d{1,9})\s*(?:(?:-|–|to)\s*(\d{1,9})\s*)?$/.exec(text);
  if (found === null) return null;
  const first = Number(found[1]);
  const last = found[2] === undefined ? first : Number(found[2]);
  return first < 1 || last < first || last > count ? null : { first: first - 1, last: last - 1 };
}

export function rangeText({ first, last }: RunRange): string {
  return first === last ? `${first + 1}` : `${first + 1}–${last + 1}`;
}

const names = { median: 'the median', p95: 'the 95th percentile', slowest: 'the slowest' } as const;

/** `run 271 of 500, the median`; `runs 200 to 260 of 500`; `all 500 runs`. */
export function rangeWords({ first, last }: RunRange, count: number, shown: TimelineProps['shown']): string {
  if (count === 0) return 'no runs';
  if (first === last) {
    const name = (['median', 'p95', 'slowest'] as const).find((one) => shown[one] === first);
    return `run ${first + 1} of ${count}${name === undefined ? '' : `, ${names[name]}`}`;
  }
  return first === 0 && last === count - 1 ? `all ${count} runs` : `runs ${first + 1} to ${last + 1} of ${count}`;
}

/** The moment that the axis counts from: the begin of the run that fills the view, else of the first one. */
export function timeOrigin(
  trace: Trace,
  range: RunRange,
  view: Stretch,
  bounds: Stretch,
): { readonly ms: number; readonly words: string } {
  if (trace.runs.count === 0) return { ms: bounds.fromMs, words: '' };
  const run = runAt(trace, range, (view.fromMs + view.toMs) / 2);
  const { startMs, endMs } = trace.runs;
  const slack = (view.toMs - view.fromMs) / 50;
  const inside = view.fromMs >= startMs[run] - slack && view.toMs <= endMs[run] + slack;
  return inside
    ? { ms: startMs[run], words: `run ${run + 1}` }
    : { ms: bounds.fromMs, words: `from run ${range.first + 1}` };
}

/** Begins of the runs in sight, when they are at most so many; the first of the range begins where everything does. */
export function runStartsIn(
  trace: Trace,
  range: RunRange,
  view: Stretch,
  most: number,
): readonly { readonly ms: number; readonly run: number }[] {
  if (trace.runs.count === 0 || range.first === range.last) return [];
  const first = runAt(trace, range, view.fromMs);
  const last = runAt(trace, range, view.toMs);
  if (last - first > most) return [];
  return Array.from({ length: last - first + 1 }, (_, i) => ({ run: first + i, ms: trace.runs.startMs[first + i] }));
}
