import { StepBack, StepForward } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { RunSummary } from '../../core/studio/api.ts';
import { shownRunOf } from '../state/runs.ts';
import { state, useStudio } from '../state/state.ts';
import { sayProblem } from '../state/toasts.ts';
import { setTime } from '../state/viewing.ts';
import { IconButton } from './controls.tsx';
import { drawnTicks, stepTime, type TimeSpan, timeSpan } from './moments.ts';
import { countText, timeText } from './numbers.ts';
import { PlayButton } from './PlayButton.tsx';
import { useSize } from './useSize.ts';

/** Moves all previews of sequences together; not there when nothing in the shown run has more than one moment. */
export function TimeBar() {
  const run = useStudio(shownRunOf);
  const videoSeconds = useVideoSeconds(run);
  const span = useMemo(() => (run === null ? null : timeSpan(run.ports, videoSeconds)), [run, videoSeconds]);
  return span === null ? null : <Bar span={span} />;
}

function Bar({ span }: { readonly span: TimeSpan }) {
  const time = useStudio((s) => s.time);
  const [ref, { width }] = useSize<HTMLDivElement>();
  const { from, to } = span;
  const at = Math.min(to, Math.max(from, time));
  const ticks = useMemo(() => drawnTicks(span, width), [span, width]);
  const step = (direction: 1 | -1): void => setTime(stepTime(span, state().time, direction));
  const decimals = to - from < 10 ? 2 : 1;
  return (
    <section className="time-bar" aria-label="Time">
      <PlayButton from={from} to={to} />
      <IconButton name="Step back" onClick={() => step(-1)}>
        <StepBack size={14} />
      </IconButton>
      <IconButton name="Step on" onClick={() => step(1)}>
        <StepForward size={14} />
      </IconButton>
      <output className="time-now">{timeText(at, decimals)}</output>
      <div ref={ref} className="time-track">
        <svg width={width} height={10} aria-hidden="true">
          {ticks.map((tick) => (
            <line
              key={tick}
              className={tick <= at ? 'passed' : ''}
              x1={7 + ((tick - from) / (to - from)) * (width - 14)}
              x2={7 + ((tick - from) / (to - from)) * (width - 14)}
              y1={0}
              y2={10}
            />
          ))}
        </svg>
        <input
          type="range"
          aria-label="Time of all previews"
          aria-valuetext={timeText(at, decimals)}
          min={from}
          max={to}
          step="any"
          value={at}
          onChange={(event) => setTime(Number(event.target.value))}
          onKeyDown={(event) => {
            const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
            if (direction === undefined) return;
            event.preventDefault();
            step(direction === 1 ? 1 : -1);
          }}
        />
      </div>
      <span className="time-end">
        {timeText(to, decimals)}
        {span.ticks.length > 1 && <span className="quiet">{`, ${countText(span.ticks.length, 'moment')}`}</span>}
      </span>
    </section>
  );
}

/** Length of the longest video of a run: only its preview knows. */
function useVideoSeconds(run: RunSummary | null): number {
  const [known, setKnown] = useState<{ readonly run: string; readonly seconds: number } | null>(null);
  useEffect(() => {
    const videos = run?.ports.filter((port) => port.kind === 'video' && port.times.length > 0) ?? [];
    if (run === null || videos.length === 0) return;
    let left = false;
    const { api } = state();
    Promise.all(
      videos.map(async ({ end, times }) => {
        const preview = await api.call('preview', { run: run.run, end, t: times[0], width: 32, height: 32 });
        return preview?.kind === 'video' ? times[0] + preview.seconds : 0;
      }),
    ).then((seconds) => !left && setKnown({ run: run.run, seconds: Math.max(...seconds) }), sayProblem);
    return () => {
      left = true;
    };
  }, [run]);
  // Until the new run's is known, the last one's keeps the bar where it was.
  return run?.ports.some((port) => port.kind === 'video') ? (known?.seconds ?? 0) : 0;
}
