import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../../preview/controls.tsx';
import { parseRuns, rangeText } from './runChoice.ts';
import type { RunRange, TimelineProps } from './timelineProps.ts';

const named = [
  { id: 'median', title: 'Median run' },
  { id: 'p95', title: 'p95 run' },
  { id: 'slowest', title: 'Slowest run' },
] as const;

/** Which runs are shown: one by name or number, some, or all. */
export function RunPicker({
  runs,
  count,
  shown,
  onRuns,
}: {
  readonly runs: RunRange;
  readonly count: number;
  readonly shown: TimelineProps['shown'];
  readonly onRuns: (runs: RunRange) => void;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const single = runs.first === runs.last;
  const all = count > 1 && runs.first === 0 && runs.last === count - 1;
  const choice = single ? (named.find(({ id }) => shown[id] === runs.first)?.id ?? 'other') : all ? 'all' : 'other';
  const asked = typed === null ? null : parseRuns(typed, count);
  const choose = (id: string): void => {
    if (id === 'all') onRuns({ first: 0, last: count - 1 });
    const name = named.find((one) => one.id === id)?.id;
    if (name !== undefined) onRuns({ first: shown[name], last: shown[name] });
  };
  const go = (run: number): void => onRuns({ first: run, last: run });
  return (
    <div className="run-picker">
      <div className="field">
        <select aria-label="Runs to show" value={choice} onChange={(event) => choose(event.target.value)}>
          {named.map(({ id, title }) => (
            <option key={id} value={id} disabled={shown[id] < 0}>
              {title}
            </option>
          ))}
          <option value="all">{`All ${count} runs`}</option>
          {choice === 'other' && <option value="other">{single ? 'One run' : 'Some runs'}</option>}
        </select>
      </div>
      <IconButton name="Run before" disabled={!single || runs.first === 0} onClick={() => go(runs.first - 1)}>
        <ChevronLeft size={16} />
      </IconButton>
      <form
        className={typed !== null && asked === null ? 'field wrong' : 'field'}
        onSubmit={(event) => {
          event.preventDefault();
          if (asked !== null) onRuns(asked);
          if (asked !== null) setTyped(null);
        }}
      >
        <input
          aria-label={`Number of a run, or two with a dash; there are ${count}`}
          aria-invalid={typed !== null && asked === null}
          title="A run, or some: 271 or 200-260"
          value={typed ?? rangeText(runs)}
          onChange={(event) => setTyped(event.target.value)}
          onFocus={(event) => event.target.select()}
          onBlur={() => setTyped(null)}
        />
      </form>
      <IconButton name="Run after" disabled={!single || runs.last >= count - 1} onClick={() => go(runs.first + 1)}>
        <ChevronRight size={16} />
      </IconButton>
    </div>
  );
}
