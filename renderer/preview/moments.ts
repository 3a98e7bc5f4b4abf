import type { PortItems } from '../../core/studio/preview.ts';

/** Place of the item that is on at `t`: the last that began by then, or the first. -1 when there is none. */
export function itemAt(times: readonly number[], t: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] > t) high = middle;
    else low = middle + 1;
  }
  return times.length === 0 ? -1 : Math.max(0, low - 1);
}

export interface TimeSpan {
  readonly from: number;
  readonly to: number;
  /** Times at which something changes, in order, each once. */
  readonly ticks: readonly number[];
  readonly hasVideo: boolean;
}

/** Frames of a video are told apart at this rate when its own is not known. */
const frameRateHz = 30;

/**
 * The time that a scrubber covers: null when nothing moves in it. `videoSeconds` is the length of the longest video among
 * the ports, 0 while not known; `lastSeconds` how long the last item stays on.
 */
export function timeSpan(ports: readonly PortItems[], videoSeconds: number): TimeSpan | null {
  const hasVideo = ports.some((port) => port.kind === 'video' && port.times.length > 0);
  const moving = ports.filter((port) => port.times.length > 1);
  if (moving.length === 0 && !hasVideo) return null;
  const ticks = [...new Set(moving.flatMap((port) => [...port.times]))].sort((a, b) => a - b);
  const gap = ticks.length > 1 ? (ticks[ticks.length - 1] - ticks[0]) / (ticks.length - 1) : 0;
  const from = Math.min(0, ticks[0] ?? 0);
  const to = Math.max(videoSeconds, ticks.length > 0 ? ticks[ticks.length - 1] + gap : 0);
  return to > from ? { from, to, ticks, hasVideo } : null;
}

/** The moment before or after `t` at which something changes; frames where only a video moves. */
export function stepTime(span: TimeSpan, t: number, direction: 1 | -1): number {
  const { ticks } = span;
  if (ticks.length < 2) return Math.max(span.from, Math.min(span.to, t + direction / frameRateHz));
  if (direction === 1) return ticks.find((tick) => tick > t + 1e-6) ?? ticks[ticks.length - 1];
  return ticks.findLast((tick) => tick < t - 1e-6) ?? ticks[0];
}

/** Ticks to draw on a scrubber of `pixels`: no two closer than four pixels. */
export function drawnTicks(span: TimeSpan, pixels: number): readonly number[] {
  const least = (4 * (span.to - span.from)) / Math.max(1, pixels);
  const drawn: number[] = [];
  for (const tick of span.ticks) if (drawn.length === 0 || tick - drawn[drawn.length - 1] >= least) drawn.push(tick);
  return drawn;
}

/** The time to ask a preview for: that of the item which is on, so that nothing is asked twice; videos by frames. */
export function askedTime(port: PortItems, t: number): number {
  if (port.kind === 'video' && port.times.length <= 1) return Math.max(0, Math.round(t * frameRateHz) / frameRateHz);
  const at = itemAt(port.times, t);
  return at === -1 ? 0 : port.times[at];
}
