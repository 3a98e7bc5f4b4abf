import type { CanvasLook } from './canvasLook.ts';
import type { SpanIndex } from './spanIndex.ts';
import { busyWithin } from './spanRow.ts';
import type { SpanMatches } from './spanSearch.ts';
import { msAt, type Stretch, xOf } from './timeView.ts';

/** How many lanes are at work, pixel by pixel over the whole time, as a share of the most: 0 to 1. Outermost spans only. */
export function busyShares(index: SpanIndex, bounds: Stretch, width: number): Float32Array {
  const shares = new Float32Array(width);
  const rows = index.lanes.flatMap(({ work }) => work.slice(0, 1));
  if (rows.length === 0) return shares;
  for (let x = 0; x < width; x++) {
    const from = msAt(bounds, width, x);
    const to = msAt(bounds, width, x + 1);
    let busy = 0;
    for (const row of rows) busy += busyWithin(row, from, to);
    shares[x] = busy / (to - from);
  }
  const most = shares.reduce((a, b) => Math.max(a, b), 0);
  return most === 0 ? shares : shares.map((share) => share / most);
}

/** 1 for every pixel in which a match begins. */
export function matchPixels(matches: SpanMatches, bounds: Stretch, width: number): Uint8Array {
  const pixels = new Uint8Array(width);
  for (const ms of matches.startMs) {
    const x = Math.floor(xOf(bounds, width, ms));
    pixels[Math.min(Math.max(x, 0), width - 1)] = 1;
  }
  return pixels;
}

export interface Overview {
  readonly shares: Float32Array;
  readonly matched: Uint8Array | null;
  readonly bounds: Stretch;
  readonly view: Stretch;
}

export function drawOverview(
  c: CanvasRenderingContext2D,
  look: CanvasLook,
  { shares, matched, bounds, view }: Overview,
  height: number,
): void {
  const width = shares.length;
  const left = xOf(bounds, width, view.fromMs);
  const right = Math.max(xOf(bounds, width, view.toMs), left + 3);
  c.fillStyle = look.sunken;
  c.fillRect(0, 0, width, height);
  c.fillStyle = look.line2;
  c.fillRect(left, 0, right - left, height);
  for (const [colour, from, to] of [
    [look.edge, 0, left],
    [look.ink2, left, right],
    [look.edge, right, width],
  ] as const) {
    c.fillStyle = colour;
    for (let x = Math.max(0, Math.floor(from)); x < Math.min(width, to); x++) {
      const bar = shares[x] * (height - 4);
      if (bar > 0) c.fillRect(x, height - Math.max(1, bar), 1, Math.max(1, bar));
    }
  }
  c.fillStyle = look.ink;
  if (matched !== null) for (let x = 0; x < width; x++) if (matched[x] === 1) c.fillRect(x, 0, 1, 3);
  for (const x of [left, right - 1]) c.fillRect(Math.round(x), 0, 1, height);
}
