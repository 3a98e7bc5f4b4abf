import type { Lane, SpanIndex } from './spanIndex.ts';

/** Heights in CSS pixels: a bar with the path under it, a strip for what waits. */
export const barHeight = 16;
export const workPitch = 21;
export const waitHeight = 6;
export const waitPitch = 9;

/** Space above and below the rows of a lane, and how many rows of it are shown before somebody opens it. */
interface Density {
  readonly padding: number;
  readonly workShown: number;
  readonly waitsShown: number;
  readonly least: number;
}
const airy: Density = { padding: 4, workShown: 4, waitsShown: 2, least: 24 };
/** For a low panel. */
const tight: Density = { padding: 1, workShown: 2, waitsShown: 1, least: 20 };

export interface LaneBox {
  readonly lane: Lane;
  readonly name: string;
  /** From the top of all lanes. */
  readonly top: number;
  readonly height: number;
  readonly workRows: number;
  readonly waitRows: number;
  readonly padding: number;
  /** Rows that are not shown. */
  readonly hidden: number;
  /** Whether a click on its name shows more or fewer rows. */
  readonly canOpen: boolean;
  readonly open: boolean;
}

export type Track = 'work' | 'waits';

/** `main` first, `scheduler` last, the others by name, numbers as numbers. */
export function laneOrder(a: string, b: string): number {
  const place = (name: string): number => (name === 'main' ? 0 : name === 'scheduler' ? 2 : 1);
  return place(a) - place(b) || a.localeCompare(b, 'en', { numeric: true });
}

/** From the top down. Lanes that do not fit into `room` with space between them are set tighter. */
export function layOutLanes(
  index: SpanIndex,
  names: readonly string[],
  open: ReadonlySet<string>,
  room = Number.POSITIVE_INFINITY,
): readonly LaneBox[] {
  const boxes = stacked(index, names, open, airy);
  return lanesHeight(boxes) <= room ? boxes : stacked(index, names, open, tight);
}

function stacked(
  index: SpanIndex,
  names: readonly string[],
  open: ReadonlySet<string>,
  { padding, workShown, waitsShown, least }: Density,
): readonly LaneBox[] {
  const named = index.lanes.map((lane) => ({ lane, name: names[lane.worker] ?? '' }));
  let top = 0;
  return named
    .sort((a, b) => laneOrder(a.name, b.name))
    .map(({ lane, name }) => {
      const opened = open.has(name);
      const workRows = opened ? lane.work.length : Math.min(lane.work.length, workShown);
      const waitRows = opened ? lane.waits.length : Math.min(lane.waits.length, waitsShown);
      const hidden = lane.work.length + lane.waits.length - workRows - waitRows;
      const canOpen = lane.work.length > workShown || lane.waits.length > waitsShown;
      const height = Math.max(least, 2 * padding + workRows * workPitch + waitRows * waitPitch);
      const box = { lane, name, top, height, workRows, waitRows, padding, hidden, canOpen, open: opened };
      top += height;
      return box;
    });
}

export function lanesHeight(boxes: readonly LaneBox[]): number {
  const last = boxes.at(-1);
  return last === undefined ? 0 : last.top + last.height;
}

/** Top of a row, from the top of all lanes. Rows that are not shown lie where the last shown one does. */
export function rowTop(box: LaneBox, track: Track, row: number): number {
  if (track === 'work') return box.top + box.padding + Math.min(row, Math.max(0, box.workRows - 1)) * workPitch;
  const waits = box.top + box.padding + box.workRows * workPitch;
  return waits + Math.min(row, Math.max(0, box.waitRows - 1)) * waitPitch;
}

export function rowHeight(track: Track): number {
  return track === 'work' ? barHeight : waitHeight;
}
