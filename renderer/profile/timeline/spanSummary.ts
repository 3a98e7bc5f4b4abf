import type { Trace } from '../../../core/profile/trace.ts';
import { countText } from '../../preview/numbers.ts';
import type { LaneBox } from './laneLayout.ts';
import { busyWithin, firstEndingAfter, firstStartingFrom } from './spanRow.ts';
import { durationText } from './ticks.ts';
import type { Stretch } from './timeView.ts';

/** The picture in words, for those who do not see it: each lane's share, and who took longest. */
export function summaryOf(
  trace: Trace,
  boxes: readonly LaneBox[],
  view: Stretch,
  titleOf: (node: string) => string,
): string {
  const length = view.toMs - view.fromMs;
  const lanes = boxes.map(({ name, lane }) => {
    const outer = lane.work[0];
    const busy = outer === undefined ? 0 : busyWithin(outer, view.fromMs, view.toMs);
    return `${name} ${Math.round((busy / length) * 100)} % busy`;
  });
  const longest = visibleSpans(boxes, view, 20_000).reduce(
    (best, span) => (best < 0 || msOf(trace, span) > msOf(trace, best) ? span : best),
    -1,
  );
  const who =
    longest < 0
      ? ''
      : ` The longest span is ${titleOf(trace.names[trace.spans.node[longest]])}, ${durationText(msOf(trace, longest))}.`;
  return `${durationText(length)} in sight, ${countText(visibleCount(boxes, view), 'span')}. ${lanes.join(', ')}.${who}`;
}

function msOf({ spans }: Trace, span: number): number {
  return spans.endMs[span] - spans.startMs[span];
}

export function visibleCount(boxes: readonly LaneBox[], { fromMs, toMs }: Stretch): number {
  let count = 0;
  for (const { lane } of boxes)
    for (const row of [...lane.work, ...lane.waits])
      count += Math.max(0, firstStartingFrom(row, toMs) - firstEndingAfter(row, fromMs));
  return count;
}

/** At most so many of them, lane by lane, each lane by time. */
export function visibleSpans(boxes: readonly LaneBox[], { fromMs, toMs }: Stretch, most: number): readonly number[] {
  const found: number[] = [];
  for (const { lane } of boxes)
    for (const row of [...lane.work, ...lane.waits]) {
      const end = firstStartingFrom(row, toMs);
      for (let at = firstEndingAfter(row, fromMs); at < end && found.length < most; at++) found.push(row.spans[at]);
    }
  return found;
}

/** Spans of a node within the range, by time: where Tab goes. */
export function spansOfNode(
  trace: Trace,
  node: string,
  range: { readonly first: number; readonly last: number },
): Uint32Array {
  const { spans, runs, names } = trace;
  const wanted = names.indexOf(node);
  if (wanted < 0) return new Uint32Array();
  const found: number[] = [];
  for (let span = runs.firstSpan[range.first]; span < runs.firstSpan[range.last + 1]; span++)
    if (spans.node[span] === wanted) found.push(span);
  return Uint32Array.from(found).sort((a, b) => spans.startMs[a] - spans.startMs[b] || a - b);
}
