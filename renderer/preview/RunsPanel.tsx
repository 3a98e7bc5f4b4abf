import { useEffect, useState } from 'react';
import type { RunSummary } from '../../core/studio/api.ts';
import { shownRunOf } from '../state/runs.ts';
import { useStudio } from '../state/state.ts';
import { compareRuns, showRun } from '../state/viewing.ts';
import { Tabs } from './controls.tsx';
import { msText } from './numbers.ts';
import { BatchTable } from './runs/BatchTable.tsx';
import { changedText, clockText, nodesText, phaseText } from './runs/runWords.ts';

/** The runs that are kept: which one is shown, what changed from one to the next, two to compare; and the batch's results. */
export function RunsPanel() {
  const batch = useStudio((s) => s.run?.batch ?? null);
  const [tab, setTab] = useState<'runs' | 'batch'>('runs');
  const batchRun = useStudio((s) => (s.run === null || s.run.batch === null ? null : s.run.run));
  // A new batch comes to the front.
  useEffect(() => {
    if (batchRun !== null) setTab('batch');
  }, [batchRun]);
  return (
    <div className="runs-panel">
      {batch !== null && (
        <Tabs
          name="Runs and batch"
          tabs={[
            { id: 'runs', title: 'Runs' },
            { id: 'batch', title: `Batch ${batch.done} of ${batch.total}` },
          ]}
          at={tab}
          onChange={setTab}
        />
      )}
      {batch !== null && tab === 'batch' ? <BatchTable batch={batch} /> : <RunList />}
    </div>
  );
}

function RunList() {
  const runs = useStudio((s) => s.runs);
  const shown = useStudio((s) => shownRunOf(s)?.run ?? null);
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const there = ticked.filter((id) => runs.some((run) => run.run === id));
  if (runs.length === 0)
    return <p className="viewer-nothing quiet">No run yet. What a run gives is kept here to look at.</p>;
  const tick = (run: string, on: boolean): void => {
    // Of more than two the oldest tick goes.
    setTicked(on ? [...there, run].slice(-2) : there.filter((id) => id !== run));
  };
  // The older one stands left.
  const pair = runs.filter((run) => there.includes(run.run)).reverse();
  return (
    <>
      <div className="runs-tools">
        <button
          type="button"
          className="button"
          disabled={pair.length !== 2}
          onClick={() => compareRuns(pair[0].run, pair[1].run)}
        >
          Compare
        </button>
        <span className="quiet">{pair.length === 2 ? '' : 'Tick two runs to compare them.'}</span>
      </div>
      <table className="run-table">
        <thead>
          <tr>
            <th scope="col">
              <span className="spoken">Compare</span>
            </th>
            <th scope="col">Run</th>
            <th scope="col">Ended</th>
            <th scope="col" className="number">
              Time
            </th>
            <th scope="col">Changed</th>
            <th scope="col">Nodes</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run, i) => (
            <Row
              key={run.run}
              run={run}
              before={runs[i + 1]}
              shown={run.run === shown}
              newest={i === 0}
              ticked={there.includes(run.run)}
              onTick={(on) => tick(run.run, on)}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}

function Row({
  run,
  before,
  shown,
  newest,
  ticked,
  onTick,
}: {
  readonly run: RunSummary;
  readonly before: RunSummary | undefined;
  readonly shown: boolean;
  readonly newest: boolean;
  readonly ticked: boolean;
  readonly onTick: (on: boolean) => void;
}) {
  const time = clockText(run.startedAt);
  const changed = changedText(before, run);
  return (
    <tr className={shown ? 'shown' : ''}>
      <td>
        <input
          type="checkbox"
          aria-label={`Compare the run of ${time}`}
          checked={ticked}
          onChange={(event) => onTick(event.target.checked)}
        />
      </td>
      <th scope="row">
        <button
          type="button"
          className="run-pick"
          aria-pressed={shown}
          title={shown ? 'Shown on the canvas' : 'Show on the canvas'}
          onClick={() => void showRun(newest ? null : run.run)}
        >
          <span className="run-mark" aria-hidden="true" />
          {time}
          {run.batchItem !== undefined && <span className="quiet">{run.batchItem}</span>}
        </button>
      </th>
      <td className={run.phase === 'failed' ? 'error-ink' : ''} title={run.problem?.message}>
        {phaseText(run.phase)}
      </td>
      <td className="number">{run.wallMs === null ? '' : msText(run.wallMs)}</td>
      <td className="run-change" title={changed}>
        {changed}
      </td>
      <td className="quiet">{nodesText(run)}</td>
    </tr>
  );
}
