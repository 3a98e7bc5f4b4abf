import { useMemo, useRef } from 'react';
import type { PathStep } from '../../../core/profile/attribution.ts';
import type { Trace } from '../../../core/profile/trace.ts';
import { criticalLine, type LinePart } from './criticalLine.ts';
import type { LaneBox } from './laneLayout.ts';
import { runAt } from './runChoice.ts';
import type { RunRange } from './timelineProps.ts';
import type { Stretch } from './timeView.ts';

/** With more runs in sight the line would be a thicket, and finding it takes time. */
const mostRuns = 12;

/** The critical path of every run in sight. */
export function usePathLines(
  trace: Trace,
  range: RunRange,
  view: Stretch,
  boxes: readonly LaneBox[],
  pathOf: (run: number) => readonly PathStep[],
): readonly (readonly LinePart[])[] {
  const kept = useRef({ boxes, pathOf, lines: new Map<number, readonly LinePart[]>() });
  const empty = trace.runs.count === 0;
  const first = empty ? 0 : runAt(trace, range, view.fromMs);
  const last = empty ? -1 : runAt(trace, range, view.toMs);
  return useMemo(() => {
    if (kept.current.boxes !== boxes || kept.current.pathOf !== pathOf)
      kept.current = { boxes, pathOf, lines: new Map() };
    const { lines } = kept.current;
    if (last - first >= mostRuns) return [];
    return Array.from({ length: last - first + 1 }, (_, i) => {
      const known = lines.get(first + i);
      const line = known ?? criticalLine(pathOf(first + i), trace, boxes);
      lines.set(first + i, line);
      return line;
    });
  }, [trace, boxes, pathOf, first, last]);
}
