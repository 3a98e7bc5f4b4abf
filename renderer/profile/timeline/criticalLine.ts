import type { PathStep } from '../../../core/profile/attribution.ts';
import type { Trace } from '../../../core/profile/trace.ts';
import { type LaneBox, rowHeight, rowTop, type Track } from './laneLayout.ts';
import type { SpanRow } from './spanIndex.ts';
import { firstEndingAfter, firstStartingFrom } from './spanRow.ts';

/** A level stretch of the critical path; it goes on upright to the next one. */
export interface LinePart {
  readonly fromMs: number;
  readonly toMs: number;
  /** From the top of all lanes; null: in no lane, on the axis. */
  readonly y: number | null;
}

/** The critical path as it runs through the lanes: under the bars of its spans. */
export function criticalLine(path: readonly PathStep[], trace: Trace, boxes: readonly LaneBox[]): readonly LinePart[] {
  const byName = new Map(boxes.map((box) => [box.name, box]));
  const parts: LinePart[] = [];
  for (const step of path) {
    const y = heightOf(step, trace, byName);
    const last = parts.at(-1);
    if (last !== undefined && last.y === y && last.toMs === step.startMs)
      parts[parts.length - 1] = { ...last, toMs: step.endMs };
    else parts.push({ fromMs: step.startMs, toMs: step.endMs, y });
  }
  return parts;
}

function heightOf(step: PathStep, trace: Trace, boxes: ReadonlyMap<string, LaneBox>): number | null {
  const waits = step.kind === 'queue' || step.kind === 'gap';
  const track: Track = waits ? 'waits' : 'work';
  const box = boxes.get(step.worker) ?? (step.node === '' ? boxes.get('scheduler') : undefined);
  if (box === undefined) return null;
  const rows = box.lane[track];
  const of = (sameNode: boolean): number => rows.findLastIndex((one) => holds(one, trace, step, sameNode));
  // Steps that ran as one pass share a span that bears one of their names.
  const exact = of(true);
  const row = exact < 0 ? of(false) : exact;
  if (row < 0) return rowTop(box, 'work', 0) + rowHeight(box.workRows > 0 ? 'work' : 'waits');
  return rowTop(box, track, row) + rowHeight(track);
}

/** Whether a span of the row is of the step's task (and node) and covers its middle. */
function holds(row: SpanRow, trace: Trace, step: PathStep, sameNode: boolean): boolean {
  const middle = (step.startMs + step.endMs) / 2;
  const end = firstStartingFrom(row, step.endMs);
  for (let at = firstEndingAfter(row, step.startMs); at < end; at++) {
    const span = row.spans[at];
    if (row.startMs[at] > middle || row.endMs[at] < middle) continue;
    if (trace.spans.task[span] !== step.task) continue;
    if (!sameNode || trace.names[trace.spans.node[span]] === step.node) return true;
  }
  return false;
}
