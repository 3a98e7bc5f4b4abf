import { Maximize2, Rows3, Table2, ZoomIn, ZoomOut } from 'lucide-react';
import { useId, useMemo, useRef, useState } from 'react';
import { IconButton } from '../../preview/controls.tsx';
import { countText } from '../../preview/numbers.ts';
import { layOutLanes } from './laneLayout.ts';
import { OverviewStrip } from './OverviewStrip.tsx';
import { RunPicker } from './RunPicker.tsx';
import { boundsOf, heldRange, rangeWords } from './runChoice.ts';
import { SpanSearch } from './SpanSearch.tsx';
import { SpanTable } from './SpanTable.tsx';
import { spanFacts, spanSentence } from './spanFacts.ts';
import type { SpanIndex } from './spanIndex.ts';
import { matchFrom, nextMatch, searchSpans } from './spanSearch.ts';
import { summaryOf } from './spanSummary.ts';
import { TimelineLanes } from './TimelineLanes.tsx';
import { TimelineLegend } from './TimelineLegend.tsx';
import type { TimelineProps } from './timelineProps.ts';
import { type Stretch, showing, zoomAt } from './timeView.ts';
import { useSettled } from './useSettled.ts';
import { useSpanIndex } from './useSpanIndex.ts';

const noLanes: SpanIndex = { lanes: [], count: 0 };

/** Where the time of a run went, or of many: one lane per worker, drawn from the trace's columns. */
export function Timeline({
  trace,
  runs,
  onRuns,
  shown,
  samples,
  titleOf,
  heatOf,
  pathOf,
  selected,
  onSelect,
}: TimelineProps) {
  const { first, last } = heldRange(trace, runs);
  const range = useMemo(() => ({ first, last }), [first, last]);
  const bounds = useMemo(() => boundsOf(trace, range), [trace, range]);
  const built = useSpanIndex(trace, range);
  const index = built ?? noLanes;
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [room, setRoom] = useState(Number.POSITIVE_INFINITY);
  const boxes = useMemo(() => layOutLanes(index, trace.names, open, room), [index, trace, open, room]);

  const [looked, setLooked] = useState({ bounds, view: bounds });
  const view = looked.bounds === bounds ? looked.view : bounds;
  const setView = (next: Stretch): void => setLooked({ bounds, view: next });
  const [focus, setFocus] = useState({ bounds, span: -1 });
  const focused = focus.bounds === bounds ? focus.span : -1;
  const setFocused = (span: number): void => setFocus({ bounds, span });

  const field = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState('');
  const asked = useSettled(query, 120);
  const matches = useMemo(
    () => (built === null ? null : searchSpans(trace, range, built, asked, titleOf)),
    [trace, range, built, asked, titleOf],
  );
  const [at, setAt] = useState<{ readonly matches: unknown; readonly match: number } | null>(null);
  const match = matches !== null && at?.matches === matches ? at.match : null;
  const step = (by: 1 | -1): void => {
    if (matches === null) return;
    const next = match === null && by === 1 ? matchFrom(matches, view.fromMs) : nextMatch(matches, match, by);
    if (next === null || matches.spans.length === 0) return;
    const span = matches.spans[next];
    setAt({ matches, match: next });
    setFocused(span);
    setView(showing(view, bounds, { fromMs: trace.spans.startMs[span], toMs: trace.spans.endMs[span] }));
  };

  const [table, setTable] = useState(false);
  const calm = useSettled(view, 250);
  const describedBy = useId();
  const summary = useMemo(() => summaryOf(trace, boxes, calm, titleOf), [trace, boxes, calm, titleOf]);
  const zoom = (factor: number): void => setView(zoomAt(view, bounds, (view.fromMs + view.toMs) / 2, factor));
  const sample = first === last ? samples[trace.runs.sample[first]]?.name : undefined;
  const all = bounds === view || (view.fromMs === bounds.fromMs && view.toMs === bounds.toMs);

  return (
    <section className="timeline" aria-label="Timeline">
      <header className="timeline-head">
        <h3>Timeline</h3>
        <p className="quiet">
          {[rangeWords(range, trace.runs.count, shown), sample].filter(Boolean).join(', ')}
          {trace.dropped > 0 && `; ${countText(trace.dropped, 'span')} left out, the trace was full`}
        </p>
        <TimelineLegend />
        <SpanSearch
          field={field}
          query={query}
          count={matches?.spans.length ?? null}
          at={match}
          onQuery={setQuery}
          onStep={step}
        />
        <RunPicker runs={range} count={trace.runs.count} shown={shown} onRuns={onRuns} />
        <div className="timeline-tools">
          <IconButton name="Zoom out" keys="−" disabled={all} onClick={() => zoom(1 / 0.6)}>
            <ZoomOut size={16} />
          </IconButton>
          <IconButton name="Zoom in" keys="+" onClick={() => zoom(0.6)}>
            <ZoomIn size={16} />
          </IconButton>
          <IconButton name="Show all" keys="0" disabled={all} onClick={() => setView(bounds)}>
            <Maximize2 size={16} />
          </IconButton>
          <IconButton name={table ? 'Show lanes' : 'Show as a table'} pressed={table} onClick={() => setTable(!table)}>
            {table ? <Rows3 size={16} /> : <Table2 size={16} />}
          </IconButton>
        </div>
      </header>
      <p className="spoken" id={describedBy}>
        {summary}
      </p>
      <p className="spoken" aria-live="polite">
        {focused >= 0 && spanSentence(spanFacts(trace, focused, titleOf, samples))}
      </p>
      {trace.runs.count === 0 ? (
        <p className="timeline-nothing quiet">Nothing was recorded. Profile again to see where the time goes.</p>
      ) : built === null ? (
        <p className="timeline-nothing quiet" role="status">
          {`Reading ${countText(trace.runs.firstSpan[last + 1] - trace.runs.firstSpan[first], 'span')}…`}
        </p>
      ) : (
        <div className="timeline-body">
          <OverviewStrip index={built} bounds={bounds} view={view} matches={matches} onView={setView} />
          {table ? (
            <SpanTable
              trace={trace}
              boxes={boxes}
              view={calm}
              titleOf={titleOf}
              samples={samples}
              selected={selected}
              onSelect={onSelect}
            />
          ) : (
            <TimelineLanes
              trace={trace}
              range={range}
              boxes={boxes}
              bounds={bounds}
              view={view}
              matches={matches}
              focused={focused}
              selected={selected}
              titleOf={titleOf}
              heatOf={heatOf}
              pathOf={pathOf}
              samples={samples}
              describedBy={describedBy}
              onView={setView}
              onFocus={setFocused}
              onSelect={onSelect}
              onToggleLane={(name) => setOpen(toggled(open, name))}
              onSearch={() => field.current?.focus()}
              onRoom={setRoom}
            />
          )}
        </div>
      )}
    </section>
  );
}

function toggled(set: ReadonlySet<string>, name: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(name)) next.add(name);
  return next;
}
